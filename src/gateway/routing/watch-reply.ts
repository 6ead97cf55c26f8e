import type { FrameSink, ModelReply, StreamBody } from '../../core/call.ts'
import type { RealtimeSession } from '../open-realtime.ts'
import type { Trial } from './fleet.ts'
import { headroomOf } from './headroom.ts'

/** The same reply; the trial hears how it ends. */
export function watchReply(reply: ModelReply, trial: Trial): ModelReply {
  const { body } = reply
  const headroom = headroomOf(reply.headers)
  if (headroom !== undefined) trial.left(headroom)
  if (body.kind === 'unary') {
    trial.over()
    return reply
  }
  return { ...reply, body: watchStream(body, trial) }
}

function watchStream(body: StreamBody, trial: Trial): StreamBody {
  return {
    kind: 'stream',
    contentType: body.contentType,
    open(sink: FrameSink) {
      body.open({
        frame: (frame) => sink.frame(frame),
        end() {
          trial.over()
          sink.end()
        },
        fail(error) {
          trial.failed(error)
          trial.over()
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
