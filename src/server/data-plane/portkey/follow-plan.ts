import type { ModelCall, ModelReply, Next } from '../../../core/calls/call.ts'
import { CallLifetime } from '../../../core/calls/lifetime.ts'
import { GatewayError } from '../../../core/errors.ts'
import { longestWaitMs, nextPauseMs, pause } from '../../../gateway/routing/backoff.ts'
import { wentOnce } from '../../../gateway/routing/try-targets.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Answer } from '../request/client-manner.ts'
import type { ConditionFacts } from './conditions.ts'
import type { ConditionalPlan, LoadbalancePlan, Plan, TargetPlan } from './plan.ts'
import { refused } from './refusals.ts'

export interface FollowOptions {
  readonly deadlines: Deadlines
  readonly pipeline: Next<ModelCall, ModelReply>
  /** The call as this target gets it. `retries`: how often it got it before. */
  callFor(target: TargetPlan, retries: number): ModelCall
  facts(): ConditionFacts
  /** The body has gone to a target, and no other one can have it. */
  isSpent(): boolean
  /** In [0, 1). */
  random(): number
}

/** Sends a call where its plan says. Each attempt passes the whole pipeline, so its key must be allowed each model by itself. */
export async function followPlan(plan: Plan, options: FollowOptions): Promise<Answer> {
  if (plan.kind === 'target') return await callTarget(plan, options)
  if (plan.kind === 'loadbalance') return await followPlan(chosen(plan, options.random()), options)
  if (plan.kind === 'conditional') return await followPlan(matching(plan, options.facts()), options)
  let fault: unknown
  for (const next of plan.plans) {
    try {
      return await followPlan(next, options)
    } catch (error) {
      fault = error
      if (!(error instanceof GatewayError) || !triesNext(error, plan.onStatusCodes)) break
      if (options.isSpent() && next !== plan.plans.at(-1)) throw wentOnce(error)
    }
  }
  throw fault
}

function matching({ cases, otherwise }: ConditionalPlan, facts: ConditionFacts): Plan {
  const found = cases.find(({ holds }) => holds(facts))?.plan ?? otherwise
  if (found === undefined)
    throw refused('x-portkey-config', 'has no condition that holds for this request, and no `default`.')
  return found
}

/** At least one weight is above 0, and one of those is chosen whatever rounding does. */
function chosen({ entries }: LoadbalancePlan, random: number): Plan {
  const weighted = entries.filter(({ weight }) => weight > 0)
  let left = random * weighted.reduce((sum, { weight }) => sum + weight, 0)
  const found =
    weighted.find(({ weight }) => {
      left -= weight
      return left < 0
    }) ?? weighted.at(-1)
  if (found === undefined) throw new TypeError('A plan has no weight above 0.')
  return found.plan
}

async function callTarget(target: TargetPlan, options: FollowOptions): Promise<Answer> {
  const { attempts = 0, onStatusCodes } = target.retry ?? {}
  let pauseMs: number | undefined
  for (let retries = 0; ; retries++) {
    const call = options.callFor(target, retries)
    try {
      return await attempt(call, target, options)
    } catch (fault) {
      const isWorthIt = fault instanceof GatewayError && triesNext(fault, onStatusCodes)
      if (retries >= attempts || !isWorthIt || options.isSpent() || call.lifetime.reason !== undefined) throw fault
      pauseMs = nextPauseMs(pauseMs, options.random())
      const askedMs = (fault.retryAfterSeconds ?? 0) * 1000
      if (askedMs > longestWaitMs) throw fault
      await pause(Math.max(pauseMs, askedMs), call)
    }
  }
}

async function attempt(
  call: ModelCall,
  { timeoutMs }: TargetPlan,
  { pipeline, deadlines }: FollowOptions,
): Promise<Answer> {
  if (timeoutMs === undefined) return { call, reply: await pipeline(call) }
  const lifetime = new CallLifetime()
  const unlink = call.lifetime.onEnd((reason) => lifetime.end(reason))
  deadlines.set(lifetime, timeoutMs, () => timeout(call, timeoutMs))
  const timed: ModelCall = { ...call, lifetime }
  try {
    return { call: timed, reply: await pipeline(timed) }
  } catch (fault) {
    unlink()
    throw fault
  } finally {
    deadlines.delete(lifetime)
  }
}

/** In the words and the shape of Portkey, for a client that reads OpenAI's errors; others are told in their own. */
function timeout({ endpoint }: ModelCall, timeoutMs: number): GatewayError {
  const message = `Request exceeded the timeout sent in the request: ${timeoutMs}ms`
  const body = { error: { message, type: 'timeout_error', param: null, code: null } }
  const dialect = endpoint.kind === 'dialect' ? endpoint.dialect : endpoint.errorDialect
  return new GatewayError('upstream_timeout', message, {
    status: 408,
    ...(dialect.id.startsWith('openai-')
      ? {
          wire: {
            dialect: dialect.id,
            contentType: 'application/json',
            headers: {},
            bytes: Buffer.from(JSON.stringify(body)),
          },
        }
      : {}),
  })
}

/**
 * Whether another target is tried after a fault. Only a provider's fault counts: what the gateway itself refused, no list of
 * statuses makes good. Without a list, what another attempt may cure; Portkey would go on after any status, 400 and 401 too.
 */
function triesNext(error: GatewayError, onStatusCodes: readonly number[] | undefined): boolean {
  if (!error.code.startsWith('upstream_') && error.code !== 'overloaded') return false
  if (onStatusCodes === undefined) return error.retryable
  // A provider that did not answer at all has no status; lists written for Portkey call that 500.
  return onStatusCodes.includes(error.status) || (error.wire === undefined && onStatusCodes.includes(500))
}
