import type { Target } from '../../core/calls/registry.ts'
import { breakerState, halfOpened } from './breaker.ts'
import { type FleetNews, gatherNews, takeNews, wholeNews } from './fleet-news.ts'
import {
  type AccountState,
  type Changes,
  healthOf,
  newAccountState,
  newState,
  pauseOf,
  type State,
  startTrial,
  type TargetHealth,
  type Trial,
} from './target-state.ts'

/** How the targets of all routes are doing, from the attempts that were made. Outlives a configuration. */
export interface Fleet {
  health(target: Target): TargetHealth
  /**
   * An attempt begins. `undefined`: none may, as another one is finding out whether the target is well again, or as the account
   * had as many retries as it may, which is a fifth of its calls and a few when there are hardly any.
   */
  begin(target: Target, why: Reason): Trial | undefined
  /** What 95 of 100 replies lately took to begin, in milliseconds; absent while there were too few. */
  p95Ms(target: Target): number | undefined
  /** Until the target that is first well again, in milliseconds. */
  pauseMs(targets: readonly Target[]): number
  /** An account was asked whether it is there. One that is may be asked again by a call, if its breakers are open. */
  checked(account: string, isWell: boolean): void
  /** How long ago a call at the account began to be answered, in milliseconds; absent: never. */
  answeredMsAgo(account: string): number | undefined
  /** What was learned since it was last asked for. */
  takeNews(): FleetNews
  /** What somebody who knows nothing should be told. */
  wholeNews(): FleetNews
  /** What another process has learned. */
  hear(news: FleetNews): void
  state(): FleetState
}

/** `turn`: the target's turn in a round over all. */
export type Reason = 'turn' | 'retry' | 'hedge'

/** How targets are doing, as plain data: it passes between processes. */
export interface FleetState {
  /** All that were asked. */
  readonly targets: readonly TargetState[]
  readonly accounts: readonly Readonly<AccountCounts>[]
}

export interface TargetState extends TargetHealth {
  readonly account: string
  readonly model: string
  readonly circuit: 'closed' | 'open' | 'half-open'
  /** How often the breaker opened. */
  readonly openings: number
  /** Until it may be asked again; 0: now. */
  readonly pauseMs: number
  readonly p95Ms?: number
}

export interface AccountCounts extends Pick<AccountState, 'retriesMade' | 'retriesRefused' | 'hedgesMade'> {
  readonly account: string
  readonly hasFailedCheck: boolean
}

const healthy: TargetHealth = { inFlight: 0 }
const unwell: TargetHealth = { inFlight: 0, paused: 'check-failed' }
/** Names of models come from clients. */
const maxTargets = 10_000

const toNobody: Changes = { circuit: () => undefined, coolDown: () => undefined, check: () => undefined }

/** `now`: milliseconds of a clock that never goes back. `hasNews` is called when there is something to take; absent: nobody takes it. */
export function createFleet(now: () => number, hasNews?: () => void): Fleet {
  const states = new Map<string, State>()
  const accounts = new Map<string, AccountState>()
  const news = hasNews === undefined ? undefined : gatherNews(hasNews)
  const changes = news ?? toNobody

  const accountOf = (id: string): AccountState => {
    let account = accounts.get(id)
    if (account === undefined) {
      account = newAccountState(id)
      accounts.set(id, account)
    }
    return account
  }
  const find = ({ account, model }: Target): State | undefined => states.get(`${account.id}/${model}`)
  const take = (account: string, model: string): State => {
    const key = `${account}/${model}`
    let state = states.get(key)
    if (state === undefined) {
      if (states.size >= maxTargets) states.clear()
      state = newState(accountOf(account), model)
      states.set(key, state)
    }
    return state
  }
  const check = (account: AccountState, isWell: boolean): void => {
    account.hasFailedCheck = !isWell
    if (!isWell) return
    const nowMs = now()
    for (const state of states.values()) if (state.account === account) state.breaker = halfOpened(state.breaker, nowMs)
  }

  return {
    health(target) {
      const state = find(target)
      if (state !== undefined) return healthOf(state, now())
      return accounts.get(target.account.id)?.hasFailedCheck === true ? unwell : healthy
    },
    begin(target, why) {
      const state = take(target.account.id, target.model)
      const { account } = state
      const isProbe = breakerState(state.breaker, now()) === 'half-open'
      if (isProbe && state.isProbing) return undefined
      if (why !== 'retry') account.retries.earn()
      else if (account.retries.spend()) account.retriesMade++
      else {
        account.retriesRefused++
        return undefined
      }
      if (why === 'hedge') account.hedgesMade++
      if (isProbe) state.isProbing = true
      return startTrial(state, isProbe, now, changes)
    },
    p95Ms: (target) => find(target)?.latencies.p95Ms(),
    pauseMs(targets) {
      const nowMs = now()
      return Math.min(
        ...targets.map((target) => {
          const state = find(target)
          return state === undefined ? 0 : pauseOf(state, nowMs)
        }),
      )
    },
    checked(id, isWell) {
      const account = accountOf(id)
      check(account, isWell)
      changes.check(account)
    },
    answeredMsAgo(id) {
      const atMs = accounts.get(id)?.answeredAtMs
      return atMs === undefined ? undefined : now() - atMs
    },
    takeNews: () => news?.take(now()) ?? { targets: [], checks: [] },
    wholeNews: () => wholeNews(states.values(), accounts.values(), now()),
    hear({ targets, checks }) {
      const nowMs = now()
      for (const target of targets) takeNews(take(target.account, target.model), target, nowMs)
      for (const { account, hasFailed } of checks) check(accountOf(account), !hasFailed)
    },
    state() {
      const nowMs = now()
      return {
        targets: [...states.values()].map((state) => targetState(state, nowMs)),
        accounts: [...accounts.values()].map(({ id, retriesMade, retriesRefused, hedgesMade, hasFailedCheck }) => ({
          account: id,
          retriesMade,
          retriesRefused,
          hedgesMade,
          hasFailedCheck,
        })),
      }
    },
  }
}

function targetState(state: State, nowMs: number): TargetState {
  const { account, model, breaker, openings, latencies } = state
  const p95Ms = latencies.p95Ms()
  return {
    account: account.id,
    model,
    ...healthOf(state, nowMs),
    circuit: breakerState(breaker, nowMs),
    openings,
    pauseMs: Math.ceil(pauseOf(state, nowMs)),
    ...(p95Ms === undefined ? {} : { p95Ms }),
  }
}
