import { GatewayError } from '../../core/errors.ts'
import type { Target } from '../../core/registry.ts'
import { afterFailure, afterSuccess, type Breaker, breakerState, closedBreaker } from './breaker.ts'
import { type Budget, createBudget } from './budget.ts'
import { createLatencies, type Latencies } from './latencies.ts'

/** How the targets of all routes are doing, from the attempts that were made. Outlives a configuration. */
export interface Fleet {
  health(target: Target): TargetHealth
  /**
   * An attempt begins. `undefined`: none may, as another one is finding out whether the target is well again, or as the account
   * had as many retries as it may, which is a fifth of its calls and a few when there are hardly any.
   */
  begin(target: Target, isRetry: boolean): Trial | undefined
  /** What 95 of 100 replies lately took to begin, in milliseconds; absent while there were too few. */
  p95Ms(target: Target): number | undefined
  /** Until the target that is first well again, in milliseconds. */
  pauseMs(targets: readonly Target[]): number
  /** Of all targets that were asked. */
  states(): readonly TargetState[]
}

export interface TargetHealth {
  /** Why it is not to be asked now. */
  readonly paused?: 'circuit-open' | 'cooling-down'
  readonly inFlight: number
  /** Time to the first byte lately, in milliseconds; absent before the first reply. */
  readonly latencyMs?: number
  /** What is left of its rate limit, from 0 to 1, as its provider said last; absent where it says nothing. */
  readonly headroom?: number
}

/** How a target is doing, as plain data: it passes between processes. */
export interface TargetState extends TargetHealth {
  readonly account: string
  readonly model: string
  readonly circuit: 'closed' | 'open' | 'half-open'
  /** Until it may be asked again; 0: now. */
  readonly pauseMs: number
  readonly p95Ms?: number
}

/** One attempt, told how it went. */
export interface Trial {
  /** The reply is beginning. */
  answered(): void
  failed(fault: unknown): void
  /** What its provider says is left of the rate limit, from 0 to 1. */
  left(headroom: number): void
  /** Nothing more will come. Only the first call counts. */
  over(): void
}

interface State {
  readonly account: string
  readonly model: string
  breaker: Breaker
  isProbing: boolean
  coolUntilMs: number
  inFlight: number
  headroom: { readonly share: number; readonly atMs: number } | undefined
  readonly latencies: Latencies
  readonly retries: Budget
}

const healthy: TargetHealth = { inFlight: 0 }
/** Names of models come from clients. */
const maxTargets = 10_000
const retryShare = 0.2
const retryBurst = 10
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
  const retries = new Map<string, Budget>()

  /** All models of an account have one limit at their provider. */
  const retriesOf = ({ account }: Target): Budget => {
    let budget = retries.get(account.id)
    if (budget === undefined) {
      budget = createBudget(retryShare, retryBurst)
      retries.set(account.id, budget)
    }
    return budget
  }

  const find = ({ account, model }: Target): State | undefined => states.get(`${account.id}/${model}`)
  const take = (target: Target): State => {
    const { account, model } = target
    const key = `${account.id}/${model}`
    let state = states.get(key)
    if (state === undefined) {
      if (states.size >= maxTargets) states.clear()
      state = {
        account: account.id,
        model,
        breaker: closedBreaker,
        isProbing: false,
        coolUntilMs: 0,
        inFlight: 0,
        headroom: undefined,
        latencies: createLatencies(),
        retries: retriesOf(target),
      }
      states.set(key, state)
    }
    return state
  }

  return {
    health(target) {
      const state = find(target)
      return state === undefined ? healthy : healthOf(state, now())
    },
    begin(target, isRetry) {
      const state = take(target)
      const isProbe = breakerState(state.breaker, now()) === 'half-open'
      if (isProbe && state.isProbing) return undefined
      if (!isRetry) state.retries.earn()
      else if (!state.retries.spend()) return undefined
      if (isProbe) state.isProbing = true
      return startTrial(state, isProbe, now)
    },
    p95Ms: (target) => find(target)?.latencies.p95Ms(),
    pauseMs(targets) {
      const ends = targets.map((target) => {
        const state = find(target)
        return Math.max(state?.coolUntilMs ?? 0, state?.breaker.open?.untilMs ?? 0)
      })
      return Math.max(0, Math.min(...ends) - now())
    },
    states() {
      const nowMs = now()
      return [...states.values()].map((state): TargetState => {
        const { account, model, breaker, coolUntilMs, latencies } = state
        const p95Ms = latencies.p95Ms()
        return {
          account,
          model,
          ...healthOf(state, nowMs),
          circuit: breakerState(breaker, nowMs),
          pauseMs: Math.max(0, Math.ceil(Math.max(coolUntilMs, breaker.open?.untilMs ?? 0) - nowMs)),
          ...(p95Ms === undefined ? {} : { p95Ms }),
        }
      })
    },
  }
}

function healthOf(state: State, nowMs: number): TargetHealth {
  const { breaker, isProbing, coolUntilMs, inFlight, latencies } = state
  const latencyMs = latencies.meanMs
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
    ...headroomNow(state, nowMs),
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
      state.latencies.add(nowMs - started)
    },
    failed(fault) {
      probed()
      if (!(fault instanceof GatewayError)) return
      // It would have taken longer: leaving it out would make slow targets look fast.
      if (fault.code === 'hedge_lost') state.latencies.add(now() - started)
      else if (tellsOfTarget.has(fault.code)) state.breaker = afterFailure(state.breaker, now())
      else if (fault.code === 'upstream_rate_limited') {
        const pauseMs = fault.retryAfterSeconds === undefined ? defaultCoolDownMs : fault.retryAfterSeconds * 1000
        state.coolUntilMs = Math.max(state.coolUntilMs, now() + pauseMs)
      }
    },
    left(headroom) {
      state.headroom = { share: headroom, atMs: now() }
    },
    over() {
      if (isOver) return
      isOver = true
      probed()
      state.inFlight--
    },
  }
}

/** The limits of all vendors are full again after a minute; until then what is left grows as they do. */
const windowMs = 60_000

function headroomNow({ headroom }: State, nowMs: number): { readonly headroom?: number } {
  return headroom === undefined ? {} : { headroom: Math.min(1, headroom.share + (nowMs - headroom.atMs) / windowMs) }
}
