import type { Frame, FrameSink, ModelCall, ModelReply, StreamBody } from '../../core/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { GuardrailEffect } from '../../core/guardrail.ts'
import { parseJson } from '../../core/json.ts'
import { sse } from '../../core/sse.ts'
import { editedFrame, type ReadEvent } from './edited-frame.ts'
import type { ReplyGuard } from './guard-reply.ts'
import { refusalOf } from './refusal.ts'
import { type Channel, createChannels, isCleared, lengthOf } from './stream-channels.ts'
import { createStreamInspection } from './stream-inspection.ts'

/**
 * A stream that the client gets as it comes, but for its end: where a finding may still begin is held back. Frames in which
 * nothing is changed go as they came. What is refused cuts the stream off, and its provider.
 */
export function guardedStream(call: ModelCall, reply: ModelReply, body: StreamBody, guard: ReplyGuard): StreamBody {
  return {
    kind: 'stream',
    contentType: body.contentType,
    open: (sink) => openGuarded(call, reply, body, guard, sink),
    pause: () => body.pause(),
    resume: () => body.resume(),
  }
}

interface HeldFrame {
  readonly frame: Frame
  readonly events: readonly ReadEvent[]
}

/** One thing to do after another; what it gives is a promise where a detector asks somebody else. */
type Step = () => void | Promise<void>

function openGuarded(call: ModelCall, reply: ModelReply, body: StreamBody, guard: ReplyGuard, sink: FrameSink): void {
  const framing = reply.dialect?.framing ?? sse
  const id = `${call.id}:output`
  const inspection = createStreamInspection(id, guard)
  const channels = createChannels()
  const isHolding =
    guard.redactor.hasTokens || guard.active.some(({ state, action }) => state === 'enforce' && action !== 'allow')
  const held: HeldFrame[] = []
  const waiting: Step[] = []
  let isBusy = false
  let isOver = false

  function close(then: () => void): void {
    isOver = true
    held.length = 0
    const decisions = inspection.decisions()
    if (decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions })
    then()
  }

  function cut(error: GatewayError): void {
    if (isOver) return
    close(() => sink.fail(error))
    call.lifetime.end(error)
  }

  const broken = (fault: unknown): void =>
    cut(
      fault instanceof GatewayError
        ? fault
        : new GatewayError('internal_error', 'The gateway failed to look at a reply.', { cause: fault }),
    )

  /** In the order of the stream, also where one has to wait. */
  function inTurn(step: Step): void {
    if (isOver) return
    if (isBusy) {
      waiting.push(step)
      return
    }
    try {
      const pending = step()
      if (pending === undefined) return
      isBusy = true
      body.pause()
      pending.then(goOn, broken)
    } catch (fault) {
      broken(fault)
    }
  }

  function goOn(): void {
    isBusy = false
    for (let next = waiting.shift(); next !== undefined && !isOver; next = waiting.shift()) {
      inTurn(next)
      if (isBusy) return
    }
    if (!isOver) body.resume()
  }

  function advance(channel: Channel, isWhole: boolean): void | Promise<void> {
    if (isOver) return
    const conclude = (effect: GuardrailEffect): void => {
      const refusal = refusalOf(effect, id)
      if (refusal !== undefined) cut(refusal)
    }
    const effect = inspection.advance(channel, isWhole)
    if (effect instanceof Promise) return effect.then(conclude)
    if (effect !== undefined) conclude(effect)
  }

  function read(frame: Frame): void | Promise<void> {
    const steps: Step[] = []
    const events = framing.parse(frame.bytes).map((event): ReadEvent => {
      const json = parseJson(event.data)
      const pieces = json === undefined ? [] : channels.read(json)
      if (isHolding && pieces.length > 0) {
        const touched = new Set(pieces.map(({ channel }) => channel))
        const answers = new Set(pieces.map(({ channel }) => channel.answer))
        // Something else of the same answer has begun.
        for (const channel of channels.all) {
          const isLeft = !touched.has(channel) && answers.has(channel.answer) && lengthOf(channel) > channel.cleared
          if (isLeft) steps.push(() => advance(channel, true))
        }
        for (const channel of touched) steps.push(() => advance(channel, false))
      }
      return { event, json, pieces }
    })
    if (!isHolding) {
      sink.frame(frame)
      return
    }
    held.push({ frame, events })
    return inOrder([...steps, release])
  }

  /** An event need not wait for those that came with it. */
  function readEach(frame: Frame): void | Promise<void> {
    const frames = isHolding ? (frame.split?.() ?? [frame]) : [frame]
    return inOrder(frames.map((one) => () => (isOver ? undefined : read(one))))
  }

  function release(): void {
    for (let first = held[0]; first !== undefined && !isOver; first = held[0]) {
      const { frame, events } = first
      const pieces = events.flatMap((event) => event.pieces)
      if (!pieces.every(isCleared)) return
      held.shift()
      const edited = editedFrame(frame, events, framing)
      for (const { channel, start, text } of pieces) forget(channel, start + text.length)
      sink.frame(edited)
    }
  }

  const finish = (then: () => void): void | Promise<void> =>
    inOrder([
      ...Array.from(channels.all, (channel) => () => advance(channel, true)),
      release,
      () => {
        if (!isOver) close(then)
      },
    ])

  body.open({
    frame: (frame) => inTurn(() => readEach(frame)),
    end: () => inTurn(() => finish(() => sink.end())),
    fail: (error) => inTurn(() => finish(() => sink.fail(error))),
  })
}

function inOrder(steps: readonly Step[], from = 0): void | Promise<void> {
  for (let index = from; index < steps.length; index++) {
    const pending = steps[index]?.()
    if (pending !== undefined) return pending.then(() => inOrder(steps, index + 1))
  }
}

/** What stands before the end of a piece that is gone. */
function forget(channel: Channel, end: number): void {
  if (channel.redactions.length > 0) channel.redactions = channel.redactions.filter((edit) => edit.end > end)
  if (channel.restorations.length > 0) channel.restorations = channel.restorations.filter((edit) => edit.end > end)
}
