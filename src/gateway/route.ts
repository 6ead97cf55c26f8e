import type { Next, RoutedCall } from '../core/call.ts'
import { GatewayError } from '../core/errors.ts'
import type { ResolvedModel, Target } from '../core/registry.ts'
import { leavesOf, type RouteDecision, type RouteFacts } from '../core/route-plan.ts'
import { nextPauseMs } from './routing/backoff.ts'
import { chooseTargets } from './routing/choose-targets.ts'
import type { Fleet, Trial } from './routing/fleet.ts'

export interface RouteOptions<Call, Reply> {
  resolve(model: string): ResolvedModel
  readonly fleet: Fleet
  /** In [0, 1). */
  random(): number
  /** Sends the call to one target. */
  attempt(call: Call, target: Target): Promise<Reply>
  /** Tells the trial when nothing more of the reply will come. */
  watch(reply: Reply, trial: Trial): Reply
}

/** Sends a call where its model's plan leads. Another target is tried on a fault that it may not have, before anything has reached the client. */
export function route<Call extends RoutedCall, Reply>(options: RouteOptions<Call, Reply>): Next<Call, Reply> {
  const { resolve, attempt } = options
  return async (call) => {
    const { route: name, plan, settings } = resolve(call.model)
    call.emit({ type: 'route-resolved', route: name })
    if (plan.kind === 'target' && settings.retries === 0) return await attempt(call, heldTarget(plan.target, call))
    let pauseMs: number | undefined
    for (let round = 0; ; round++) {
      try {
        return await tryTargets(call, decide(call, plan, options), options)
      } catch (fault) {
        if (round >= settings.retries || !isWorthAnother(fault, call) || !fault.retryable || isSpent(call)) throw fault
        pauseMs = nextPauseMs(pauseMs, options.random())
        // What a provider asks for is the least; one that asks for longer than this is not waited for.
        const askedMs = (fault.retryAfterSeconds ?? 0) * 1000
        if (askedMs > longestWaitMs) throw fault
        await pause(Math.max(pauseMs, askedMs), call)
      }
    }
  }
}

const longestWaitMs = 10_000

function decide<Call extends RoutedCall, Reply>(
  call: Call,
  plan: ResolvedModel['plan'],
  { fleet, random }: RouteOptions<Call, Reply>,
): RouteDecision {
  let facts: RouteFacts | undefined
  const { heldBy } = call
  const decision = chooseTargets(plan, {
    random,
    facts: () => (facts ??= call.facts()),
    health: (target) => fleet.health(target),
    ...(heldBy === undefined ? {} : { heldBy: heldBy.account }),
  })
  call.emit({ type: 'route-decided', decision })
  if (decision.targets.length > 0) return decision
  const holders = leavesOf(plan).filter(({ account }) => heldBy === undefined || account.id === heldBy.account)
  if (heldBy !== undefined && holders.length === 0) throw heldBy.otherwise
  const seconds = Math.ceil(fleet.pauseMs(holders) / 1000)
  throw new GatewayError('no_healthy_target', 'Every target of the route has failed lately or asked for a pause.', {
    retryAfterSeconds: Math.max(1, seconds),
  })
}

async function tryTargets<Call extends RoutedCall, Reply>(
  call: Call,
  { targets }: RouteDecision,
  { fleet, attempt, watch }: RouteOptions<Call, Reply>,
): Promise<Reply> {
  let last: unknown
  for (const target of targets) {
    const trial = fleet.begin(target)
    // Somebody else is finding out whether it is well again.
    if (trial === undefined) continue
    try {
      const reply = await attempt(call, target)
      trial.answered()
      return watch(reply, trial)
    } catch (fault) {
      trial.failed(fault)
      trial.over()
      if (!isWorthAnother(fault, call)) throw fault
      if (isSpent(call)) throw target === targets.at(-1) ? fault : wentOnce(fault)
      last = fault
    }
  }
  throw (
    last ??
    new GatewayError('no_healthy_target', 'Every target of the route has failed lately.', { retryAfterSeconds: 1 })
  )
}

function heldTarget(target: Target, { heldBy }: RoutedCall): Target {
  if (heldBy !== undefined && heldBy.account !== target.account.id) throw heldBy.otherwise
  return target
}

/** The body has gone to one target, and cannot go to another. */
function isSpent({ upload }: RoutedCall): boolean {
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

/** A refused credential is this account's fault, not the request's: another target may well answer. */
function isWorthAnother(fault: unknown, { lifetime }: RoutedCall): fault is GatewayError {
  if (!(fault instanceof GatewayError) || lifetime.reason !== undefined) return false
  return fault.retryable || fault.code === 'upstream_unauthorized' || fault.code === 'upstream_forbidden'
}

/** Ends with the call. */
function pause(ms: number, { lifetime }: RoutedCall): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      removeEndListener()
      resolve()
    }, ms)
    const removeEndListener = lifetime.onEnd((reason) => {
      clearTimeout(timer)
      reject(reason)
    })
  })
}
