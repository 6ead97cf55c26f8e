import type { Frame, FrameSink, ModelReply, StreamBody } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Span } from '../../core/inspection/detection.ts'
import { type GuardrailEffect, pointFor } from '../../core/inspection/guardrail.ts'
import type { Framing, WireEvent } from '../../core/model/framing.ts'
import { sse } from '../../core/wire/sse.ts'
import type { UnreadDocument } from '../documents/read-limits.ts'
import type { FilePart } from './document-parts.ts'
import { editedFrame, type ReadEvent } from './edited-frame.ts'
import type { ReplyGuard } from './guard-reply.ts'
import type { GuardedCall } from './guard-request.ts'
import { createTurns, inOrder, type Step } from './in-turn.ts'
import type { GrowingRun } from './joined/growing-run.ts'
import { merged, redactionsOf, restorationsOf } from './joined/piece-edits.ts'
import { fileTexts, passOrRefuse } from './read-files.ts'
import { framedReader, plainFrame, readerOf, type StreamReader } from './reframed.ts'
import { refusalOf } from './refusal.ts'
import { refusedEnd } from './refused-usage.ts'
import { type Channel, createChannels, isCleared, isOfItsOwn, type Piece } from './stream-channels.ts'
import { createStreamFiles, type StreamFile } from './stream-files.ts'
import { createStreamInspection, type StreamInspection } from './stream-inspection.ts'
import { beginsAsFile, createWholeFile, type WholeFile } from './whole-file.ts'

/**
 * A stream that the client gets as it comes, but for its end: where a finding may still begin is held back. Frames in which
 * nothing is changed go as they came. What is refused cuts the stream off, and its provider.
 */
export function guardedStream(call: GuardedCall, reply: ModelReply, body: StreamBody, guard: ReplyGuard): StreamBody {
  return {
    kind: 'stream',
    contentType: body.contentType,
    ...(isAnswering(guard) ? { isWrittenAnew: true } : {}),
    open: (sink) => openGuarded(call, reply, body, guard, sink),
    pause: () => body.pause(),
    resume: () => body.resume(),
  }
}

interface HeldFrame {
  readonly frame: Frame
  readonly events: readonly ReadEvent[]
  readonly framing: Framing
  /** It waits for what was said of them. */
  readonly files: readonly StreamFile[]
}

function openGuarded(call: GuardedCall, reply: ModelReply, body: StreamBody, guard: ReplyGuard, sink: FrameSink): void {
  let reader = readerBefore(reply, body)
  /** It is no events and no text. */
  let whole: WholeFile | undefined
  const id = `${call.id}:output`
  const inspection = createStreamInspection(id, guard)
  const own = isAnswering(guard) ? guard.own?.inStream(reply) : undefined
  const isHolding =
    guard.redactor.hasTokens || guard.active.some(({ state, action }) => state === 'enforce' && action !== 'allow')
  const channels = createChannels({ isJoining: isHolding, isOne: guard.isOne })
  const held: HeldFrame[] = []
  const files = guard.active.length === 0 ? undefined : createStreamFiles({ look: lookAtFile, refuse: refuseFile })
  let isOver = false

  function close(then: () => void): void {
    isOver = true
    stop()
    held.length = 0
    const decisions = inspection.decisions()
    if (decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions })
    then()
  }

  /** `answer`: what the client is told in place of the error. */
  function cut(error: GatewayError, answer?: Frame): void {
    if (isOver) return
    refusedEnd(
      call,
      held.map(({ frame }) => frame),
    )
    if (answer !== undefined) {
      close(() => {
        sink.frame(answer)
        sink.end()
      })
      call.lifetime.end(error)
      return
    }
    const told = toldIn(call, reply, reader, error)
    close(() => {
      if (told !== undefined) sink.frame(told)
      sink.fail(error, told !== undefined)
    })
    call.lifetime.end(error)
  }

  const broken = (fault: unknown): void =>
    cut(
      fault instanceof GatewayError
        ? fault
        : new GatewayError('internal_error', 'The gateway failed to look at a reply.', { cause: fault }),
    )

  const { take: inTurn, stop } = createTurns(body, broken)

  function advance(channel: Channel, isWhole: boolean): void | Promise<void> {
    return concluded(() => inspection.advance(channel, isWhole))
  }

  function join(run: GrowingRun, isWhole: boolean): void | Promise<void> {
    return concluded(() => inspection.join(run, isWhole))
  }

  function concluded(look: () => ReturnType<StreamInspection['advance']>): void | Promise<void> {
    if (isOver) return
    const conclude = (effect: GuardrailEffect): void => {
      const refusal = refusalOf(effect, id)
      const told = effect.kind === 'answer' ? own?.ending(effect.text) : undefined
      if (refusal !== undefined) cut(refusal, told)
    }
    const effect = look()
    if (effect instanceof Promise) return effect.then(conclude)
    if (effect !== undefined) conclude(effect)
  }

  async function lookAtFile(part: FilePart): Promise<void> {
    if (isOver) return
    const texts = await fileTexts([part], 'output', guard, guard, call)
    if (!isOver) await concluded(() => inspection.whole(texts))
  }

  function refuseFile({ at = { point: 'output' } }: FilePart, fault: UnreadDocument): void {
    const looking = guard.active.filter((one) => pointFor(one, at) !== undefined)
    if (looking.length > 0) passOrRefuse(fault, 'unreadable', looking, at, guard, { ...call, isAnswer: true })
  }

  function read(frame: Frame, { framing, dataOf }: StreamReader): void | Promise<void> {
    const steps: Step[] = []
    const waitsFor: StreamFile[] = []
    // What is joined is looked at when each of its texts was, those of later events of the frame too.
    const joins = new Set<GrowingRun>()
    const events = framing.parse(frame.bytes).map((event): ReadEvent => {
      const data = dataOf(event)
      if (isHolding && data?.isBroken === true) throw brokenEvent()
      const pieces = data === undefined ? [] : channels.read(data.value)
      if (isHolding && pieces.length > 0) {
        // Something else of the same answer has begun.
        for (const channel of channels.leftBy(pieces)) steps.push(() => advance(channel, true))
        for (const channel of new Set(pieces.map(({ channel }) => channel))) steps.push(() => advance(channel, false))
        for (const { channel } of pieces) for (const run of channel.runs) joins.add(run)
      }
      if (data !== undefined && files !== undefined) {
        if (isOfItsOwn(data.value)) steps.push(...files.end())
        const found = files.read(data.value, pieces)
        if (found.steps.length > 0) steps.push(...found.steps)
        if (found.files.length > 0) waitsFor.push(...found.files)
      }
      if (data !== undefined && isOfItsOwn(data.value)) {
        for (const channel of channels.all) steps.push(() => advance(channel, true))
        for (const run of channels.runs) steps.push(() => join(run, true))
        joins.clear()
        channels.forget()
      }
      const isAmbiguous = isHolding && data?.readsOneWay() === false
      return { event, data, pieces, ...(isAmbiguous ? { isAmbiguous } : {}) }
    })
    for (const run of joins) steps.push(() => join(run, false))
    if (!isHolding) {
      sink.frame(frame)
      return inOrder(steps)
    }
    held.push({ frame, events, framing, files: waitsFor })
    return inOrder([...steps, release])
  }

  function readAll(frames: readonly Frame[], by: StreamReader): void | Promise<void> {
    return inOrder(frames.map((one) => () => (isOver ? undefined : read(one, by))))
  }

  function readEach(frame: Frame): void | Promise<void> {
    if (whole !== undefined) return whole.push(frame)
    if (reader === undefined) {
      reader = beginsAsFile(frame.bytes, body.contentType) ? undefined : readerOf(body.contentType, frame.bytes)
      if (reader === undefined) {
        const isAsked = guard.active.length > 0
        whole = createWholeFile(body.contentType, { look: lookAtFile, refuse: refuseFile, isHolding, isAsked }, sink)
        return whole.push(frame)
      }
    }
    // An event need not wait for those that came with it.
    return readAll(isHolding || reader.isCutting ? reader.push(frame) : [frame], reader)
  }

  function release(): void {
    for (let first = held[0]; first !== undefined && !isOver; first = held[0]) {
      const { frame, events, framing, files } = first
      if (!files.every(({ isDone }) => isDone)) return
      const pieces = events.flatMap((event) => event.pieces)
      if (!pieces.every(isCleared)) return
      held.shift()
      const edited = editedFrame(frame, events, framing)
      for (const piece of pieces) leave(piece)
      own?.sent(edited)
      sink.frame(edited)
    }
  }

  const finish = (then: () => void): void | Promise<void> =>
    inOrder([
      () => (reader === undefined ? undefined : readAll(reader.rest(), reader)),
      () => inOrder(files?.end() ?? []),
      () => (isOver ? undefined : whole?.end()),
      () => inOrder(Array.from(channels.all, (channel) => () => advance(channel, true))),
      () => inOrder(Array.from(channels.runs, (run) => () => join(run, true))),
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

function isAnswering({ own, active }: ReplyGuard): boolean {
  return own !== undefined && active.some(({ state, action }) => state === 'enforce' && action === 'answer')
}

/** What was cut into events by its dialect, or as server-sent events; `undefined`: the first bytes tell. */
function readerBefore({ dialect }: ModelReply, { contentType }: StreamBody): StreamReader | undefined {
  if (dialect !== undefined) return framedReader(dialect.framing)
  return contentType.startsWith(sse.contentType) ? framedReader(sse) : undefined
}

/** For clients that no dialect tells of a fault. Nothing where no event can be added. */
function toldIn(
  { endpoint }: GuardedCall,
  { target }: ModelReply,
  reader: StreamReader | undefined,
  error: GatewayError,
): Frame | undefined {
  if (endpoint.kind === 'dialect' || reader === undefined || reader.isText === true) return undefined
  const { dialect } = target.account.provider
  const { message, code } = error
  const usual: WireEvent = {
    event: 'error',
    data: JSON.stringify({ error: { message, code, type: 'invalid_request_error' } }),
  }
  const event = dialect.framing === reader.framing ? dialect.encodeErrorEvent(error) : usual
  return plainFrame(Buffer.from(reader.framing.writer().write(event)))
}

function brokenEvent(): GatewayError {
  return new GatewayError(
    'upstream_invalid_reply',
    'The provider sent an event that is no JSON, which no guardrail can read.',
  )
}

/** The client has it. */
function leave(piece: Piece): void {
  const { channel, start, text, starts } = piece
  const redactions = redactionsOf(piece)
  const lost = redactions.filter((edit) => isWithin(edit, piece))
  const given = merged(redactions, restorationsOf(piece)).filter(
    (edit) => isWithin(edit, piece) && !redactions.includes(edit),
  )
  for (const [index, run] of channel.runs.entries()) {
    const runStart = starts[index] ?? starts[0] ?? 0
    const by = runStart - start
    if (lost.length > 0) run.lost = [...run.lost, ...moved(lost, by)].slice(-MAX_LOST)
    if (given.length > 0) run.given = [...run.given, ...moved(given, by)].slice(-MAX_LOST)
    run.sent = Math.max(run.sent, runStart + text.length)
    forget(run, run.sent)
  }
  forget(channel, start + text.length)
}

function isWithin({ start, end }: Span, piece: Piece): boolean {
  return start < piece.start + piece.text.length && end > piece.start
}

function moved(spans: readonly Span[], by: number): readonly Span[] {
  return spans.map(({ start, end }) => ({ start: start + by, end: end + by }))
}

const MAX_LOST = 64

/** Edits before the end of what is gone. */
function forget(channel: Channel, end: number): void {
  if (channel.redactions.length > 0) channel.redactions = channel.redactions.filter((edit) => edit.end > end)
  if (channel.restorations.length > 0) channel.restorations = channel.restorations.filter((edit) => edit.end > end)
}
