import { GatewayError } from '../../core/errors.ts'
import type { Target } from '../../core/registry.ts'
import { afterFailure, afterSuccess, type Breaker, breakerState, closedBreaker } from './breaker.ts'

/** How the targets of all routes are doing, from the attempts that were made. Outlives a configuration. */
export interface Fleet {
  health(target: Target): TargetHealth
  /** An attempt begins. `undefined`: none may, as another one is finding out whether the target is well again. */
  begin(target: Target): Trial | undefined
  /** Until the target that is first well again, in milliseconds. */
  pauseMs(targets: readonly Target[]): number
}

export interface TargetHealth {
  /** Why it is not to be asked now. */
  readonly paused?: 'circuit-open' | 'cooling-down'
  readonly inFlight: number
  /** Time to the first byte lately, in milliseconds; absent before the first reply. */
  readonly latencyMs?: number
}

/** One attempt, told how it went. */
export interface Trial {
  /** The reply is beginning. */
  answered(): void
  failed(fault: unknown): void
  /** Nothing more will come. Only the first call counts. */
  over(): void
}

interface State {
  breaker: Breaker
  isProbing: boolean
  coolUntilMs: number
  inFlight: number
  latencyMs: number | undefined
}

const healthy: TargetHealth = { inFlight: 0 }
/** Names of models come from clients. */
const maxTargets = 10_000
/** The weight of a new figure in the mean of latencies. */
const newShare = 0.2
/** Where a provider refuses for its rate and does not say for how long. */
const defaultCoolDownMs = 1000

/** Faults that another attempt at the same target may well meet again. What the client got wrong tells nothing of the target. */
const tellsOfTarget: ReadonlySet<string> = new Set([
  'upstream_error',
  'upstream_overloaded',
  'upstream_timeout',
  'upstream_unreachable',
  'upstream_reset',
  'upstream_invalid_reply',
  'upstream_unauthorized',
  'upstream_forbidden',
])

/** `now`: milliseconds of a clock that never goes back. */
export function createFleet(now: () => number): Fleet {
  const states = new Map<string, State>()

  const find = ({ account, model }: Target): State | undefined => states.get(`${account.id}/${model}`)
  const take = ({ account, model }: Target): State => {
    const key = `${account.id}/${model}`
    let state = states.get(key)
    if (state === undefined) {
      if (states.size >= maxTargets) states.clear()
      state = { breaker: closedBreaker, isProbing: false, coolUntilMs: 0, inFlight: 0, latencyMs: undefined }
      states.set(key, state)
    }
    return state
  }

  return {
    health(target) {
      const state = find(target)
      if (state === undefined) return healthy
      const { breaker, isProbing, coolUntilMs, inFlight, latencyMs } = state
      const nowMs = now()
      const circuit = breakerState(breaker, nowMs)
      const paused =
        circuit === 'open' || (circuit === 'half-open' && isProbing)
          ? 'circuit-open'
          : nowMs < coolUntilMs
            ? 'cooling-down'
            : undefined
      return {
        inFlight,
        ...(paused === undefined ? {} : { paused }),
        ...(latencyMs === undefined ? {} : { latencyMs }),
      }
    },
    begin(target) {
      const state = take(target)
      const isProbe = breakerState(state.breaker, now()) === 'half-open'
      if (isProbe && state.isProbing) return undefined
      if (isProbe) state.isProbing = true
      return startTrial(state, isProbe, now)
    },
    pauseMs(targets) {
      const ends = targets.map((target) => {
        const state = find(target)
        return Math.max(state?.coolUntilMs ?? 0, state?.breaker.open?.untilMs ?? 0)
      })
      return Math.max(0, Math.min(...ends) - now())
    },
  }
}

function startTrial(state: State, isProbe: boolean, now: () => number): Trial {
  const started = now()
  let isOver = false
  const probed = (): void => {
    if (isProbe) state.isProbing = false
  }
  state.inFlight++
  return {
    answered() {
      const nowMs = now()
      probed()
      state.breaker = afterSuccess(state.breaker, nowMs)
      const latencyMs = nowMs - started
      state.latencyMs = state.latencyMs === undefined ? latencyMs : mean(state.latencyMs, latencyMs)
    },
    failed(fault) {
      probed()
      if (!(fault instanceof GatewayError)) return
      if (tellsOfTarget.has(fault.code)) state.breaker = afterFailure(state.breaker, now())
      else if (fault.code === 'upstream_rate_limited') {
        const pauseMs = fault.retryAfterSeconds === undefined ? defaultCoolDownMs : fault.retryAfterSeconds * 1000
        state.coolUntilMs = Math.max(state.coolUntilMs, now() + pauseMs)
      }
    },
    over() {
      if (isOver) return
      isOver = true
      probed()
      state.inFlight--
    },
  }
}

function mean(before: number, latest: number): number {
  return before + newShare * (latest - before)
}
