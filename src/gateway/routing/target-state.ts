import { GatewayError } from '../../core/errors.ts'
import { afterFailure, afterSuccess, type Breaker, breakerState, closedBreaker } from './breaker.ts'
import { type Budget, createBudget } from './budget.ts'
import { createLatencies, type Latencies } from './latencies.ts'

export interface TargetHealth {
  /** Why it is not to be asked now. `check-failed`: its account, by itself, does not answer as it should. */
  readonly paused?: 'circuit-open' | 'cooling-down' | 'check-failed'
  readonly inFlight: number
  /** Time to the first byte lately, in milliseconds; absent before the first reply. */
  readonly latencyMs?: number
  /** What is left of its rate limit, from 0 to 1, as its provider said last; absent where it says nothing. */
  readonly headroom?: number
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

/** What all models of an account have in common. */
export interface AccountState {
  readonly id: string
  /** All models of an account have one limit at their provider. */
  readonly retries: Budget
  retriesMade: number
  retriesRefused: number
  hedgesMade: number
  /** When a provider last began to answer; absent: never. */
  answeredAtMs: number | undefined
  hasFailedCheck: boolean
}

export interface State {
  readonly account: AccountState
  readonly model: string
  breaker: Breaker
  /** How often the breaker opened. */
  openings: number
  isProbing: boolean
  coolUntilMs: number
  inFlight: number
  headroom: { readonly share: number; readonly atMs: number } | undefined
  readonly latencies: Latencies
}

/** What others may want to know of a change. */
export interface Changes {
  circuit(state: State): void
  coolDown(state: State): void
  check(account: AccountState): void
}

const retryShare = 0.2
const retryBurst = 10
/** Where a provider refuses for its rate and does not say for how long. */
const defaultCoolDownMs = 1000

/** Faults that another attempt at the same target may well meet again. What the client got wrong tells nothing of the target. */
export const tellsOfTarget: ReadonlySet<string> = new Set([
  'upstream_error',
  'upstream_overloaded',
  'upstream_timeout',
  'upstream_unreachable',
  'upstream_reset',
  'upstream_invalid_reply',
  'upstream_unauthorized',
  'upstream_forbidden',
])

export function newAccountState(id: string): AccountState {
  return {
    id,
    retries: createBudget(retryShare, retryBurst),
    retriesMade: 0,
    retriesRefused: 0,
    hedgesMade: 0,
    answeredAtMs: undefined,
    hasFailedCheck: false,
  }
}

export function newState(account: AccountState, model: string): State {
  return {
    account,
    model,
    breaker: closedBreaker,
    openings: 0,
    isProbing: false,
    coolUntilMs: 0,
    inFlight: 0,
    headroom: undefined,
    latencies: createLatencies(),
  }
}

export function healthOf(state: State, nowMs: number): TargetHealth {
  const { inFlight, latencies } = state
  const health: { -readonly [Field in keyof TargetHealth]: TargetHealth[Field] } = { inFlight }
  const paused = whyPaused(state, nowMs)
  if (paused !== undefined) health.paused = paused
  const latencyMs = latencies.meanMs
  if (latencyMs !== undefined) health.latencyMs = latencyMs
  const headroom = headroomNow(state, nowMs)
  if (headroom !== undefined) health.headroom = headroom
  return health
}

function whyPaused({ account, breaker, isProbing, coolUntilMs }: State, nowMs: number): TargetHealth['paused'] {
  const circuit = breakerState(breaker, nowMs)
  if (circuit === 'open' || (circuit === 'half-open' && isProbing)) return 'circuit-open'
  if (nowMs < coolUntilMs) return 'cooling-down'
  return account.hasFailedCheck ? 'check-failed' : undefined
}

/** Until it may be asked again; 0: now. */
export function pauseOf({ coolUntilMs, breaker }: State, nowMs: number): number {
  return Math.max(0, Math.max(coolUntilMs, breaker.open?.untilMs ?? 0) - nowMs)
}

export function startTrial(state: State, isProbe: boolean, now: () => number, changes: Changes): Trial {
  const started = now()
  const { account } = state
  let isOver = false
  let hasAnswered = false
  const probed = (): void => {
    if (isProbe) state.isProbing = false
  }
  const become = (breaker: Breaker): void => {
    const { open } = state.breaker
    state.breaker = breaker
    if (breaker.open === open) return
    if (breaker.open !== undefined) state.openings++
    changes.circuit(state)
  }
  state.inFlight++
  return {
    answered() {
      const nowMs = now()
      hasAnswered = true
      probed()
      become(afterSuccess(state.breaker, nowMs))
      state.latencies.add(nowMs - started)
      account.answeredAtMs = nowMs
      // What answers calls is well, whatever a check says.
      if (!account.hasFailedCheck) return
      account.hasFailedCheck = false
      changes.check(account)
    },
    failed(fault) {
      probed()
      if (!(fault instanceof GatewayError)) return
      if (fault.code === 'hedge_lost') {
        // It would have taken longer: leaving it out would make slow targets look fast.
        if (!hasAnswered) state.latencies.add(now() - started)
      } else if (tellsOfTarget.has(fault.code)) become(afterFailure(state.breaker, now()))
      else if (fault.code === 'upstream_rate_limited') {
        const pauseMs = fault.retryAfterSeconds === undefined ? defaultCoolDownMs : fault.retryAfterSeconds * 1000
        const untilMs = now() + pauseMs
        if (untilMs <= state.coolUntilMs) return
        state.coolUntilMs = untilMs
        changes.coolDown(state)
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

function headroomNow({ headroom }: State, nowMs: number): number | undefined {
  return headroom === undefined ? undefined : Math.min(1, headroom.share + (nowMs - headroom.atMs) / windowMs)
}
