import type { KeptPart, KeptParts } from '../../../core/model/kept-replies.ts'
import { isJsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** Spoken answers, which a later assistant message names: https://platform.openai.com/docs/guides/audio */
export const keptParts: KeptParts = {
  areKept: ({ modalities, audio }) =>
    audio !== undefined || (Array.isArray(modalities) && modalities.includes('audio')),
  landmark: '"audio"',
  in(reply) {
    const choices = isJsonObject(reply) ? reply['choices'] : undefined
    return Array.isArray(choices) ? choices.flatMap(soundIn) : []
  },
}

function soundIn(choice: JsonValue): readonly KeptPart[] {
  if (!isJsonObject(choice)) return []
  const said = choice['message'] ?? choice['delta']
  const audio = isJsonObject(said) ? said['audio'] : undefined
  const id = isJsonObject(audio) ? audio['id'] : undefined
  return typeof id === 'string' ? [{ kind: 'audio', id }] : []
}
