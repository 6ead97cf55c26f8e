import type { CallAsker, CallerLabels, RoutedCall } from '../../core/calls/call.ts'
import { agentIn, userIn } from '../../core/calls/caller-names.ts'
import type { ResolvedModel } from '../../core/calls/registry.ts'
import { targetsOf } from '../../core/calls/route-plan.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import type { CallShape, ConsumptionSettings } from '../../core/spending/consumption.ts'
import { plainName } from '../../core/text/plain-name.ts'

export interface ShapeOptions {
  readonly settings: ConsumptionSettings
  resolve(model: string): ResolvedModel
  sketch(
    request: Pick<ModelRequest, 'messages'>,
  ): { readonly conversation: number; readonly turn: readonly number[] } | undefined
  distinct(bytes: Uint8Array): number | undefined
  /** `/24` or `/48`; `undefined` for those that are known, and for private ones. */
  networkOf(asker: CallAsker, known: readonly string[]): string | undefined
  hash(text: string): string
}

/** What a call says, as far as somebody has read it. */
export interface SaidOfCall {
  /** As a client asks for it; absent where it does not say. */
  readonly model?: string
  readonly inputTokens: number
  /** The most that it may write. */
  readonly outputTokens: number
  /** Absent: too small to repeat itself. */
  readonly bytes?: Buffer
  /** Absent: nobody can read what its turn is. */
  turn?(): ReturnType<ShapeOptions['sketch']>
}

const MAX_PRICES = 1000

export interface DearestPrice {
  readonly price: number | undefined
  readonly input: number
  readonly output: number
}

/** What can be told of calls before they are sent. */
export interface Shaping {
  /** Without what a body says. */
  outline(call: RoutedCall): CallShape
  said(call: RoutedCall, said: SaidOfCall): CallShape
  /** Of the dearest target that a model leads to. */
  priceOf(model: string): DearestPrice
}

export function shaping(options: ShapeOptions): Shaping {
  const { resolve, distinct } = options
  const { rules } = options.settings
  const prices = new Map<string, DearestPrice>()

  function priceOf(model: string): DearestPrice {
    let known = prices.get(model)
    if (known === undefined) {
      known = dearest(resolve(model).plan)
      if (prices.size >= MAX_PRICES) prices.clear()
      prices.set(model, known)
    }
    return known
  }

  return {
    outline: (call) => outline(call, options),
    priceOf,
    said(call, { model, inputTokens, outputTokens, bytes, turn }) {
      const { price, input, output } = model === undefined ? noPrice : priceOf(model)
      const shape: { -readonly [Name in keyof CallShape]: CallShape[Name] } = outline(call, options)
      if (model !== undefined) shape.model = model
      shape.inputTokens = inputTokens
      shape.outputTokens = outputTokens
      shape.inputNanoUsd = inputTokens * input
      shape.outputNanoUsdPerToken = output
      if (price !== undefined) shape.price = price
      const sketched = rules.loop === undefined ? undefined : turn?.()
      if (sketched !== undefined) {
        shape.turn = sketched.turn
        shape.conversations = [sketched.conversation]
      }
      const part = rules.repetition === undefined || bytes === undefined ? undefined : distinct(bytes)
      if (part !== undefined) shape.distinct = part
      return shape
    },
  }
}

function outline(call: RoutedCall, { settings, networkOf, hash }: ShapeOptions): CallShape {
  const { id, principal, labels, asker } = call
  const { key, workspace, owner = key } = principal
  const label = labels === undefined ? undefined : labelOf(labels)
  // Who made a key that is bound to networks has said where it will be used.
  const isWatched = settings.rules['key-farming'] !== undefined && principal.scope?.networks === undefined
  const network = isWatched && asker !== undefined ? networkOf(asker, settings.knownNetworks) : undefined
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

const noPrice: DearestPrice = { price: undefined, input: 0, output: 0 }

function dearest(plan: ResolvedModel['plan']): DearestPrice {
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
