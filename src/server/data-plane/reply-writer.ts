import type { Endpoint, Frame, FrameSink, ModelCall, ModelReply, StreamBody, UnaryBody } from '../../core/call.ts'
import type { Dialect } from '../../core/dialect.ts'
import { GatewayError, upstreamErrorCode } from '../../core/errors.ts'
import type { ReplyContext, ReplyPart } from '../../core/model-reply.ts'
import { formatEvent, type ServerSentEvent } from '../../core/sse.ts'
import type { StreamTransform } from '../../core/stream.ts'
import type { Exchange } from '../http/exchange.ts'
import { type CallRecorder, recordUnary } from './call-recorder.ts'
import { collectStream } from './collect-stream.ts'
import { replyHead } from './reply-head.ts'

/** Sends a reply to the client, in the client's dialect, and ends the record. Resolves when nothing more will be sent. */
export function writeReply(
  exchange: Exchange,
  call: ModelCall,
  reply: ModelReply,
  recorder: CallRecorder,
  maxReplyBytes: number,
): void {
  const client = clientDialect(call.endpoint)
  if (reply.body.kind === 'stream') {
    if (call.stream || client === undefined) writeStream(exchange, call, reply, reply.body, recorder)
    else {
      const options = { exchange, call, reply, recorder, client, maxReplyBytes, context: context(call, recorder) }
      collectStream(reply.body, options)
    }
    return
  }
  recordUnary(recorder, reply)
  recorder.headSent()
  if (call.stream && client !== undefined) {
    // The provider answered in one piece although a stream was asked for: the client gets its stream all the same.
    const encoder = client.encodeEvents(context(call, recorder))
    exchange.begin(reply.status, replyHead(recorder, reply, 'text/event-stream; charset=utf-8'))
    const text = reply.body.parts.map((part) => format(encoder.push(part))).join('') + format(encoder.end?.() ?? [])
    exchange.write(Buffer.from(text))
    exchange.end()
  } else {
    const bytes = unaryBytes(call, reply, reply.body, client, recorder)
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
  return Buffer.from(JSON.stringify(client.encodeReply(body.parts, context(call, recorder))))
}

function writeStream(
  exchange: Exchange,
  call: ModelCall,
  reply: ModelReply,
  body: StreamBody,
  recorder: CallRecorder,
): void {
  const client = clientDialect(call.endpoint)
  recorder.headSent()
  exchange.begin(
    reply.status,
    replyHead(recorder, reply, client === undefined ? body.contentType : 'text/event-stream; charset=utf-8'),
  )
  const output =
    client === undefined || reply.dialect === client
      ? passThrough(client)
      : translation(client.encodeEvents(context(call, recorder)))
  let over = false
  const finish = (status: number, error?: GatewayError): void => {
    over = true
    if (error !== undefined && client !== undefined) write(formatEvent(client.encodeErrorEvent(error)))
    exchange.end()
    recorder.end(status, error)
  }
  const write = (bytes: Buffer | string): void => {
    if (exchange.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)) return
    body.pause()
    exchange.onDrain = () => body.resume()
  }
  const sink: FrameSink = {
    frame(frame) {
      if (over) return
      recorder.replyBytes(frame.bytes)
      let parts: readonly ReplyPart[]
      let bytes: Buffer | string
      try {
        parts = output.parts(frame)
        bytes = output.bytes(frame, parts)
      } catch (fault) {
        call.lifetime.end(asGatewayError(fault))
        return
      }
      recorder.parts(parts)
      if (!recorder.hasContent && output.hasContent(frame, parts)) recorder.contentSeen()
      const fault = parts.find((part) => part.type === 'reply-error')
      if (bytes.length > 0) write(bytes)
      if (fault === undefined) return
      const error = new GatewayError(upstreamErrorCode(fault.status), fault.message, { status: fault.status })
      // A stream that passes through has brought its own error event already.
      if (output.isVerbatim) {
        over = true
        exchange.end()
        recorder.end(error.status, error)
      } else finish(error.status, error)
      call.lifetime.end(error)
    },
    end() {
      if (over) return
      if (client === undefined || recorder.isWhole) finish(reply.status)
      else if (recorder.isFinished) {
        write(output.ending(client))
        finish(reply.status)
      } else {
        const error = new GatewayError('upstream_reset', 'The provider ended its stream before the reply was whole.')
        finish(error.status, error)
      }
    },
    fail(error) {
      if (over) return
      if (recorder.isWhole) finish(reply.status)
      else finish(error.status, error)
    },
  }
  body.open(sink)
}

/** How the frames of a stream become the client's bytes. */
interface StreamOutput {
  readonly isVerbatim: boolean
  parts(frame: Frame): readonly ReplyPart[]
  bytes(frame: Frame, parts: readonly ReplyPart[]): Buffer | string
  hasContent(frame: Frame, parts: readonly ReplyPart[]): boolean
  /** What a whole stream still lacks when the provider forgot its terminator. */
  ending(client: Dialect): string
}

function passThrough(client: Dialect | undefined): StreamOutput {
  return {
    isVerbatim: true,
    parts: (frame) => frame.landmarkParts(),
    bytes: (frame) => frame.bytes,
    hasContent: (frame) => client === undefined || frame.bytes.includes(client.contentLandmark),
    ending: (dialect) => formatEvent(dialect.terminator),
  }
}

function translation(encoder: StreamTransform<ReplyPart, ServerSentEvent>): StreamOutput {
  return {
    isVerbatim: false,
    parts: (frame) => frame.parts(),
    bytes: (_frame, parts) => {
      let text = ''
      for (const part of parts) if (part.type !== 'reply-error') text += format(encoder.push(part))
      return text
    },
    hasContent: (_frame, parts) => parts.some((part) => contentParts.has(part.type)),
    ending: () => format(encoder.push({ type: 'reply-end' })),
  }
}

const contentParts: ReadonlySet<ReplyPart['type']> = new Set([
  'text-delta',
  'refusal-delta',
  'reasoning-delta',
  'tool-call-start',
  'tool-call-delta',
])

function format(events: Iterable<ServerSentEvent>): string {
  let text = ''
  for (const event of events) text += formatEvent(event)
  return text
}

function clientDialect(endpoint: Endpoint): Dialect | undefined {
  return endpoint.kind === 'dialect' ? endpoint.dialect : undefined
}

function context(call: ModelCall, recorder: CallRecorder): ReplyContext {
  return {
    callId: call.id,
    model: call.model,
    createdAt: Math.floor(recorder.startedAt / 1000),
    streamUsage: call.stream && asksForStreamUsage(call),
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
