import type { FrameSink, ModelReply, StreamBody } from '../../core/calls/call.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { RealtimeSession } from '../open-realtime.ts'
import { headroomOf } from './headroom.ts'
import type { Trial } from './target-state.ts'

/** The same reply; the trial hears how it ends. */
export function watchReply(reply: ModelReply, trial: Trial): ModelReply {
  const headroom = headroomOf(reply.headers)
  if (headroom !== undefined) trial.left(headroom)
  return whenOver(reply, (fault) => {
    if (fault !== undefined) trial.failed(fault)
    trial.over()
  })
}

/** The same reply; `over` hears when nothing more of it will come, and why if it broke off. */
export function whenOver(reply: ModelReply, over: (fault?: GatewayError) => void): ModelReply {
  const { body } = reply
  if (body.kind === 'stream') return { ...reply, body: streamWithEnd(body, over) }
  over()
  return reply
}

function streamWithEnd(body: StreamBody, over: (fault?: GatewayError) => void): StreamBody {
  return {
    kind: 'stream',
    contentType: body.contentType,
    open(sink: FrameSink) {
      body.open({
        frame: (frame) => sink.frame(frame),
        end() {
          over()
          sink.end()
        },
        fail(error) {
          over(error)
          sink.fail(error)
        },
      })
    },
    pause: () => body.pause(),
    resume: () => body.resume(),
  }
}

/** The same for a session, whose end is its socket's. */
export function watchSession(session: RealtimeSession, trial: Trial): RealtimeSession {
  session.socket.once('close', () => trial.over())
  return session
}
