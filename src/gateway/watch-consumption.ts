import type { CallAsker, CallerLabels, ModelCall, ModelReply, Next, RoutedCall, Stage } from '../core/calls/call.ts'
import { agentIn, userIn } from '../core/calls/caller-names.ts'
import type { ResolvedModel } from '../core/calls/registry.ts'
import { targetsOf } from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import { estimatePrompt } from '../core/model/estimate-prompt.ts'
import type { ModelRequest } from '../core/model/model-request.ts'
import type { CallShape, ConsumptionSettings, Verdict } from '../core/spending/consumption.ts'
import { plainName } from '../core/text/plain-name.ts'
import { pause } from './routing/backoff.ts'
import { outputOf } from './within-budgets.ts'

export interface ConsumptionOptions {
  readonly settings: ConsumptionSettings
  /** Where another process judges for all workers, its answer comes later. */
  judge(shape: CallShape, settings: ConsumptionSettings): Verdict | Promise<Verdict>
  /** Throws the fault of a key that was held since it was looked at. */
  checkHeld(key: string): void
  resolve(model: string): ResolvedModel
  sketch(request: ModelRequest): { readonly conversation: number; readonly turn: readonly number[] } | undefined
  distinct(bytes: Uint8Array): number | undefined
  /** `/24` or `/48`. */
  networkOf(asker: CallAsker): string | undefined
  hash(text: string): string
  refusal(decision: { readonly kind: 'ask' | 'suspend'; readonly id: string; readonly reason: string }): GatewayError
}

/** Judges each call by what its key usually does, before it costs anything. */
export function watchConsumption(options: ConsumptionOptions): Stage<ModelCall, ModelReply> {
  const shapeOf = shaping(options)
  const { judge, settings, checkHeld } = options
  const conclude = concluding(options)
  return (call, next) => {
    checkHeld(call.principal.key)
    const shape = shapeOf(call)
    const verdict = judge(shape, settings)
    if (verdict instanceof Promise) return after(verdict, shape, call, next)
    const wait = conclude(verdict, shape, call)
    return wait === undefined ? next(call) : waited(wait, call, next)
  }

  async function after(
    pending: Promise<Verdict>,
    shape: CallShape,
    call: ModelCall,
    next: Next<ModelCall, ModelReply>,
  ): Promise<ModelReply> {
    await conclude(await pending, shape, call)
    return await next(call)
  }
}

async function waited(wait: Promise<void>, call: ModelCall, next: Next<ModelCall, ModelReply>): Promise<ModelReply> {
  await wait
  return await next(call)
}

/** The same for what is sent on without being read: its number, where it comes from, and nothing of what it says. */
export function watchOne(options: ConsumptionOptions): (call: RoutedCall) => Promise<void> {
  const conclude = concluding(options)
  return async (call) => {
    const shape = outline(call, options)
    await conclude(await options.judge(shape, options.settings), shape, call)
  }
}

/** Tells the record, and refuses or slows down. */
function concluding({ settings, refusal }: ConsumptionOptions) {
  return (verdict: Verdict, { label }: CallShape, call: RoutedCall): Promise<void> | undefined => {
    call.emit({ type: 'consumption-judged', verdict, ...(label === undefined ? {} : { label }) })
    const { carriedOut } = verdict
    if (carriedOut === undefined) return undefined
    const { action, id, reason } = carriedOut
    if (action === 'slow') return pause(settings.slowMs, call)
    throw refusal({ kind: action === 'suspend' ? 'suspend' : 'ask', id, reason })
  }
}

/** Larger ones may hold a picture, which has fewer tokens than its bytes would. */
const MAX_GUESSED_BYTES = 32 * 1024
const MAX_PRICES = 1000

interface DearestPrice {
  readonly price: number | undefined
  readonly input: number
  readonly output: number
}

function shaping(options: ConsumptionOptions): (call: ModelCall) => CallShape {
  const { settings, resolve, sketch, distinct } = options
  const { rules } = settings
  const prices = new Map<string, DearestPrice>()

  function priceOf(model: string): DearestPrice {
    let known = prices.get(model)
    if (known === undefined) {
      known = dearest(resolve(model))
      if (prices.size >= MAX_PRICES) prices.clear()
      prices.set(model, known)
    }
    return known
  }

  return (call) => {
    const { model, endpoint, wire } = call
    const { price, input, output } = priceOf(model)
    const inputTokens = inputOf(call)
    const turn = rules.loop === undefined || endpoint.kind !== 'dialect' ? undefined : read(call, sketch)
    const part = rules.repetition === undefined ? undefined : distinct(wire.bytes)
    const shape: { -readonly [Name in keyof CallShape]: CallShape[Name] } = outline(call, options)
    shape.model = model
    shape.inputTokens = inputTokens
    shape.outputTokens = outputOf(call, targetsOf(resolve(model).plan))
    shape.inputNanoUsd = inputTokens * input
    shape.outputNanoUsdPerToken = output
    if (price !== undefined) shape.price = price
    if (turn !== undefined) {
      shape.turn = turn.turn
      shape.conversations = [turn.conversation]
    }
    if (part !== undefined) shape.distinct = part
    return shape
  }
}

/** Without what a body says. */
function outline(call: RoutedCall, { settings, networkOf, hash }: ConsumptionOptions): CallShape {
  const { id, principal, labels, asker } = call
  const { key, workspace, owner = key } = principal
  const label = labels === undefined ? undefined : labelOf(labels)
  const network = settings.rules['key-farming'] === undefined || asker === undefined ? undefined : networkOf(asker)
  return {
    id,
    key,
    workspace,
    owner,
    inputTokens: 0,
    outputTokens: 0,
    inputNanoUsd: 0,
    outputNanoUsdPerToken: 0,
    conversations: [],
    ...(label === undefined ? {} : { label: hash(label) }),
    ...(network === undefined ? {} : { network }),
    ...(call.reserved.isJudged === true ? { isFurtherTry: true as const } : {}),
  }
}

function labelOf(labels: CallerLabels): string | undefined {
  const agent = agentIn(labels)
  if (agent !== undefined) return `agent ${plainName(agent)}`
  const user = userIn(labels)
  return user === undefined ? undefined : `user ${plainName(user)}`
}

function dearest({ plan }: ResolvedModel): DearestPrice {
  let input = 0
  let output = 0
  let isKnown = true
  for (const { facts } of targetsOf(plan)) {
    if (facts?.price === undefined) isKnown = false
    input = Math.max(input, facts?.price?.input ?? 0)
    output = Math.max(output, facts?.price?.output ?? 0)
  }
  return { price: isKnown ? (input + output) * 1000 : undefined, input, output }
}

/** About: a token has four bytes in most of what is written. */
function inputOf(call: ModelCall): number {
  const { wire, endpoint } = call
  const guess = Math.ceil(wire.bytes.length / 4)
  if (wire.bytes.length <= MAX_GUESSED_BYTES || endpoint.kind !== 'dialect') return guess
  return read(call, estimatePrompt) ?? guess
}

/** A body that passes through as it came may be one that our own decoder would refuse. */
function read<Result>(call: ModelCall, reader: (request: ModelRequest) => Result): Result | undefined {
  try {
    return reader(call.request())
  } catch (fault) {
    if (fault instanceof GatewayError) return undefined
    throw fault
  }
}
