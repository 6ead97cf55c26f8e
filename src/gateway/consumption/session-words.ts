/**
 * What a client says in a realtime session, until the response that answers it.
 * https://platform.openai.com/docs/api-reference/realtime-client-events
 */
import { estimateTokens } from '../../core/model/estimate-tokens.ts'
import type {
  AssistantMessage,
  Message,
  ToolMessage,
  ToolResultPart,
  UserMessage,
} from '../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

/** The events that say something: sound, which is most of a session, names none of them. An escape may hide a name. */
const mayTalk = /conversation\.item\.create|response\.create|session\.update|\\/

export function maySayWords(text: string): boolean {
  return mayTalk.test(text)
}

export interface SessionWords {
  /** Takes in a client's event. */
  say(event: JsonObject): void
  /** Takes in the end of a response, and begins anew. */
  answered(event: JsonObject): void
  /** Of what was said since the last response. */
  readonly tokens: number
  /** The most that a response may write, by what the client says; `undefined`: it has not said. */
  readonly maxOutputTokens: number | undefined
  /** The conversation in short: how it began, the last answer, and what was said since. */
  messages(): readonly Message[]
}

/** Of each text its beginning and its end. */
const KEPT_CHARACTERS = 2048
const MAX_PARTS = 32
const MAX_DEPTH = 16

export function createSessionWords(): SessionWords {
  let first: UserMessage | undefined
  let before: AssistantMessage | undefined
  let said: string[] = []
  let results: ToolResultPart[] = []
  let tokens = 0
  let ofSession: number | undefined
  let ofResponse: number | undefined

  function addItem(item: JsonValue | undefined): void {
    if (!isJsonObject(item)) return
    tokens += tokensIn(item)
    if (item['type'] === 'function_call_output') {
      const { call_id: id, output } = item
      if (results.length < MAX_PARTS)
        results.push({
          type: 'tool-result',
          toolCallId: String(id ?? ''),
          content: [{ type: 'text', text: short(String(output ?? '')) }],
        })
      return
    }
    if (item['role'] !== 'user') return
    const text = textsOf(item['content'])
    if (text === '') return
    if (said.length < MAX_PARTS) said.push(text)
    first ??= asked(text)
  }

  return {
    get tokens() {
      return tokens
    },
    get maxOutputTokens() {
      return ofResponse ?? ofSession
    },
    say(event) {
      const { type, session, response } = event
      if (type === 'conversation.item.create') addItem(event['item'])
      else if (type === 'session.update' && isJsonObject(session)) {
        tokens += tokensIn(session)
        ofSession = boundIn(session) ?? ofSession
      } else if (type === 'response.create') {
        ofResponse = isJsonObject(response) ? boundIn(response) : undefined
        if (!isJsonObject(response)) return
        const { input, ...rest } = response
        tokens += tokensIn(rest)
        for (const item of Array.isArray(input) ? input : []) addItem(item)
      }
    },
    answered({ response }) {
      const output = isJsonObject(response) ? response['output'] : undefined
      before = answerIn(Array.isArray(output) ? output : [])
      said = []
      results = []
      tokens = 0
      ofResponse = undefined
    },
    messages() {
      const last: ToolMessage | UserMessage | undefined =
        said.length > 0 ? asked(said.join(' ')) : results.length > 0 ? { role: 'tool', parts: results } : undefined
      if (last === undefined) return []
      if (before === undefined) return [last]
      return [...(first === undefined ? [] : [first]), before, last]
    },
  }
}

function asked(text: string): UserMessage {
  return { role: 'user', parts: [{ type: 'text', text: short(text) }] }
}

function short(text: string): string {
  return text.length <= 2 * KEPT_CHARACTERS ? text : text.slice(0, KEPT_CHARACTERS) + text.slice(-KEPT_CHARACTERS)
}

/** Words of the sound among them, as the provider has them. */
function answerIn(output: readonly JsonValue[]): AssistantMessage {
  const parts: AssistantMessage['parts'][number][] = []
  for (const item of output.slice(0, MAX_PARTS)) {
    if (!isJsonObject(item)) continue
    const { type, call_id: id, name } = item
    if (type === 'function_call')
      parts.push({
        type: 'tool-call',
        id: String(id ?? ''),
        name: String(name ?? ''),
        arguments: short(String(item['arguments'] ?? '')),
      })
    else {
      const text = textsOf(item['content'])
      if (text !== '') parts.push({ type: 'text', text: short(text) })
    }
  }
  return { role: 'assistant', parts }
}

function textsOf(content: JsonValue | undefined): string {
  const texts: string[] = []
  for (const part of Array.isArray(content) ? content.slice(0, MAX_PARTS) : []) {
    if (!isJsonObject(part)) continue
    const text = part['text'] ?? part['transcript']
    if (typeof text === 'string' && text !== '') texts.push(text)
  }
  return texts.join(' ')
}

/** `max_response_output_tokens` in the beta of the API. A word such as `inf` says nothing. */
function boundIn(settings: JsonObject): number | undefined {
  const bound = settings['max_output_tokens'] ?? settings['max_response_output_tokens']
  return typeof bound === 'number' && bound >= 0 ? bound : undefined
}

/** Of all texts, but for sound and pictures, which are Base64 and have fewer tokens than letters. */
function tokensIn(value: JsonValue | undefined, depth = 0): number {
  if (depth > MAX_DEPTH) return 0
  if (typeof value === 'string') return estimateTokens(value)
  if (Array.isArray(value)) return value.reduce<number>((sum, inner) => sum + tokensIn(inner, depth + 1), 0)
  if (!isJsonObject(value)) return 0
  let tokens = 0
  for (const [name, inner] of Object.entries(value))
    if (name !== 'audio' && name !== 'image_url') tokens += tokensIn(inner, depth + 1)
  return tokens
}
