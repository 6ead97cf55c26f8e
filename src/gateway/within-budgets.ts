import { budgetLeft, type Claim, type Demand, type Standing } from '../core/budget.ts'
import type { ModelCall, ModelReply, RoutedCall, Stage } from '../core/call.ts'
import { GatewayError } from '../core/errors.ts'
import { estimatePrompt } from '../core/estimate-prompt.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { ModelRequest } from '../core/model-request.ts'
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
  const costs = leavesOf(plan).map(({ facts }) => callCost(facts?.price, { inputTokens, outputTokens }))
  const costUsd = costs.reduce<number>((most, cost = 0) => Math.max(most, cost), 0)
  return costs.includes(undefined) ? { ...demand, pricedCostUsd: costUsd } : { ...demand, costUsd }
}

function tokensOf(call: ModelCall, targets: readonly Target[]): { inputTokens: number; outputTokens: number } {
  const { endpoint, wire } = call
  const request = readable(call)
  // A token has three bytes or more in most of what is written.
  const inputTokens = request === undefined ? Math.ceil(wire.bytes.length / 3) : estimatePrompt(request)
  if (endpoint.kind !== 'dialect') return { inputTokens, outputTokens: 0 }
  const most = targets.map(({ facts }) => facts?.maxOutputTokens ?? assumedOutputTokens)
  const assumed = Math.min(assumedOutputTokens, Math.max(...most)) + (request?.reasoning?.budgetTokens ?? 0)
  return { inputTokens, outputTokens: longestAnswer(request, wire.json, assumed) * answersOf(request, wire.json) }
}

/** A body that passes through as it came may be one that our own decoder would refuse. */
function readable(call: ModelCall): ModelRequest | undefined {
  if (call.endpoint.kind !== 'dialect') return undefined
  try {
    return call.request()
  } catch (fault) {
    if (fault instanceof GatewayError) return undefined
    throw fault
  }
}

/** Which of two bounds a server reads, its version decides; in a body that cannot be read, the provider finds one perhaps. */
function longestAnswer(request: ModelRequest | undefined, json: JsonObject, assumed: number): number {
  const bounds = amountsIn([request?.maxOutputTokens, json['max_tokens'], json['max_completion_tokens']])
  return bounds.length === 0 ? assumed : Math.max(...bounds, request === undefined ? assumed : 0)
}

/** Of Completions, each of several prompts has its answers, and of `best_of` that are written only the best are sent. */
function answersOf(request: ModelRequest | undefined, json: JsonObject): number {
  const asked = amountsIn([request?.choiceCount, json['n'], json['best_of']])
  const { prompt } = json
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1
  return Math.max(1, ...asked) * Math.max(1, prompts)
}

/** Some servers take numbers in quotes. */
function amountsIn(values: readonly (JsonValue | undefined)[]): number[] {
  const numbers = values.map((value) => (typeof value === 'string' ? Number(value) : value))
  return numbers.filter((value): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0)
}
