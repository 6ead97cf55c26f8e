import type { EncryptedReasoning } from '../../../core/model/encrypted-reasoning.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { extraSignature } from './extra-content.ts'

/** Fields of an assistant's message with blocks of thinking: LiteLLM's and OpenRouter's. */
const lists = ['thinking_blocks', 'reasoning_details'] as const
const fields = [...lists, 'tool_calls'] as const
const none: readonly string[] = []

/** What vendors put beside the text in this dialect; OpenAI itself has nothing of it. */
export const encryptedReasoning: EncryptedReasoning = {
  name: 'messages[].reasoning',
  piecesIn: ({ messages }) => (Array.isArray(messages) ? messages.flatMap(piecesOf) : []),
  without(body, isForeign) {
    const { messages } = body
    if (!Array.isArray(messages)) return { body, dropped: [] }
    return {
      body: { ...body, messages: messages.map((message) => readable(message, isForeign)) },
      dropped: [encryptedReasoning.name],
    }
  },
  mayCome: (body, model) =>
    ['reasoning', 'reasoning_effort', 'thinking'].some((name) => isGiven(body[name])) || /gemini/i.test(model),
  landmarks: ['"signature"', '"reasoning.encrypted"', '"redacted_thinking"', '"thought_signature"'],
}

function piecesOf(message: JsonValue): readonly string[] {
  if (!isJsonObject(message) || message['role'] !== 'assistant' || !fields.some((name) => message[name] != null))
    return none
  const blocks = lists.flatMap((name) => listIn(message, name).flatMap((block) => pieceOf(block) ?? []))
  const calls = listIn(message, 'tool_calls').flatMap((call) => callPiece(call) ?? [])
  return blocks.length === 0 ? calls : [...blocks, ...calls]
}

function readable(message: JsonValue, isForeign: (piece: string) => boolean): JsonValue {
  if (!isJsonObject(message) || !piecesOf(message).some(isForeign)) return message
  const own: Record<string, JsonValue | undefined> = { ...message }
  for (const name of lists) {
    const kept = listIn(message, name).filter((block) => !lost(pieceOf(block), isForeign))
    if (kept.length > 0) own[name] = kept
    else delete own[name]
  }
  if (message['tool_calls'] !== undefined)
    own['tool_calls'] = listIn(message, 'tool_calls').map((call) =>
      lost(callPiece(call), isForeign) ? withoutExtra(call) : call,
    )
  return own
}

function lost(piece: string | undefined, isForeign: (piece: string) => boolean): boolean {
  return piece !== undefined && isForeign(piece)
}

function pieceOf(block: JsonValue): string | undefined {
  if (!isJsonObject(block)) return undefined
  const { signature, data } = block
  const piece = typeof signature === 'string' && signature !== '' ? signature : data
  return typeof piece === 'string' && piece !== '' ? piece : undefined
}

function callPiece(call: JsonValue): string | undefined {
  return isJsonObject(call) ? extraSignature(call['extra_content']).signature : undefined
}

function withoutExtra(call: JsonValue): JsonValue {
  if (!isJsonObject(call)) return call
  const { extra_content: _, ...kept }: JsonObject = call
  return kept
}

function listIn(message: JsonObject, name: string): readonly JsonValue[] {
  const list = message[name]
  return Array.isArray(list) ? list : []
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null
}
