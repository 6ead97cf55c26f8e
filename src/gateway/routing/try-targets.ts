import type { RoutedCall } from '../../core/calls/call.ts'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import type { Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Fleet, Reason } from './fleet.ts'
import type { Trial } from './target-state.ts'

export interface TryOptions<Call, Reply> {
  readonly fleet: Fleet
  /** Sends the call to one target. */
  attempt(call: Call, target: Target): Promise<Reply>
  /** Resolves when so much of the reply is there that the call need go nowhere else. Rejects when it breaks off before. */
  settled(reply: Reply): Promise<Reply> | Reply
  /** Tells the trial when nothing more of the reply will come. */
  watch(reply: Reply, trial: Trial): Reply
}

export interface Tries<Reply> {
  readonly targets: readonly Target[]
  /** Whether the call goes elsewhere when all of these have failed. */
  readonly isLastRound: boolean
  /** What ended the round before this one; absent in the first. More of what just failed makes a bad moment worse: each target has a budget for it. */
  readonly retryOf?: GatewayError | undefined
  readonly hedge?: Hedge | undefined
  /** Has the reply before it is given away, and may end it. */
  readonly watched?: ((reply: Reply, cut: () => void) => Reply) | undefined
}

const asItIs = <Reply>(reply: Reply): Reply => reply

/** Where an answer is late, the next target is asked as well: the first to answer is taken, the other cut. */
export interface Hedge {
  /** When an answer is late; `undefined`: not known yet. */
  lateMs(target: Target): number | undefined
  /** False: there have been enough of them lately. */
  may(): boolean
}

interface Attempt {
  readonly target: Target
  cut(): void
}

/** Asks one target alone, for what another one has left. Rejects where it is not well. */
export async function askOne<Call extends RoutedCall, Reply>(
  call: Call,
  target: Target,
  options: TryOptions<Call, Reply>,
): Promise<{ readonly reply: Reply; cut(): void }> {
  const { fleet } = options
  const trial = fleet.health(target).paused === undefined ? fleet.begin(target, 'turn') : undefined
  if (trial === undefined) throw noneIsWell()
  const { attempt, reply } = startAttempt(call, target, options)
  try {
    const began = await reply
    const answer = await Promise.resolve(options.settled(began)).catch((fault: unknown) => {
      throw brokeOff(fault, call, target)
    })
    trial.answered()
    return { reply: options.watch(answer, trial), cut: attempt.cut }
  } catch (fault) {
    trial.failed(fault)
    trial.over()
    attempt.cut()
    throw fault
  }
}

/** Asks the targets in turn until one answers. Rejects with the last fault when none does, and at once with one that no other target would cure. */
export function tryTargets<Call extends RoutedCall, Reply>(
  call: Call,
  { targets, isLastRound, retryOf, hedge, watched = asItIs }: Tries<Reply>,
  options: TryOptions<Call, Reply>,
): Promise<Reply> {
  const { fleet } = options
  return new Promise((resolve, reject) => {
    const turn = retryOf === undefined ? 'turn' : 'retry'
    const waiting = [...targets]
    const running = new Set<Attempt>()
    let timer: NodeJS.Timeout | undefined
    let last: unknown = retryOf
    const finish = (): void => {
      clearTimeout(timer)
      waiting.length = 0
      for (const attempt of running) attempt.cut()
      running.clear()
    }
    const startNext = (why: Reason = turn): void => {
      const target = waiting.shift()
      if (target === undefined) {
        if (running.size === 0) reject(last ?? noneIsWell())
        return
      }
      const trial = fleet.begin(target, why)
      if (trial === undefined) {
        startNext(why)
        return
      }
      const [late] = why === 'hedge' ? running : []
      const { attempt, reply } = startAttempt(
        late === undefined ? call : { ...call, hedges: late.target },
        target,
        options,
      )
      running.add(attempt)
      const isLast = isLastRound && waiting.length === 0 && running.size === 1
      const answered = (answer: Reply): void => {
        trial.answered()
        if (!running.delete(attempt)) trial.over()
        else {
          finish()
          resolve(watched(options.watch(answer, trial), attempt.cut))
        }
      }
      const failed = (fault: unknown): void => {
        trial.failed(fault)
        trial.over()
        attempt.cut()
        // It is not late any more.
        if (running.has(attempt)) clearTimeout(timer)
        if (!running.delete(attempt)) return
        last = fault
        const isCurable = isWorthAnother(fault, call)
        const hasGone = isCurable && isSpent(call)
        if (!isCurable || hasGone) {
          const hasMore = waiting.length > 0
          finish()
          reject(hasGone && hasMore ? wentOnce(fault) : fault)
        } else if (running.size === 0) startNext()
      }
      reply.then((answer) => {
        // Most answers are there in one piece, and wait for nothing more.
        const settled = isLast ? answer : options.settled(answer)
        if (settled instanceof Promise) settled.then(answered, (fault) => failed(brokeOff(fault, call, target)))
        else answered(settled)
      }, failed)
      const lateMs = waiting.length > 0 && running.size === 1 ? hedge?.lateMs(target) : undefined
      if (lateMs === undefined) return
      timer = setTimeout(() => {
        if (hedge?.may() === true) startNext('hedge')
      }, lateMs)
    }
    startNext()
  })
}

/** One that ends with the call, or by itself. */
function startAttempt<Call extends RoutedCall, Reply>(
  call: Call,
  target: Target,
  { attempt }: TryOptions<Call, Reply>,
): { readonly attempt: Attempt; readonly reply: Promise<Reply> } {
  const lifetime = new CallLifetime()
  call.lifetime.onEnd((reason) => lifetime.end(reason))
  return {
    attempt: { target, cut: () => lifetime.end(new GatewayError('hedge_lost', 'Another target answered first.')) },
    reply: attempt({ ...call, lifetime }, target),
  }
}

/** The record has its attempt as answered; it ends as one that failed. The same fault. */
function brokeOff(fault: unknown, call: RoutedCall, target: Target): unknown {
  if (fault instanceof GatewayError) call.emit({ type: 'attempt-broke-off', target, errorCode: fault.code })
  return fault
}

/** A refused credential is this account's fault, not the request's: another target may well answer. */
export function isWorthAnother(fault: unknown, { lifetime }: RoutedCall): fault is GatewayError {
  if (!(fault instanceof GatewayError) || lifetime.reason !== undefined) return false
  return fault.retryable || ofTarget.has(fault.code)
}

/** Its credential, its budgets, or its price: another target has others. */
const ofTarget: ReadonlySet<string> = new Set([
  'upstream_unauthorized',
  'upstream_forbidden',
  'budget_exceeded',
  'unpriced_call',
])

/** The body has gone to one target, and cannot go to another. */
export function isSpent({ upload }: RoutedCall): boolean {
  return upload?.body.isSpent === true
}

/** A fault that another target would have been tried for, if the body had not gone with this one. */
export function wentOnce(fault: GatewayError): GatewayError {
  const { code, message, status, param, retryAfterSeconds, vendorType, vendorCode, wire } = fault
  const details = { status, param, retryAfterSeconds, vendorType, vendorCode, wire, cause: fault }
  return new GatewayError(
    code,
    `${message} No other target was tried, as the body is larger than what is held.`,
    details,
  )
}

function noneIsWell(): GatewayError {
  return new GatewayError('no_healthy_target', 'Every target of the route has failed lately.', { retryAfterSeconds: 1 })
}
