import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { reasoningReader, textOf } from './reasoning-reader.ts'
import { type ToolCallReader, toolCallReader } from './tool-call-reader.ts'
import { decodeFinishReason } from './usage.ts'

/** Reads one choice: its whole message, or its deltas one after the other. */
export interface ChoiceReader {
  read(holder: JsonObject, parts: ReplyPart[]): void
  /** Once; what comes after is a repetition. */
  end(reason: JsonValue | undefined, parts: ReplyPart[]): void
}

export function choiceReader(choice: number, idBase: () => string): ChoiceReader {
  const readReasoning = reasoningReader(choice)
  /** Most replies call no tool. */
  let calls: ToolCallReader | undefined
  let isEnded = false
  return {
    read(holder, parts) {
      readReasoning(holder, parts)
      const { content, refusal, audio, tool_calls: list, function_call: legacy } = holder
      const spoken = isJsonObject(audio) ? textOf(audio['transcript']) : ''
      const text = textOf(content) || spoken
      if (text !== '') parts.push({ type: 'text-delta', choice, text })
      if (typeof refusal === 'string' && refusal !== '') parts.push({ type: 'refusal-delta', choice, text: refusal })
      if (Array.isArray(list)) {
        calls ??= toolCallReader(choice, idBase)
        for (const call of list) if (isJsonObject(call)) calls.read(call, parts)
      } else if (isJsonObject(legacy)) {
        calls ??= toolCallReader(choice, idBase)
        calls.read({ index: 0, function: legacy }, parts)
      }
    },
    end(reason, parts) {
      if (isEnded) return
      isEnded = true
      calls?.end(parts)
      const decoded = typeof reason === 'string' ? decodeFinishReason(reason) : 'other'
      // Gemini and others say `stop` after tool calls; clients of other dialects act by the reason.
      const isCalling = calls?.hasCalls() === true && (decoded === 'stop' || decoded === 'other')
      parts.push({ type: 'choice-end', choice, reason: isCalling ? 'tool-calls' : decoded })
    },
  }
}

/** OpenAI allows 128 choices. An index beyond is a fault, or an attempt to make us allocate. */
export function choiceIndex(value: JsonValue | undefined, position: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 128
    ? value
    : Math.min(position, 127)
}

/** Begins the ids of tool calls that come without one. OpenAI takes ids of up to 40 characters. */
export function idBase(id: JsonValue | undefined): string {
  return typeof id === 'string' && id !== '' ? `${id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(-20)}_` : ''
}
