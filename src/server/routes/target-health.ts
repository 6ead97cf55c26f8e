import type { TargetState } from '../../gateway/routing/fleet.ts'

/** How a target is doing, for people. What is not known is `null`. */
export interface Health {
  readonly circuit: TargetState['circuit']
  /** Why it would be passed over now. */
  readonly paused: NonNullable<TargetState['paused']> | null
  /** Until it may be asked again; 0: now. */
  readonly pauseMs: number
  readonly inFlight: number
  /** Time to the first byte lately. */
  readonly latencyMs: number | null
  readonly p95Ms: number | null
  /** What is left of its rate limit, from 0 to 1. */
  readonly headroom: number | null
}

/** Finds a target among those that were asked; one that was not is well. */
export function healthFinder(
  states: readonly TargetState[],
): (target: { readonly account: string; readonly model: string }) => Health {
  const byName = new Map(states.map((state) => [`${state.account}/${state.model}`, state]))
  return ({ account, model }) => {
    const state = byName.get(`${account}/${model}`)
    return {
      circuit: state?.circuit ?? 'closed',
      paused: state?.paused ?? null,
      pauseMs: state?.pauseMs ?? 0,
      inFlight: state?.inFlight ?? 0,
      latencyMs: rounded(state?.latencyMs),
      p95Ms: rounded(state?.p95Ms),
      headroom: state?.headroom ?? null,
    }
  }
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000
}
