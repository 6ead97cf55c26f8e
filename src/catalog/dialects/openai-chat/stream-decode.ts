import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { type ChoiceReader, choiceIndex, choiceReader, idBase } from './choice-reader.ts'
import { faultIn } from './fault.ts'
import { replyStart } from './reply-decode.ts'
import { decodeUsage } from './usage.ts'

export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  return decodeChunks(({ delta }) => delta)
}

/** Reads the chunks of one stream. `data` that is not JSON throws `upstream_invalid_reply`. `deltaOf` gives what a choice adds. */
export function decodeChunks(
  deltaOf: (choice: JsonObject) => JsonValue | undefined,
): StreamTransform<WireEvent, ReplyPart> {
  let isStarted = false
  let id: JsonValue | undefined
  const readers = new Map<number, ChoiceReader>()
  const readerOf = (choice: number): ChoiceReader => {
    const known = readers.get(choice)
    if (known !== undefined) return known
    const reader = choiceReader(choice, () => idBase(id))
    readers.set(choice, reader)
    return reader
  }
  return {
    push({ data }) {
      if (data === '') return []
      const parts: ReplyPart[] = []
      if (data.trim() === '[DONE]') {
        // The provider's own proof of a whole reply, even if it gave no finish reason.
        for (const reader of readers.values()) reader.end(undefined, parts)
        parts.push({ type: 'reply-end' })
        return parts
      }
      const chunk = parseJson(data)
      if (chunk === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      if (!isJsonObject(chunk)) return []
      const fault = faultIn(chunk)
      if (fault !== undefined) return [fault]
      if (!isStarted) {
        isStarted = true
        id = chunk['id']
        parts.push(replyStart(chunk))
      }
      const choices = chunk['choices']
      for (const choice of Array.isArray(choices) ? choices : []) {
        if (!isJsonObject(choice)) continue
        const reader = readerOf(choiceIndex(choice['index'], 0))
        const delta = deltaOf(choice)
        if (isJsonObject(delta)) reader.read(delta, parts)
        const reason = choice['finish_reason']
        if (typeof reason === 'string' && reason !== '') reader.end(reason, parts)
      }
      // Groq has it under a name of its own (https://console.groq.com/docs/api-reference#chat-create).
      const groq = chunk['x_groq']
      const usage = decodeUsage(chunk['usage']) ?? (isJsonObject(groq) ? decodeUsage(groq['usage']) : undefined)
      if (usage !== undefined) parts.push({ type: 'usage-report', usage })
      return parts
    },
  }
}
