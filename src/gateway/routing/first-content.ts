import type { Frame, FrameSink, ModelReply, StreamBody } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { isContent, type ReplyPart } from '../../core/model/model-reply.ts'
import { replyFault } from '../provider-call/upstream-error.ts'

/** What a stream says before its first content is a head and a few settings; one that says more is let go. */
const maxFrames = 64
const maxBytes = 256 * 1024

/**
 * The same reply, when a stream has brought its first content. Rejects when it fails before, or brings none in its time: nothing
 * has reached the client, so the call may still go elsewhere.
 */
export function firstContent(reply: ModelReply): Promise<ModelReply> | ModelReply {
  const { body, dialect, dueAt } = reply
  if (body.kind === 'unary' || dialect === undefined) return reply
  const { account } = reply.target
  return new Promise((resolve, reject) => {
    const early: Frame[] = []
    let bytes = 0
    let sink: FrameSink | undefined
    let isSettled = false
    let tellEnd: ((to: FrameSink) => void) | undefined
    const settle = (): void => {
      if (isSettled) return
      isSettled = true
      clearTimeout(timer)
      resolve({ ...reply, body: resumed })
    }
    const refuse = (fault: GatewayError): void => {
      isSettled = true
      clearTimeout(timer)
      reject(fault)
    }
    const timer =
      dueAt === undefined
        ? undefined
        : setTimeout(
            () =>
              refuse(
                new GatewayError(
                  'upstream_timeout',
                  `The provider account "${account.id}" began a stream and said nothing within ${reply.target.timeoutMs} ms.`,
                ),
              ),
            Math.max(0, dueAt - performance.now()),
          )
    const resumed: StreamBody = {
      kind: 'stream',
      contentType: body.contentType,
      open(to) {
        sink = to
        for (const frame of early.splice(0)) to.frame(frame)
        tellEnd?.(to)
      },
      pause: () => body.pause(),
      resume: () => body.resume(),
    }
    const ended = (tell: (to: FrameSink) => void): void => {
      settle()
      if (sink === undefined) tellEnd = tell
      else tell(sink)
    }
    body.open({
      frame(frame) {
        if (sink !== undefined) return sink.frame(frame)
        early.push(frame)
        bytes += frame.bytes.length
        if (isSettled) return
        // Each frame in its turn, as a decoder needs it.
        const parts = frame.readableParts()
        const fault = parts.find((part) => part.type === 'reply-error')
        if (fault !== undefined) refuse(replyFault(fault))
        else if (parts.some(tellsOfAnswer) || early.length > maxFrames || bytes > maxBytes) settle()
      },
      end() {
        if (isSettled) return ended((to) => to.end())
        refuse(
          new GatewayError(
            'upstream_reset',
            `The provider account "${account.id}" ended its stream before it had answered.`,
          ),
        )
      },
      fail(error) {
        if (isSettled) return ended((to) => to.fail(error))
        refuse(error)
      },
    })
  })
}

/** An answer may be empty, and is one all the same when it says how it ended. */
function tellsOfAnswer(part: ReplyPart): boolean {
  return isContent(part) || part.type === 'choice-end' || part.type === 'reply-end'
}
