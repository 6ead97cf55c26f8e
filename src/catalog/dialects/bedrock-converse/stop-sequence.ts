import { isJsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** Converse says which stop sequence ended an answer only among a model's own fields, and only when asked: a JSON pointer. */
export const stopSequencePath = '/stop_sequence'

export function stopSequenceIn(fields: JsonValue | undefined): { readonly stopSequence?: string } {
  const sequence = isJsonObject(fields) ? fields['stop_sequence'] : undefined
  return typeof sequence === 'string' ? { stopSequence: sequence } : {}
}
