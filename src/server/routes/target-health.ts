import type { FleetState, TargetState } from '../../gateway/routing/fleet.ts'

/** How a target is doing, for people. What is not known is `null`. */
export interface Health {
  readonly circuit: TargetState['circuit']
  /** Why it would be passed over now. */
  readonly paused: NonNullable<TargetState['paused']> | null
  /** Until it may be asked again; 0: now, or when a check of its account succeeds. */
  readonly pauseMs: number
  readonly inFlight: number
  /** Time to the first byte lately. */
  readonly latencyMs: number | null
  readonly p95Ms: number | null
  /** What is left of its rate limit, from 0 to 1. */
  readonly headroom: number | null
}

export interface Named {
  readonly account: string
  readonly model: string
}

/** Finds a target among those that were asked; one that was not is as well as its account. */
export function targetHealth({ targets, accounts }: FleetState): (target: Named) => TargetState {
  const byName = new Map(targets.map((state) => [`${state.account}/${state.model}`, state]))
  const unwell = new Set(accounts.filter(({ hasFailedCheck }) => hasFailedCheck).map(({ account }) => account))
  return ({ account, model }) =>
    byName.get(`${account}/${model}`) ?? {
      account,
      model,
      circuit: 'closed',
      openings: 0,
      pauseMs: 0,
      inFlight: 0,
      ...(unwell.has(account) ? { paused: 'check-failed' as const } : {}),
    }
}

export function shownHealth(state: TargetState): Health {
  const { circuit, paused, pauseMs, inFlight, latencyMs, p95Ms, headroom } = state
  return {
    circuit,
    paused: paused ?? null,
    pauseMs,
    inFlight,
    latencyMs: rounded(latencyMs),
    p95Ms: rounded(p95Ms),
    headroom: headroom ?? null,
  }
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000
}
