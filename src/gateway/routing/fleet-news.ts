import { withoutFaults, withPause } from './breaker.ts'
import type { AccountState, Changes, State } from './target-state.ts'

/** What one process has learned of targets and another one need not find out again. Plain data: times are from now on, as clocks differ. */
export interface FleetNews {
  readonly targets: readonly TargetNews[]
  readonly checks: readonly { readonly account: string; readonly hasFailed: boolean }[]
}

export interface TargetNews {
  readonly account: string
  readonly model: string
  /** Absent: nothing new of it. */
  readonly circuit?: 'closed' | { readonly leftMs: number; readonly pauseMs: number }
  readonly coolDownMs?: number
}

/** Gathers changes until somebody takes them; the newest of a target counts. */
export interface NewsGatherer extends Changes {
  take(nowMs: number): FleetNews
}

/** More wait for the next time. */
const maxTargetsAtOnce = 500

/** `isThere` is called when there is something to take, and not again before it was taken. */
export function gatherNews(isThere: () => void): NewsGatherer {
  const changed = new Map<State, { circuit: boolean; coolDown: boolean }>()
  const checked = new Set<AccountState>()
  let isTold = false
  const tell = (): void => {
    if (isTold) return
    isTold = true
    isThere()
  }
  const changeOf = (state: State): { circuit: boolean; coolDown: boolean } => {
    let change = changed.get(state)
    if (change === undefined) {
      change = { circuit: false, coolDown: false }
      changed.set(state, change)
    }
    tell()
    return change
  }
  return {
    circuit(state) {
      changeOf(state).circuit = true
    },
    coolDown(state) {
      changeOf(state).coolDown = true
    },
    check(account) {
      checked.add(account)
      tell()
    },
    take(nowMs) {
      const taken = [...changed].slice(0, maxTargetsAtOnce)
      for (const [state] of taken) changed.delete(state)
      const checks = [...checked].map(({ id, hasFailedCheck }) => ({ account: id, hasFailed: hasFailedCheck }))
      checked.clear()
      isTold = false
      if (changed.size > 0) tell()
      return { targets: taken.map(([state, change]) => newsOf(state, change, nowMs)), checks }
    },
  }
}

/** All that somebody who knows nothing should be told. */
export function wholeNews(states: Iterable<State>, accounts: Iterable<AccountState>, nowMs: number): FleetNews {
  const unwell = [...states].filter(({ breaker, coolUntilMs }) => breaker.open !== undefined || coolUntilMs > nowMs)
  return {
    targets: unwell.map((state) => newsOf(state, { circuit: state.breaker.open !== undefined, coolDown: true }, nowMs)),
    checks: [...accounts]
      .filter(({ hasFailedCheck }) => hasFailedCheck)
      .map(({ id }) => ({ account: id, hasFailed: true })),
  }
}

function newsOf(
  { account, model, breaker: { open }, coolUntilMs }: State,
  { circuit, coolDown }: { readonly circuit: boolean; readonly coolDown: boolean },
  nowMs: number,
): TargetNews {
  const told = open === undefined ? 'closed' : { leftMs: open.untilMs - nowMs, pauseMs: open.pauseMs }
  return {
    account: account.id,
    model,
    ...(circuit ? { circuit: told } : {}),
    ...(coolDown ? { coolDownMs: coolUntilMs - nowMs } : {}),
  }
}

/** Takes over what another process has found. What this one knows of a longer pause stays. */
export function takeNews(state: State, { circuit, coolDownMs }: TargetNews, nowMs: number): void {
  if (coolDownMs !== undefined) state.coolUntilMs = Math.max(state.coolUntilMs, nowMs + coolDownMs)
  if (circuit === 'closed') state.breaker = withoutFaults(state.breaker, nowMs)
  else if (circuit !== undefined) state.breaker = withPause(state.breaker, nowMs + circuit.leftMs, circuit.pauseMs)
}
