import { isAscii } from 'node:buffer'
import type { ModelCall, ModelReply, Next, RoutedCall, Stage } from '../core/calls/call.ts'
import type { Principal, ResolvedModel, Target } from '../core/calls/registry.ts'
import { requestFacts, routeFacts } from '../core/calls/request-facts.ts'
import { type RouteFacts, targetsOf } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import type { OutputBounds } from '../core/model/dialect.ts'
import { estimatePrompt } from '../core/model/estimate-prompt.ts'
import type { ModelRequest } from '../core/model/model-request.ts'
import { callCost } from '../core/model/prices.ts'
import {
  type Claim,
  type Demand,
  noDemand,
  type Reservation,
  type ReservedCall,
  type Standing,
} from '../core/spending/budget.ts'
import { holdStreamTime } from './stream-time.ts'
import { type NearPriced, withNearNames } from './unpriced-call.ts'

type ClaimedCall = Pick<RoutedCall, 'principal' | 'model' | 'facts' | 'labels'>

/** Which budgets a call is under: wherever it goes, and at one target only. */
interface Claims {
  of(call: ClaimedCall): readonly Claim[]
  at(call: ClaimedCall, target: Target): readonly Claim[]
  areThere(call: ClaimedCall): boolean
}

export interface BudgetOptions {
  readonly claims: Claims
  /** Throws or rejects with `rate_limited`, `budget_exceeded` or `unpriced_call`. */
  reserve(call: ReservedCall, claims: readonly Claim[], demand: Demand): void | Promise<void>
  settle(reservation: Reservation, used: Demand): void
  standing(claim: Claim): Standing
  resolve(model: string): ResolvedModel
  readonly nearPriced: NearPriced
  /** Nobody asked for these calls: they are none of those that a key may make. */
  readonly isOfCopies?: true
}

/** Holds what a call may come to, of all budgets that it is under. The end of the call, whatever it is, settles that. */
export function withinBudgets({
  claims: { of },
  reserve: reserveAll,
  settle,
  standing,
  resolve,
  nearPriced,
  isOfCopies,
}: BudgetOptions): Stage<ModelCall, ModelReply> {
  const reserve: BudgetOptions['reserve'] =
    isOfCopies === true ? (call, claims, demand) => reserveAll(call, claims, asCopy(demand)) : reserveAll
  return (call, next) => {
    const claims = of(call)
    if (claims.length === 0) return next(call)
    call.emit({ type: 'budgets-claimed', standings: standingsOf(claims) })
    const ofTime = call.stream ? claims.filter(({ budget }) => budget.measure === 'streamSeconds') : none
    if (ofTime.length > 0) return inTime(call, claims, ofTime, next)
    const held = holdOrTell(call, claims)
    return held === undefined ? next(call) : after(held, call, next)
  }

  async function inTime(
    call: ModelCall,
    claims: readonly Claim[],
    ofTime: readonly Claim[],
    next: Next<ModelCall, ModelReply>,
  ): Promise<ModelReply> {
    // First: what the call itself holds is settled with it, and one that may not be made is none.
    const time = await holdStreamTime(call, ofTime, { reserve, settle })
    try {
      await holdOrTell(call, claims)
      return await next(call)
    } catch (fault) {
      time.giveBack()
      throw fault
    }
  }

  /** Apart, as what a closure sees of a call lives as long as the closure. */
  function standingsOf(claims: readonly Claim[]): () => readonly Standing[] {
    return () => claims.map(standing)
  }

  async function after(held: Promise<void>, call: ModelCall, next: Next<ModelCall, ModelReply>): Promise<ModelReply> {
    await held
    return await next(call)
  }

  function holdOrTell(call: ModelCall, claims: readonly Claim[]): void | Promise<void> {
    const tell = (fault: unknown): never => {
      throw withNearNames(fault, call, nearPriced)
    }
    try {
      return holdMost(call, claims)?.catch(tell)
    } catch (fault) {
      return tell(fault)
    }
  }

  function holdMost(call: ModelCall, claims: readonly Claim[]): void | Promise<void> {
    if (claims.every(isCounted)) return reserve(call.reserved, claims, oneCall)
    const targets = targetsOf(resolve(call.model).plan)
    const exactly = (): void | Promise<void> => reserve(call.reserved, claims, demandOf(call, targets, readInput))
    const { endpoint, wire } = call
    if (endpoint.kind !== 'dialect' || wire.bytes.length > MAX_GUESSED_BYTES || !isAscii(wire.bytes)) return exactly()
    const orExactly = (fault: unknown): void | Promise<void> => {
      if (fault instanceof GatewayError) return exactly()
      throw fault
    }
    // Where there is room for about so much, nobody has to read the body.
    try {
      return reserve(call.reserved, claims, demandOf(call, targets, inputBySize))?.catch(orExactly)
    } catch (fault) {
      return orExactly(fault)
    }
  }
}

/** What is known beforehand of a call that is sent on without being read: else it is one, of unknown cost. */
export interface KnownOfCall {
  readonly demand?: Partial<Demand>
  /** Where it goes, if that is known. */
  readonly target?: Target
  /** What it says, if that was read. */
  readonly words?: CallWords
}

export interface CallWords {
  /** As its provider has it; empty where the request does not say. */
  readonly model: string
  readonly bytes: Buffer
  /** Absent where it is none that we can read. */
  readonly request?: ModelRequest
}

/** The same for such calls. What it has come to is settled at its end. */
export function holdOne({
  claims: { of, at },
  reserve,
}: BudgetOptions): (call: RoutedCall, known?: KnownOfCall) => Promise<void> {
  return async (call, { demand, target, words } = {}) => {
    const asked = askedAt(call, target, words)
    const claims = target === undefined ? of(asked) : [...of(asked), ...at(asked, target)]
    if (claims.length > 0) await reserve(call.reserved, claims, { ...oneCall, ...demand })
  }
}

/** With the model that it names in its provider's words, under the name that leads there. */
function askedAt(call: RoutedCall, target: Target | undefined, words: CallWords | undefined): ClaimedCall {
  if (target === undefined || words === undefined || words.model === '') return call
  const { principal, labels } = call
  const { id, furtherOf = id } = target.account
  return {
    principal,
    model: `${furtherOf}/${words.model}`,
    facts: () => call.facts(),
    ...(labels === undefined ? {} : { labels }),
  }
}

/** Whether calls of these models are under a budget or a limit. */
export function isBudgeted({
  claims: { areThere },
}: Pick<BudgetOptions, 'claims'>): (principal: Principal, models: Iterable<string>) => boolean {
  return (principal, models) => {
    for (const model of new Set(models)) {
      const facts = (): RouteFacts =>
        routeFacts(requestFacts({ model, endpoint: '', stream: false }), principal, {}, new Date())
      if (areThere({ principal, model, facts })) return true
    }
    return false
  }
}

const none: readonly Claim[] = []

function asCopy(demand: Demand): Demand {
  return { ...demand, requests: 0, concurrentCalls: 0 }
}

/** A call of which nothing but that it is one can be told: its cost is not known. */
const { costUsd: _, ...nothing } = noDemand
export const oneCall: Demand = { ...nothing, requests: 1, concurrentCalls: 1 }

/** What a model may write where a client names no bound, in tokens; models that reason may write more. */
const assumedOutputTokens = 4096

export function isCounted({ budget: { measure } }: Claim): boolean {
  return measure === 'requests' || measure === 'concurrentCalls' || measure === 'streamSeconds'
}

/** Larger ones may hold a picture, which has fewer tokens than its bytes would. */
const MAX_GUESSED_BYTES = 32 * 1024

/** The most that a call may come to at one target. */
export function demandAt(call: ModelCall, target: Target): Demand {
  return demandAtDearest(call, [target])
}

export function demandAtDearest(call: ModelCall, targets: readonly Target[]): Demand {
  return demandOf(call, targets, readInput)
}

/** The most that a call may come to, at the dearest of its targets. */
function demandOf(call: ModelCall, targets: readonly Target[], inputOf: (call: ModelCall) => number): Demand {
  const inputTokens = inputOf(call)
  const outputTokens = outputOf(call, targets)
  const demand = { ...oneCall, inputTokens, outputTokens, tokens: inputTokens + outputTokens }
  const { endpoint } = call
  // Tokens of pictures and of sound have prices that the catalogue does not hold.
  if (endpoint.kind === 'pass-through' && !endpoint.isText) return demand
  if (endpoint.kind === 'count-tokens') return { ...demand, costUsd: 0 }
  const costs = targets.map(({ facts }) => callCost(facts?.price, { inputTokens, outputTokens }))
  const costUsd = costs.reduce<number>((most, cost = 0) => Math.max(most, cost), 0)
  return costs.includes(undefined) ? { ...demand, pricedCostUsd: costUsd } : { ...demand, costUsd }
}

/** A token has three bytes or more in most of what is written; bare numbers have one in two and a half. */
function inputBySize({ wire }: ModelCall): number {
  return Math.ceil(wire.bytes.length / 3)
}

/** A body that passes through as it came may be one that our own decoder would refuse. */
function readInput(call: ModelCall): number {
  if (call.endpoint.kind !== 'dialect') return inputBySize(call)
  try {
    return estimatePrompt(call.request())
  } catch (fault) {
    if (fault instanceof GatewayError) return inputBySize(call)
    throw fault
  }
}

/** The most that it may write, or what it is taken to where the client names no bound. */
export function outputOf({ endpoint, wire }: Pick<ModelCall, 'endpoint' | 'wire'>, targets: readonly Target[]): number {
  if (endpoint.kind !== 'dialect') return 0
  const bounds = endpoint.dialect.outputBounds(wire.json)
  return (bounds.tokens ?? assumedOutput(bounds, targets)) * bounds.answers
}

function assumedOutput({ thinkingTokens }: OutputBounds, targets: readonly Target[]): number {
  // Where no target is known, there is no maximum of theirs.
  const most = targets.map(({ facts }) => facts?.maxOutputTokens ?? assumedOutputTokens)
  const least = most.length === 0 ? assumedOutputTokens : Math.max(...most)
  return Math.min(assumedOutputTokens, least) + thinkingTokens
}
