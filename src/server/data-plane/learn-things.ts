import type { Frame, FrameSink, ModelCall, ModelReply, StreamBody } from '../../core/call.ts'
import type { ThingStore } from '../../core/holder.ts'
import { parseJson } from '../../core/json.ts'
import { madeThings, mayMakeThings } from '../../core/made-things.ts'

/** Each event that names something has one of these words. */
const marks = ['container', 'file_id'].map((word) => Buffer.from(word))
const MAX_ID = 200

/** The same reply. What it says that the provider's own tools have made belongs to the caller's workspace before the client hears of it. */
export function learnThings(
  { endpoint, wire, principal: { workspace } }: ModelCall,
  reply: ModelReply,
  things: Pick<ThingStore, 'add'>,
): ModelReply {
  const { dialect, body, target } = reply
  if (endpoint.kind !== 'dialect' || dialect !== endpoint.dialect || !mayMakeThings(wire.json)) return reply
  const known = new Set<string>()
  const learn = (text: string): void => {
    for (const { kind, id } of madeThings(parseJson(text) ?? null)) {
      // What the request names is somebody's already, or everybody's.
      if (known.has(id) || id.length > MAX_ID || wire.bytes.includes(id)) continue
      known.add(id)
      things.add({ kind, id, account: target.account.id, workspace, createdAt: Date.now() })
    }
  }
  const isMarked = (bytes: Buffer): boolean => marks.some((mark) => bytes.includes(mark))
  if (body.kind === 'unary') {
    if (isMarked(body.bytes)) learn(body.bytes.toString('utf8'))
    return reply
  }
  const onFrame = ({ bytes }: Frame): void => {
    if (isMarked(bytes)) for (const { data } of dialect.framing.parse(bytes)) learn(data)
  }
  return { ...reply, body: heard(body, onFrame) }
}

function heard(body: StreamBody, onFrame: (frame: Frame) => void): StreamBody {
  return {
    ...body,
    open: (sink: FrameSink) =>
      body.open({
        frame(frame) {
          attempt(() => onFrame(frame))
          sink.frame(frame)
        },
        end: () => sink.end(),
        fail: (error) => sink.fail(error),
      }),
    pause: () => body.pause(),
    resume: () => body.resume(),
  }
}

/** Whoever reads the events for the client says what is wrong with them. */
function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // Nothing was learned.
  }
}
