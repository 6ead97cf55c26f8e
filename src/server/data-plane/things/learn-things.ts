import type { Frame, FrameSink, ModelCall, ModelReply, StreamBody } from '../../../core/calls/call.ts'
import type { ThingStore } from '../../../core/model/holder.ts'
import type { ReplyStore } from '../../../core/model/kept-replies.ts'
import { madeThings, mayMakeThings } from '../../../core/model/made-things.ts'
import { surfaceFor } from '../../../core/model/provider.ts'
import { type JsonValue, parseJson } from '../../../core/wire/json.ts'

/** Each event that names something has one of these words. */
const toolMarks = ['container', 'file_id'].map((word) => Buffer.from(word))
const MAX_ID = 200

/** The same reply. What it says that the provider has made and keeps belongs to the caller's workspace before the client hears of it. */
export function learnThings(
  call: ModelCall,
  reply: ModelReply,
  { things, replies }: { readonly things: Pick<ThingStore, 'add'>; readonly replies: Pick<ReplyStore, 'partMade'> },
): ModelReply {
  const { endpoint } = call
  const { dialect, body } = reply
  if (endpoint.kind !== 'dialect' || dialect !== endpoint.dialect) return reply
  const learners = [toolThings(call, reply, things), replyParts(call, reply, replies)].filter(
    (learner) => learner !== undefined,
  )
  if (learners.length === 0) return reply
  if (body.kind === 'unary') {
    const due = learners.filter(({ marks }) => isMarked(body.bytes, marks))
    if (due.length > 0) attempt(() => learnAll(due, body.bytes.toString('utf8')))
    return reply
  }
  const onFrame = ({ bytes }: Frame): void => {
    const due = learners.filter(({ eventMarks, marks }) => isMarked(bytes, eventMarks ?? marks))
    if (due.length > 0) for (const { data } of dialect.framing.parse(bytes)) learnAll(due, data)
  }
  return { ...reply, body: heard(body, onFrame) }
}

interface Learner {
  /** One of these stands in what there is to learn from. */
  readonly marks: readonly Buffer[]
  /** The same for one event, where that is another. */
  readonly eventMarks?: readonly Buffer[]
  learn(said: JsonValue): void
}

/** What the tools have made that the provider runs itself. */
function toolThings(
  { wire, principal: { workspace } }: ModelCall,
  { target }: ModelReply,
  things: Pick<ThingStore, 'add'>,
): Learner | undefined {
  if (!mayMakeThings(wire.json)) return undefined
  const isNew = newIds()
  return {
    marks: toolMarks,
    learn(said) {
      for (const { kind, id } of madeThings(said)) {
        // What the request names is somebody's already, or everybody's.
        if (wire.bytes.includes(id) || !isNew(id)) continue
        things.add({ kind, id, account: target.account.id, workspace, createdAt: Date.now() })
      }
    },
  }
}

/** Parts of the reply itself. */
function replyParts(
  { endpoint, wire, principal: { workspace } }: ModelCall,
  { target: { account, model } }: ModelReply,
  replies: Pick<ReplyStore, 'partMade'>,
): Learner | undefined {
  if (endpoint.kind !== 'dialect') return undefined
  const { dialect } = endpoint
  const parts = dialect.keptParts
  if (parts?.areKept(wire.json) !== true) return undefined
  if (surfaceFor(account.provider, dialect, model).traits?.keepsReplies === false) return undefined
  const isNew = newIds()
  return {
    marks: [Buffer.from('"id"')],
    eventMarks: [Buffer.from(parts.landmark)],
    learn(said) {
      for (const { kind, id } of parts.in(said))
        if (isNew(id)) replies.partMade({ kind, id, account: account.id, workspace, createdAt: Date.now() })
    },
  }
}

/** Each is told once. */
function newIds(): (id: string) => boolean {
  const known = new Set<string>()
  return (id) => {
    if (known.size >= MAX_IDS || known.has(id) || id.length > MAX_ID) return false
    known.add(id)
    return true
  }
}

const MAX_IDS = 10_000

function isMarked(bytes: Buffer, marks: readonly Buffer[]): boolean {
  return marks.some((mark) => bytes.includes(mark))
}

function learnAll(learners: readonly Learner[], text: string): void {
  const said = parseJson(text)
  if (said !== undefined) for (const { learn } of learners) learn(said)
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
