import type { GatewayError } from '../../../core/errors.ts'
import type { EncryptedReasoning } from '../../../core/model/encrypted-reasoning.ts'
import type { EncodedRequest } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { claudeTraits } from './claude-models.ts'

/** Signed and redacted thinking: https://platform.claude.com/docs/en/build-with-claude/extended-thinking */
export const encryptedReasoning: EncryptedReasoning = {
  name: 'thinking',
  piecesIn: ({ messages }) =>
    Array.isArray(messages)
      ? messages.flatMap((message) => blocksOf(message).flatMap((block) => pieceOf(block) ?? []))
      : [],
  without(body, isForeign) {
    const isLost = (block: JsonValue): boolean => {
      const piece = pieceOf(block)
      return piece !== undefined && isForeign(piece)
    }
    return withoutThinking(body, isLost) ?? { body, dropped: [] }
  },
  mayCome({ thinking }, model) {
    if (isJsonObject(thinking)) return thinking['type'] !== 'disabled'
    return !claudeTraits(model).canDisableThinking
  },
  landmarks: ['"signature_delta"', '"redacted_thinking"'],
}

/** As Anthropic, Bedrock and Vertex AI say it. */
export function isUnreadable({ message }: GatewayError): boolean {
  return /invalid `?(?:signature|data)`? in `?(?:redacted_)?thinking`? block/i.test(message)
}

/** Without some blocks of thinking, and without the wish for more of it where that would be refused now; `undefined` when there are none. */
export function withoutThinking(body: JsonObject, isLost: (block: JsonValue) => boolean): EncodedRequest | undefined {
  const { messages } = body
  if (!Array.isArray(messages) || !messages.some((message) => blocksOf(message).some(isLost))) return undefined
  const kept = messages.flatMap((message) => {
    const blocks = blocksOf(message)
    const own = blocks.filter((block) => !isLost(block))
    if (own.length === blocks.length || !isJsonObject(message)) return [message]
    return own.length === 0 ? [] : [{ ...message, content: own }]
  })
  const { thinking, ...rest } = body
  const wantsBudget = isJsonObject(thinking) && thinking['type'] === 'enabled'
  const calm = wantsBudget && isToolLoopWithoutThinking(kept) ? rest : body
  return { body: { ...calm, messages: kept }, dropped: ['thinking'] }
}

/** See `encode-messages.ts`, for messages as a client writes them. */
function isToolLoopWithoutThinking(messages: readonly JsonValue[]): boolean {
  const asked = messages.findLastIndex((message) => roleOf(message) === 'user' && !hasBlock(message, 'tool_result'))
  const [first, ...more] = messages.slice(asked + 1).filter((message) => roleOf(message) === 'assistant')
  const last = more.at(-1) ?? first
  if (first === undefined || last === undefined || !hasBlock(last, 'tool_use')) return false
  const lead = typeOf(blocksOf(first)[0])
  return lead !== 'thinking' && lead !== 'redacted_thinking'
}

function pieceOf(block: JsonValue): string | undefined {
  if (!isJsonObject(block)) return undefined
  const { type, signature, data } = block
  const piece = type === 'thinking' ? signature : type === 'redacted_thinking' ? data : undefined
  return typeof piece === 'string' && piece !== '' ? piece : undefined
}

function blocksOf(message: JsonValue): readonly JsonValue[] {
  const content = isJsonObject(message) ? message['content'] : undefined
  return Array.isArray(content) ? content : []
}

function hasBlock(message: JsonValue, type: string): boolean {
  return blocksOf(message).some((block) => typeOf(block) === type)
}

function typeOf(block: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(block) ? block['type'] : undefined
}

function roleOf(message: JsonValue): JsonValue | undefined {
  return isJsonObject(message) ? message['role'] : undefined
}
