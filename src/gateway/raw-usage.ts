import type { FrameSink, ModelReply, StreamBody, UnaryBody } from '../core/calls/call.ts'
import type { Dialect } from '../core/model/dialect.ts'
import type { ReplyPart } from '../core/model/model-reply.ts'
import { isJsonObject, parseJson } from '../core/wire/json.ts'
import { EventFrame, type FrameDecoder, frameDecoder } from './provider-call/event-frame.ts'

/**
 * The same reply, and what it says of its tokens: the body goes on as it came, and is read as the dialect of its path has it.
 * `learn` is told of a stream's, as it flows.
 */
export function withUsage(
  reply: ModelReply,
  dialect: Dialect,
  learn: (parts: readonly ReplyPart[]) => void,
): ModelReply {
  const { body } = reply
  if (body.kind === 'unary') return { ...reply, body: readWhole(body, dialect) }
  const decoder = frameDecoder(dialect)
  return decoder === undefined ? reply : { ...reply, body: readFlowing(body, decoder, learn) }
}

function readWhole(body: UnaryBody, dialect: Dialect): UnaryBody {
  const json = parseJson(body.bytes.toString('utf8'))
  if (!isJsonObject(json)) return body
  try {
    const reports = dialect.decodeReply(json).filter(isUsage)
    return reports.length === 0 ? body : { ...body, parts: [...reports, { type: 'reply-end' }] }
  } catch {
    // It is not of its path's dialect: what it says in the common names stays.
    return body
  }
}

function readFlowing(
  body: StreamBody,
  decoder: FrameDecoder,
  learn: (parts: readonly ReplyPart[]) => void,
): StreamBody {
  return {
    kind: 'stream',
    contentType: body.contentType,
    pause: () => body.pause(),
    resume: () => body.resume(),
    open(sink) {
      let isSaid = false
      const reading: FrameSink = {
        frame(frame) {
          const reports = new EventFrame(frame.bytes, decoder, false).landmarkParts().filter(isUsage)
          if (reports.length > 0) {
            isSaid = true
            learn(reports)
          }
          sink.frame(frame)
        },
        end() {
          if (isSaid) learn([{ type: 'reply-end' }])
          sink.end()
        },
        fail: (error, isTold) => sink.fail(error, isTold),
      }
      body.open(reading)
    },
  }
}

function isUsage({ type }: ReplyPart): boolean {
  return type === 'usage-report'
}
