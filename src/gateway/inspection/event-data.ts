import type { WireEvent } from '../../core/model/framing.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { hasEachNameOnce } from '../../core/wire/reads-one-way.ts'

/** What an event says, and how that is written. */
export interface EventData {
  readonly value: JsonValue
  written(value: JsonValue): string
  /** It is JSON to those who are less strict than we are (`NaN`, a comma too many): nobody can tell what they read. */
  readonly isBroken?: true
  /** Whether others read the same in it. */
  readsOneWay(): boolean
}

/** `undefined` for an event that says nothing. What is no JSON is a text. */
export function eventData({ data }: WireEvent): EventData | undefined {
  if (data === '' || data === '[DONE]') return undefined
  const value = parseJson(data)
  if (value === undefined) {
    const isBroken = data.trimStart().startsWith('{')
    return { value: data, written: String, readsOneWay: () => true, ...(isBroken ? { isBroken } : {}) }
  }
  return (
    wrapped(value, data) ?? {
      value,
      written: (changed) => JSON.stringify(changed),
      readsOneWay: () => isReadAlike(data, value),
    }
  )
}

/** InvokeModel of Bedrock puts the vendor's events in base64: `{"bytes":"…","p":"…"}`. What stands beside them is read with them. */
function wrapped(outer: JsonValue, data: string): EventData | undefined {
  if (!isJsonObject(outer) || typeof outer['bytes'] !== 'string') return undefined
  const { bytes, p, ...others } = outer
  const text = Buffer.from(bytes, 'base64').toString()
  const inner = parseJson(text)
  if (inner === undefined) return undefined
  const isAlone = Object.keys(others).length === 0 && (p === undefined || isPadding(p))
  const packed = (changed: JsonValue | undefined): string => Buffer.from(JSON.stringify(changed)).toString('base64')
  const alike = (): boolean => isReadAlike(data, outer) && isReadAlike(text, inner)
  if (isAlone)
    return {
      value: inner,
      written: (changed) => JSON.stringify({ ...outer, bytes: packed(changed) }),
      readsOneWay: alike,
    }
  return {
    value: { ...outer, bytes: inner },
    written: (changed) =>
      JSON.stringify(isJsonObject(changed) ? { ...changed, bytes: packed(changed['bytes']) } : changed),
    readsOneWay: alike,
  }
}

/** Letters in their order, which hide how long an event is. */
function isPadding(p: JsonValue): boolean {
  return typeof p === 'string' && paddings.startsWith(p)
}
const paddings = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

function isReadAlike(text: string, json: JsonValue): boolean {
  return typeof json !== 'object' || json === null || hasEachNameOnce(text, json)
}
