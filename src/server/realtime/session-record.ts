import type { Usage } from '../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import type { SessionTokens } from '../../gateway/within-session.ts'
import type { CallRecorder } from '../data-plane/record/call-recorder.ts'
import { leftOutSound, soundOfClient, soundOfProvider } from './left-out-sound.ts'
import type { PassedOn, ProviderReader, RelayedSession, RelayObserver } from './relay.ts'

const contentWord = Buffer.from('.delta"')
const doneWord = Buffer.from('"response.done"')
const newline = Buffer.from('\n')

export interface RecordedSession {
  withoutCredential(bytes: Buffer): Buffer
  readonly farewell: RelayObserver['farewell']
  readonly checked: RelayObserver['fromClient']
  /** A response is over, and has used so much. `hasAudio`: not all of it is text. */
  used(event: JsonObject, tokens: SessionTokens, hasAudio: boolean): void
  /** Where somebody looks at messages of the provider before they go on. */
  guarded?(session: GuardedSession): ProviderReader
}

export interface GuardedSession extends Omit<RelayedSession, 'toClient'> {
  /** `recorded`: what stands on record in its place. */
  toClient(message: Buffer, recorded: Buffer): void
  /** A binary message, as it came. */
  pass(message: Buffer): void
  /** What the gateway itself says to the client. */
  answer(message: string): void
}

export interface SessionRecord extends RelayObserver {
  /** The session is over. */
  end(): void
}

/** Writes what is said in a session into its record: events as lines of JSON without sound, and the usage of all responses together. */
export function sessionRecord(
  recorder: CallRecorder,
  { withoutCredential, farewell, checked, used, guarded }: RecordedSession,
): SessionRecord {
  let total: TokenCounts = {}
  const asked = leftOutSound(soundOfClient)
  const answered = leftOutSound(soundOfProvider)

  /** Of what the client does not get too. */
  function count(message: Buffer): void {
    if (!recorder.hasContent && message.includes(contentWord)) recorder.contentSeen()
    if (!message.includes(doneWord)) return
    const event = parseJson(message.toString('utf8'))
    const usage = responseUsage(event)
    if (usage === undefined || !isJsonObject(event)) return
    total = sum(total, usage.tokens)
    recorder.parts([{ type: 'usage-report', usage: total }])
    const { inputTokens = 0, outputTokens = 0 } = usage.tokens
    used(event, { inputTokens, outputTokens }, usage.hasAudio)
    // The catalogue has prices of text; audio costs many times more, and too little is worse than unknown.
    if (usage.hasAudio) recorder.costUnknown()
  }

  const writeRequest = (lines: readonly Buffer[]): void => {
    for (const line of lines) recorder.requestBytes(Buffer.concat([line, newline]))
  }
  const writeReply = (lines: readonly Buffer[]): void => {
    for (const line of lines) recorder.replyBytes(Buffer.concat([line, newline]))
  }

  const clean = (message: Buffer): Buffer => (message.includes('error') ? withoutCredential(message) : message)

  return {
    fromClient(message, isBinary) {
      const recorded = (answer: PassedOn): PassedOn => {
        const said = typeof answer === 'string' ? message : answer
        if (!isBinary) writeRequest(asked.lines(said))
        if (typeof answer === 'string') recorder.replyBytes(Buffer.from(`${answer}\n`))
        return answer
      }
      const answer = checked(message, isBinary)
      return answer instanceof Promise ? answer.then(recorded) : recorded(answer)
    },
    fromProvider(session) {
      const reader = guarded?.({
        ...session,
        toClient(message, recorded) {
          writeReply(answered.lines(recorded))
          session.toClient(message, false)
        },
        pass: (message) => session.toClient(message, true),
        answer(message) {
          recorder.replyBytes(Buffer.from(`${message}\n`))
          session.toClient(message, false)
        },
      })
      return {
        take(message, isBinary) {
          const said = isBinary ? message : clean(message)
          if (!isBinary) count(said)
          if (reader !== undefined) return reader.take(said, isBinary)
          if (!isBinary) writeReply(answered.lines(said))
          session.toClient(said, isBinary)
        },
        end: (then) => (reader === undefined ? then() : reader.end(then)),
      }
    },
    farewell,
    end() {
      writeRequest(asked.rest())
      writeReply(answered.rest())
    },
  }
}

type TokenCounts = Omit<Usage, 'billed'>

/** https://platform.openai.com/docs/api-reference/realtime-server-events/response/done */
function responseUsage(event: JsonValue | undefined): { tokens: TokenCounts; hasAudio: boolean } | undefined {
  const response = member(event, 'response')
  const usage = member(response, 'usage')
  if (usage === undefined) return undefined
  const input = member(usage, 'input_token_details')
  const output = member(usage, 'output_token_details')
  return {
    tokens: {
      ...tokens('inputTokens', usage['input_tokens']),
      ...tokens('cachedInputTokens', input?.['cached_tokens']),
      ...tokens('outputTokens', usage['output_tokens']),
    },
    hasAudio: isPositive(input?.['audio_tokens']) || isPositive(output?.['audio_tokens']),
  }
}

function member(value: JsonValue | undefined, name: string): JsonObject | undefined {
  const found = isJsonObject(value) ? value[name] : undefined
  return isJsonObject(found) ? found : undefined
}

function tokens(name: keyof TokenCounts, value: JsonValue | undefined): TokenCounts {
  return typeof value === 'number' && value >= 0 ? { [name]: value } : {}
}

function isPositive(value: JsonValue | undefined): boolean {
  return typeof value === 'number' && value > 0
}

function sum(a: TokenCounts, b: TokenCounts): TokenCounts {
  const total: Record<string, number> = { ...a }
  for (const [name, value] of Object.entries(b)) total[name] = (total[name] ?? 0) + value
  return total
}
