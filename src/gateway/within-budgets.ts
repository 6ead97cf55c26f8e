import { budgetLeft, type Claim, type Demand, type Standing } from '../core/budget.ts'
import type { ModelCall, ModelReply, RoutedCall, Stage } from '../core/call.ts'
import { GatewayError } from '../core/errors.ts'
import { estimatePrompt } from '../core/estimate-prompt.ts'
import { callCost } from '../core/prices.ts'
import type { Principal, ResolvedModel, Target } from '../core/registry.ts'
import { requestFacts, routeFacts } from '../core/request-facts.ts'
import { leavesOf, type RouteFacts } from '../core/route-plan.ts'

export interface BudgetOptions {
  claimsOf(call: Pick<RoutedCall, 'principal' | 'model' | 'facts'>): readonly Claim[]
  /** Throws or rejects with `rate_limited`, `budget_exceeded` or `unpriced_call`. */
  reserve(callId: string, claims: readonly Claim[], demand: Demand): void | Promise<void>
  standing(claim: Claim): Standing
  resolve(model: string): ResolvedModel
}

/** Holds what a call may come to, of all budgets that it is under. The end of the call, whatever it is, settles that. */
export function withinBudgets({ claimsOf, reserve, standing, resolve }: BudgetOptions): Stage<ModelCall, ModelReply> {
  return (call, next) => {
    const claims = claimsOf(call)
    if (claims.length === 0) return next(call)
    const standings = (): readonly Standing[] => claims.map(standing)
    call.emit({ type: 'budgets-claimed', standings })
    const held = reserve(call.id, claims, claims.every(isCounted) ? oneCall : demandOf(call, resolve(call.model)))
    const seen = { ...call, facts: () => ({ ...call.facts(), budget: { left: budgetLeft(standings()) } }) }
    return held === undefined ? next(seen) : held.then(() => next(seen))
  }
}

/**
 * The same for what is sent on without being read, as one call of unknown cost, or of the given one in nano-USD. What it has
 * come to is settled at its end.
 */
export function holdOne({ claimsOf, reserve }: BudgetOptions): (call: RoutedCall, costUsd?: number) => Promise<void> {
  return async (call, costUsd) => {
    const claims = claimsOf(call)
    if (claims.length > 0) await reserve(call.id, claims, costUsd === undefined ? oneCall : { ...oneCall, costUsd })
  }
}

/** Whether calls of these models are under a budget or a limit. */
export function isBudgeted({
  claimsOf,
}: Pick<BudgetOptions, 'claimsOf'>): (principal: Principal, models: Iterable<string>) => boolean {
  return (principal, models) => {
    for (const model of new Set(models)) {
      const facts = (): RouteFacts =>
        routeFacts(requestFacts({ model, endpoint: '', stream: false }), principal, {}, new Date())
      if (claimsOf({ principal, model, facts }).length > 0) return true
    }
    return false
  }
}

/** A call of which nothing but that it is one can be told: its cost is not known. */
const oneCall: Demand = {
  requests: 1,
  concurrentCalls: 1,
  inputTokens: 0,
  outputTokens: 0,
  tokens: 0,
  streamSeconds: 0,
}

/** What a model may write where a client names no bound, in tokens; models that reason may write more. */
const assumedOutputTokens = 4096

function isCounted({ budget: { measure } }: Claim): boolean {
  return measure === 'requests' || measure === 'concurrentCalls' || measure === 'streamSeconds'
}

/** The most that a call may come to, at the dearest of its targets. */
function demandOf(call: ModelCall, { plan }: ResolvedModel): Demand {
  const { inputTokens, outputTokens } = tokensOf(call, leavesOf(plan))
  const demand = { ...oneCall, inputTokens, outputTokens, tokens: inputTokens + outputTokens }
  const { endpoint } = call
  // Tokens of pictures and of sound have prices that the catalogue does not hold.
  if (endpoint.kind === 'pass-through' && !endpoint.isText) return demand
  if (endpoint.kind === 'count-tokens') return { ...demand, costUsd: 0 }
  let costUsd = 0
  for (const { facts } of leavesOf(plan)) {
    const cost = callCost(facts?.price, { inputTokens, outputTokens })
    if (cost === undefined) return demand
    costUsd = Math.max(costUsd, cost)
  }
  return { ...demand, costUsd }
}

function tokensOf(call: ModelCall, targets: readonly Target[]): { inputTokens: number; outputTokens: number } {
  const request = readable(call)
  // A token has three bytes or more in most of what is written.
  if (request === undefined) return { inputTokens: Math.ceil(call.wire.bytes.length / 3), outputTokens: 0 }
  const most = targets.map(({ facts }) => facts?.maxOutputTokens ?? assumedOutputTokens)
  const outputTokens = request.maxOutputTokens ?? Math.min(assumedOutputTokens, Math.max(...most))
  return { inputTokens: estimatePrompt(request), outputTokens: outputTokens * answersOf(call) }
}

/** A body that passes through as it came may be one that our own decoder would refuse. */
function readable(call: ModelCall): ReturnType<ModelCall['request']> | undefined {
  if (call.endpoint.kind !== 'dialect') return undefined
  try {
    return call.request()
  } catch (fault) {
    if (fault instanceof GatewayError) return undefined
    throw fault
  }
}

/** `n` of OpenAI, `candidateCount` of Gemini. */
function answersOf({ wire: { json } }: ModelCall): number {
  const config = json['generationConfig']
  const inConfig =
    typeof config === 'object' && config !== null && 'candidateCount' in config ? config['candidateCount'] : 1
  const asked = json['n'] ?? inConfig
  return typeof asked === 'number' && asked >= 1 ? Math.min(128, Math.ceil(asked)) : 1
}
