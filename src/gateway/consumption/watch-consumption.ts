import type { ModelCall, ModelReply, Next, RoutedCall, Stage } from '../../core/calls/call.ts'
import { targetsOf } from '../../core/calls/route-plan.ts'
import { GatewayError } from '../../core/errors.ts'
import { estimatePrompt } from '../../core/model/estimate-prompt.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import type { CallOutcome, CallShape, ConsumptionSettings, Verdict } from '../../core/spending/consumption.ts'
import { pause } from '../routing/backoff.ts'
import { type KnownOfCall, outputOf } from '../within-budgets.ts'
import { type SaidOfCall, type ShapeOptions, type Shaping, shaping } from './call-shape.ts'

export interface ConsumptionOptions extends ShapeOptions {
  /** Where another process judges for all workers, its answer comes later. */
  judge(shape: CallShape, settings: ConsumptionSettings): Verdict | Promise<Verdict>
  ended(outcome: CallOutcome, settings: ConsumptionSettings): void
  /** Throws the fault of a key that was held since it was looked at. */
  checkHeld(key: string): void
  refusal(decision: { readonly kind: 'ask' | 'suspend'; readonly id: string; readonly reason: string }): GatewayError
}

/** Judges each call by what its key usually does, before it costs anything. */
export function watchConsumption(options: ConsumptionOptions): Stage<ModelCall, ModelReply> {
  const shapeOf = modelShapes(options, shaping(options))
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

/** The same for what is sent on as it came: with what it says, where that was read. */
export function watchOne(options: ConsumptionOptions): (call: RoutedCall, known?: KnownOfCall) => Promise<void> {
  const conclude = concluding(options)
  const shapes = shaping(options)
  return async (call, known) => {
    const said = known === undefined ? undefined : saidIn(known, options)
    const shape = said === undefined ? shapes.outline(call) : shapes.said(call, said)
    await conclude(await options.judge(shape, options.settings), shape, call)
  }
}

/** Tells the record, and refuses or slows down. `apart`: what it comes to is told by whoever judged it. */
export function concluding({ settings, refusal }: ConsumptionOptions, settled: 'at-end' | 'apart' = 'at-end') {
  return (verdict: Verdict, { label }: CallShape, call: RoutedCall): Promise<void> | undefined => {
    call.emit({ type: 'consumption-judged', verdict, settled, ...(label === undefined ? {} : { label }) })
    const { carriedOut } = verdict
    if (carriedOut === undefined) return undefined
    const { action, id, reason, rule } = carriedOut
    if (action !== 'slow') throw refusal({ kind: action === 'suspend' ? 'suspend' : 'ask', id, reason })
    const { waitMs = 0 } = verdict
    if (waitMs <= settings.slowMs) return pause(waitMs, call)
    const retryAfterSeconds = Math.ceil(waitMs / 1000)
    const message = `${reason} There is room for this call in ${retryAfterSeconds} s (decision ${id}); whoever runs the gateway can lift ${rule} for a while.`
    throw new GatewayError('rate_limited', message, { retryAfterSeconds })
  }
}

/** Larger ones may hold a picture, which has fewer tokens than its bytes would. */
const MAX_GUESSED_BYTES = 32 * 1024

function modelShapes({ resolve, sketch }: ConsumptionOptions, shapes: Shaping): (call: ModelCall) => CallShape {
  return (call) => {
    const { model, endpoint, wire } = call
    return shapes.said(call, {
      model,
      inputTokens: inputOf(call),
      outputTokens: outputOf(call, targetsOf(resolve(model).plan)),
      bytes: wire.bytes,
      ...(endpoint.kind === 'dialect' ? { turn: () => read(call, sketch) } : {}),
    })
  }
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

/** `undefined` where nobody has read it. */
function saidIn({ words, demand = {}, target }: KnownOfCall, { sketch }: ShapeOptions): SaidOfCall | undefined {
  if (words === undefined || target === undefined) return undefined
  const { id, furtherOf = id } = target.account
  const { model, bytes, request } = words
  return {
    ...(model === '' ? {} : { model: `${furtherOf}/${model}` }),
    inputTokens: demand.inputTokens ?? 0,
    outputTokens: demand.outputTokens ?? 0,
    bytes,
    ...(request === undefined ? {} : { turn: () => sketch(request) }),
  }
}
