import type { WireEvent } from '../../core/model/framing.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'

/** What an event says, and how that is written. */
export interface EventData {
  readonly value: JsonValue
  written(value: JsonValue): string
}

/** `undefined` for an event that says nothing. What is no JSON is a text. */
export function eventData({ data }: WireEvent): EventData | undefined {
  if (data === '' || data === '[DONE]') return undefined
  const value = parseJson(data)
  if (value === undefined) return { value: data, written: String }
  return wrapped(value) ?? { value, written: (changed) => JSON.stringify(changed) }
}

/** InvokeModel of Bedrock puts the vendor's events in base64: `{"bytes":"…","p":"…"}`. */
function wrapped(outer: JsonValue): EventData | undefined {
  if (!isJsonObject(outer) || typeof outer['bytes'] !== 'string') return undefined
  const { bytes } = outer
  const value = parseJson(Buffer.from(bytes, 'base64').toString())
  if (value === undefined) return undefined
  return {
    value,
    written: (changed) => JSON.stringify({ ...outer, bytes: Buffer.from(JSON.stringify(changed)).toString('base64') }),
  }
}
