import type { FrameSink, ModelCall, ModelReply, StreamBody } from '../../../core/calls/call.ts'
import { GatewayError, upstreamErrorCode } from '../../../core/errors.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { ReplyContext, ReplyPart } from '../../../core/model/model-reply.ts'
import type { CallExchange } from '../../http/exchange.ts'
import type { CallRecorder } from '../record/call-recorder.ts'
import { sendError } from './error-reply.ts'
import { replyHead } from './reply-head.ts'

export interface CollectOptions {
  readonly exchange: CallExchange
  readonly call: ModelCall
  readonly reply: ModelReply
  readonly recorder: CallRecorder
  readonly client: Dialect
  readonly context: ReplyContext
  readonly maxReplyBytes: number
}

/** The provider streams although nobody asked for a stream: its parts are put together, and the client gets one reply. */
export function collectStream(body: StreamBody, options: CollectOptions): void {
  const { exchange, call, reply, recorder, client, context, maxReplyBytes } = options
  let collected: ReplyPart[] = []
  let bytes = 0
  let isOver = false
  recorder.inStage('upstream')

  const fail = (error: GatewayError): void => {
    if (isOver) return
    isOver = true
    recorder.headSent()
    sendError(exchange, call.endpoint, error, recorder)
    recorder.end(error.status, error)
    call.lifetime.end(error)
  }
  const sink: FrameSink = {
    frame(frame) {
      if (isOver) return
      recorder.contentSeen()
      recorder.replyBytes(frame.recorded ?? frame.bytes)
      bytes += frame.bytes.length
      if (bytes > maxReplyBytes) {
        return fail(new GatewayError('upstream_reply_too_large', `The reply is larger than ${maxReplyBytes} bytes.`))
      }
      try {
        const parts = frame.parts()
        recorder.parts(parts)
        if (frame.instead !== undefined) {
          collected = [...collected.filter(({ type }) => type === 'usage-report'), ...frame.instead]
          return
        }
        for (const part of parts) {
          if (part.type !== 'reply-error') collected.push(part)
          else return fail(new GatewayError(upstreamErrorCode(part.status), part.message, { status: part.status }))
        }
      } catch (fault) {
        fail(
          fault instanceof GatewayError
            ? fault
            : new GatewayError('upstream_invalid_reply', 'The stream cannot be read.'),
        )
      }
    },
    end() {
      if (isOver) return
      if (!recorder.isWhole && !recorder.isFinished) {
        return fail(new GatewayError('upstream_reset', 'The provider ended its stream before the reply was whole.'))
      }
      isOver = true
      recorder.inStage('reply')
      const whole = Buffer.from(JSON.stringify(client.encodeReply(collected, context)))
      recorder.headSent()
      exchange.reply(reply.status, replyHead(recorder, reply, 'application/json'), whole)
      recorder.end(reply.status)
    },
    fail(error) {
      // What came after the last part does not matter.
      const hasNoTerminator = reply.dialect !== undefined && reply.dialect.terminator === undefined
      if (recorder.isWhole || (recorder.isFinished && hasNoTerminator)) sink.end()
      else fail(error)
    },
  }
  body.open(sink)
}
