import type {
  Endpoint,
  Frame,
  FrameSink,
  ModelCall,
  ModelReply,
  StreamBody,
  UnaryBody,
} from '../../../core/calls/call.ts'
import { GatewayError, upstreamErrorCode } from '../../../core/errors.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { ClientFraming, EventWriter, WireEvent } from '../../../core/model/framing.ts'
import { isContent, type ReplyContext, type ReplyPart } from '../../../core/model/model-reply.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import type { CallExchange } from '../../http/exchange.ts'
import type { CallRecorder } from '../record/call-recorder.ts'
import { recordUnary } from '../record/record-unary.ts'
import { collectStream } from './collect-stream.ts'
import { sendError } from './error-reply.ts'
import { replyHead } from './reply-head.ts'

/** Sends a reply to the client, in the client's dialect, and ends the record. Resolves when nothing more will be sent. */
export function writeReply(
  exchange: CallExchange,
  call: ModelCall,
  reply: ModelReply,
  recorder: CallRecorder,
  maxReplyBytes: number,
): void {
  const client = clientDialect(call.endpoint)
  recorder.answeredBy(reply)
  if (reply.body.kind === 'stream') {
    if (call.stream || client === undefined) writeStream(exchange, call, reply, reply.body, recorder)
    else {
      const options = { exchange, call, reply, recorder, client, maxReplyBytes, context: replyContext(call, recorder) }
      collectStream(reply.body, options)
    }
    return
  }
  recordUnary(recorder, reply)
  if (call.stream && client !== undefined) {
    // The provider answered in one piece although a stream was asked for: the client gets its stream all the same.
    const encoder = client.encodeEvents(replyContext(call, recorder))
    const framing = call.framing ?? client.framing
    const writer = framing.writer()
    const events = reply.body.parts.map((part) => written(encoder.push(part), writer))
    const ending = [written(encoder.end?.() ?? [], writer), Buffer.from(writer.end())]
    recorder.headSent()
    exchange.begin(reply.status, replyHead(recorder, reply, streamLabel(framing)))
    for (const bytes of [...events, Buffer.concat(ending)]) exchange.write(bytes)
    exchange.end()
  } else {
    const bytes = unaryBytes(call, reply, reply.body, client, recorder)
    recorder.headSent()
    const head = replyHead(recorder, reply, reply.dialect === client ? reply.body.contentType : 'application/json')
    exchange.reply(reply.status, head, bytes)
  }
  recorder.end(reply.status)
}

function unaryBytes(
  call: ModelCall,
  reply: ModelReply,
  body: UnaryBody,
  client: Dialect | undefined,
  recorder: CallRecorder,
): Buffer {
  if (client === undefined || reply.dialect === client) return body.bytes
  return Buffer.from(JSON.stringify(client.encodeReply(body.parts, replyContext(call, recorder))))
}

function writeStream(
  exchange: CallExchange,
  call: ModelCall,
  reply: ModelReply,
  body: StreamBody,
  recorder: CallRecorder,
): void {
  const client = clientDialect(call.endpoint)
  recorder.headSent()
  const framing = call.framing ?? client?.framing
  let hasBegun = false
  const begin = (): void => {
    if (hasBegun) return
    hasBegun = true
    const label = framing === undefined ? body.contentType : streamLabel(framing)
    exchange.begin(reply.status, replyHead(recorder, reply, label))
  }
  // A reply in no dialect cannot say that it is refused once it has begun.
  if (client !== undefined) begin()
  const writer = framing?.writer()
  const output = outputOf(call, reply, recorder, client, writer)
  let over = false
  const finish = (status: number, error?: GatewayError, isTold = false): void => {
    over = true
    begin()
    if (error !== undefined && !isTold && client !== undefined && writer !== undefined) {
      write(written([client.encodeErrorEvent(error)], writer))
    }
    const tail = writer?.end() ?? ''
    if (tail !== '') write(Buffer.from(tail))
    exchange.end()
    recorder.end(status, error)
  }
  const write = (bytes: Buffer): void => {
    begin()
    if (exchange.write(bytes)) return
    body.pause()
    exchange.onDrain = () => body.resume()
  }
  const sink: FrameSink = {
    frame(frame) {
      if (over) return
      recorder.replyBytes(frame.recorded ?? frame.bytes)
      let parts: readonly ReplyPart[]
      let bytes: Buffer
      try {
        parts = output.parts(frame)
        bytes = output.bytes(frame, parts)
      } catch (fault) {
        const before = frame.partsBeforeFault ?? []
        recorder.parts(before)
        if (before.length > 0) write(output.bytes(frame, before))
        const error = asGatewayError(fault)
        finish(error.status, error)
        call.lifetime.end(error)
        return
      }
      recorder.parts(parts)
      if (!recorder.hasContent && output.hasContent(frame, parts)) recorder.contentSeen()
      const fault = parts.find((part) => part.type === 'reply-error')
      if (bytes.length > 0) write(bytes)
      if (fault === undefined) return
      const error = new GatewayError(upstreamErrorCode(fault.status), fault.message, { status: fault.status })
      finish(error.status, error, output.tellsFaults)
      call.lifetime.end(error)
    },
    end() {
      if (over) return
      if (client === undefined || recorder.isWhole) finish(reply.status)
      else if (recorder.isFinished) {
        write(output.ending())
        finish(reply.status)
      } else {
        const error = new GatewayError('upstream_reset', 'The provider ended its stream before the reply was whole.')
        finish(error.status, error)
      }
    },
    fail(error, isTold = false) {
      if (over) return
      if (client === undefined && !isTold && isRefusal(error)) {
        over = true
        // What has come must not be taken for a whole reply.
        if (hasBegun) exchange.destroy()
        else sendError(exchange, call.endpoint, error, recorder)
        recorder.end(error.status, error)
      } else if (recorder.isWhole) finish(reply.status)
      else if (recorder.isFinished && reply.dialect?.terminator === undefined) sink.end()
      else finish(error.status, error)
    },
  }
  body.open(sink)
}

function isRefusal({ code }: GatewayError): boolean {
  return code === 'guardrail_denied' || code === 'guardrail_approval_required' || code === 'guardrail_unavailable'
}

/** How the frames of a stream become the client's bytes. */
interface StreamOutput {
  /** A stream that passes through brings its own error event. */
  readonly tellsFaults: boolean
  parts(frame: Frame): readonly ReplyPart[]
  bytes(frame: Frame, parts: readonly ReplyPart[]): Buffer
  hasContent(frame: Frame, parts: readonly ReplyPart[]): boolean
  /** What a whole stream still lacks when the provider forgot its terminator. */
  ending(): Buffer
}

function outputOf(
  call: ModelCall,
  reply: ModelReply,
  recorder: CallRecorder,
  client: Dialect | undefined,
  writer: EventWriter | undefined,
): StreamOutput {
  if (client === undefined || writer === undefined) return raw
  const isTranslated = reply.dialect !== client || (reply.body.kind === 'stream' && reply.body.isWrittenAnew === true)
  if (isTranslated) return translation(client.encodeEvents(replyContext(call, recorder)), writer)
  const isSameFraming = call.framing === undefined || call.framing === client.framing
  return passThrough(client, writer, isSameFraming, recorder.keepsReply ? 'all' : marksOf(call, reply, client))
}

const marks = new WeakMap<Dialect, readonly Buffer[]>()

/** Of events that have to be read, beside those that the dialect names for all its streams. */
function marksOf(call: ModelCall, { target }: ModelReply, client: Dialect): readonly Buffer[] | undefined {
  const { encryptedReasoning } = client
  if (encryptedReasoning?.mayCome(call.wire.json, target.model) !== true) return undefined
  let known = marks.get(client)
  if (known === undefined) {
    known = encryptedReasoning.landmarks.map((text) => Buffer.from(text))
    marks.set(client, known)
  }
  return known
}

const nothing = Buffer.alloc(0)

/** Of an endpoint without a dialect. */
const raw: StreamOutput = {
  tellsFaults: true,
  parts: (frame) => frame.landmarkParts(),
  bytes: (frame) => frame.bytes,
  hasContent: () => true,
  ending: () => nothing,
}

/** The same events; in the provider's very bytes, where the client reads them in the same framing. */
function passThrough(
  client: Dialect,
  writer: EventWriter,
  isSameFraming: boolean,
  read: 'all' | readonly Buffer[] | undefined,
): StreamOutput {
  return {
    tellsFaults: true,
    parts: read === 'all' ? readableParts : (frame) => frame.landmarkParts(read),
    bytes: isSameFraming ? (frame) => frame.bytes : (frame) => written(client.framing.parse(frame.bytes), writer),
    hasContent: (frame) => frame.bytes.includes(client.contentLandmark),
    ending: () => (client.terminator === undefined ? nothing : written([client.terminator], writer)),
  }
}

function readableParts(frame: Frame): readonly ReplyPart[] {
  try {
    return frame.parts()
  } catch {
    // The client gets the bytes as they came.
    return []
  }
}

function translation(encoder: StreamTransform<ReplyPart, WireEvent>, writer: EventWriter): StreamOutput {
  return {
    tellsFaults: false,
    parts: (frame) => frame.parts(),
    bytes: (_frame, parts) => written(encoded(parts, encoder), writer),
    hasContent: (_frame, parts) => parts.some(isContent),
    ending: () => written(encoder.push({ type: 'reply-end' }), writer),
  }
}

/** A fault inside a stream is the last of it: written once it is known to be one, and nothing of what stands behind it. */
function* encoded(parts: readonly ReplyPart[], encoder: StreamTransform<ReplyPart, WireEvent>): Iterable<WireEvent> {
  for (const part of parts) {
    if (part.type === 'reply-error') return
    yield* encoder.push(part)
  }
}

/** A writer gives text or bytes, never both. */
function written(events: Iterable<WireEvent>, writer: EventWriter): Buffer {
  let text = ''
  let pieces: Buffer[] | undefined
  for (const event of events) {
    const piece = writer.write(event)
    if (typeof piece === 'string') text += piece
    else {
      pieces ??= []
      pieces.push(piece)
    }
  }
  return pieces === undefined ? Buffer.from(text) : Buffer.concat(pieces)
}

function streamLabel({ contentType }: ClientFraming): string {
  return contentType.startsWith('text/') ? `${contentType}; charset=utf-8` : contentType
}

function clientDialect(endpoint: Endpoint): Dialect | undefined {
  return endpoint.kind === 'dialect' ? endpoint.dialect : undefined
}

export function replyContext(call: ModelCall, recorder: CallRecorder): ReplyContext {
  return {
    callId: call.id,
    model: call.model,
    createdAt: Math.floor(recorder.startedAt / 1000),
    streamUsage: call.stream && asksForStreamUsage(call),
    elapsedMs: () => Date.now() - recorder.startedAt,
    body: call.asked ?? call.wire.json,
  }
}

/** A body that passed through as it came may be one that our own decoder would refuse; the reply is here all the same. */
function asksForStreamUsage(call: ModelCall): boolean {
  try {
    return call.endpoint.kind === 'dialect' && call.request().streamUsage === true
  } catch (fault) {
    if (fault instanceof GatewayError) return false
    throw fault
  }
}

export function asGatewayError(fault: unknown): GatewayError {
  return fault instanceof GatewayError
    ? fault
    : new GatewayError('internal_error', 'The gateway failed; the fault was logged.', { cause: fault })
}
