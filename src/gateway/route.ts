import type { Next, RoutedCall } from '../core/calls/call.ts'
import type { ResolvedModel, Target } from '../core/calls/registry.ts'
import { leavesOf, type RouteDecision, type RouteFacts, type RouteSettings } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import { type MayReach, outOfReach } from './reach.ts'
import { longestWaitMs, nextPauseMs, pause } from './routing/backoff.ts'
import { type Budget, createBudget } from './routing/budget.ts'
import { chooseTargets, onlyTry } from './routing/choose-targets.ts'
import type { Fleet } from './routing/fleet.ts'
import { askOne, type Hedge, isSpent, isWorthAnother, type TryOptions, tryTargets } from './routing/try-targets.ts'

export interface RouteOptions<Call, Reply> extends TryOptions<Call, Reply> {
  resolve(model: string): ResolvedModel
  readonly mayReach: MayReach
  /** In [0, 1). */
  random(): number
  /** The same reply, continued by others where it breaks off, for routes that have it so. */
  goOn?(call: Call, reply: Reply, continuing: Continuing<Call, Reply>): Reply
}

export interface Continuing<Call, Reply> {
  /** In the order in which they were to be tried. */
  readonly targets: readonly Target[]
  /** Ends what is left of the reply. */
  cut(): void
  ask(call: Call, target: Target): Promise<{ readonly reply: Reply; cut(): void }>
}

/** Sends a call where its model's plan leads. Another target is tried on a fault that it may not have, before anything has reached the client. */
export function route<Call extends RoutedCall, Reply>(options: RouteOptions<Call, Reply>): Next<Call, Reply> {
  const { resolve, attempt, fleet, mayReach } = options
  const hedgeOf = hedges(fleet)
  const ask = (call: Call, target: Target) => askOne(call, target, options)
  return async (call) => {
    const resolved = resolve(call.model)
    const { route: name, plan, settings } = resolved
    call.emit({ type: 'route-resolved', route: name })
    const only = onlyTry(resolved)
    if (only !== undefined) {
      if (!mayReach(call.principal, only.account)) throw outOfReach([only.account])
      return await attempt(call, heldTarget(only, call))
    }
    // A body that is passed on as it comes can go to one target only.
    const hedge = call.upload === undefined ? hedgeOf(settings) : undefined
    let pauseMs: number | undefined
    let retryOf: GatewayError | undefined
    for (let round = 0; ; round++) {
      try {
        const { targets } = decide(call, plan, options)
        const isLastRound = round >= settings.retries
        const { goOn } = options
        const watched =
          settings.continues === true && goOn !== undefined
            ? (reply: Reply, cut: () => void) => goOn(call, reply, { targets, cut, ask })
            : undefined
        return await tryTargets(call, { targets, isLastRound, retryOf, hedge, watched }, options)
      } catch (fault) {
        if (round >= settings.retries || fault === retryOf || !mayGoRound(fault, call)) throw fault
        retryOf = fault
        pauseMs = nextPauseMs(pauseMs, options.random())
        // What a provider asks for is the least; one that asks for longer than this is not waited for.
        const askedMs = (fault.retryAfterSeconds ?? 0) * 1000
        if (askedMs > longestWaitMs) throw fault
        await pause(Math.max(pauseMs, askedMs), call)
      }
    }
  }
}

/** A tenth of the calls of a route, and a few when there are hardly any. */
const hedgeShare = 0.1
const hedgeBurst = 5

/** What routes have left to ask two targets at once. */
function hedges(fleet: Fleet): (settings: RouteSettings) => Hedge | undefined {
  const budgets = new WeakMap<RouteSettings, Budget>()
  return (settings) => {
    const { hedge } = settings
    if (hedge === undefined) return undefined
    let budget = budgets.get(settings)
    if (budget === undefined) {
      budget = createBudget(hedgeShare, hedgeBurst)
      budgets.set(settings, budget)
    }
    budget.earn()
    const { spend } = budget
    return { lateMs: (target) => (hedge === 'p95' ? fleet.p95Ms(target) : hedge.afterMs), may: spend }
  }
}

/** Whether the same targets may answer a little later. */
function mayGoRound(fault: unknown, call: RoutedCall): fault is GatewayError {
  return isWorthAnother(fault, call) && fault.retryable && !isSpent(call)
}

function decide<Call extends RoutedCall, Reply>(
  call: Call,
  plan: ResolvedModel['plan'],
  { fleet, random, mayReach }: RouteOptions<Call, Reply>,
): RouteDecision {
  let facts: RouteFacts | undefined
  const { heldBy, reasoning, principal } = call
  const decision = chooseTargets(plan, {
    random,
    facts: () => (facts ??= call.facts()),
    health: (target) => fleet.health(target),
    mayReach: (account) => mayReach(principal, account),
    ...(heldBy === undefined ? {} : { heldBy: heldBy.account }),
    ...(reasoning === undefined ? {} : { preferred: reasoning.account }),
  })
  call.emit({ type: 'route-decided', decision })
  if (decision.targets.length > 0) return decision
  const holders = leavesOf(plan).filter(({ account }) => heldBy === undefined || account.id === heldBy.account)
  if (heldBy !== undefined && holders.length === 0) throw heldBy.otherwise
  const reached = holders.map(({ account }) => account).filter((account) => mayReach(principal, account))
  if (reached.length === 0) throw outOfReach(holders.map(({ account }) => account))
  const seconds = Math.ceil(fleet.pauseMs(holders) / 1000)
  throw new GatewayError('no_healthy_target', 'Every target of the route has failed lately or asked for a pause.', {
    retryAfterSeconds: Math.max(1, seconds),
  })
}

function heldTarget(target: Target, { heldBy }: RoutedCall): Target {
  if (heldBy !== undefined && heldBy.account !== target.account.id) throw heldBy.otherwise
  return target
}
