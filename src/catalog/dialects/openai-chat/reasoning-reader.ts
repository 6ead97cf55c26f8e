import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/**
 * Reads the thinking in the messages or deltas of one choice. `thinking_blocks` (LiteLLM, and ours) and
 * `reasoning_details` (OpenRouter) keep signatures; `reasoning_content` (DeepSeek, vLLM), `reasoning` (OpenRouter,
 * vLLM, Groq) and content parts of the type `thinking` (Mistral) are text only. The richest form that is there is read.
 */
export function reasoningReader(choice: number): (holder: JsonObject, parts: ReplyPart[]) => void {
  /** Text since the last signature: a closing block may repeat it. */
  let open = ''
  const say = (text: JsonValue | undefined, parts: ReplyPart[]): void => {
    if (typeof text !== 'string' || text === '') return
    open += text
    parts.push({ type: 'reasoning-delta', choice, text })
  }
  const sign = (signature: JsonValue | undefined, parts: ReplyPart[]): void => {
    if (typeof signature !== 'string' || signature === '') return
    open = ''
    parts.push({ type: 'reasoning-signature', choice, signature })
  }
  const readBlock = ({ thinking, signature, data }: JsonObject, parts: ReplyPart[]): void => {
    if (typeof data === 'string') parts.push({ type: 'reasoning-redacted', choice, data })
    const isRepeated = typeof signature === 'string' && signature !== '' && thinking === open
    if (!isRepeated) say(thinking, parts)
    sign(signature, parts)
  }
  const readDetail = ({ type, text, summary, signature, data, format }: JsonObject, parts: ReplyPart[]): void => {
    say(text ?? summary, parts)
    // Other vendors' signatures and encrypted reasoning are not Anthropic's, and could not go back as such.
    const isAnthropic = typeof format !== 'string' || format.startsWith('anthropic')
    if (isAnthropic) sign(signature, parts)
    if (type === 'reasoning.encrypted' && typeof data === 'string' && isAnthropic)
      parts.push({ type: 'reasoning-redacted', choice, data })
  }
  return (holder, parts) => {
    const before = parts.length
    for (const block of list(holder['thinking_blocks'])) readBlock(block, parts)
    if (parts.length > before) return
    for (const detail of list(holder['reasoning_details'])) readDetail(detail, parts)
    if (parts.some((part, index) => index >= before && part.type === 'reasoning-delta')) return
    say(holder['reasoning_content'] ?? holder['reasoning'], parts)
    for (const part of list(holder['content'])) {
      if (part['type'] !== 'thinking') continue
      say(
        part['thinking'] === undefined || typeof part['thinking'] === 'string'
          ? part['thinking']
          : textOf(part['thinking']),
        parts,
      )
    }
  }
}

function list(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

/** Content as a string, or as parts (Mistral's reasoning models send them). */
export function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content
  return list(content)
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .join('')
}
