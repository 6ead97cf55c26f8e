/** `drop_params` of a config: https://portkey.ai/docs/product/ai-gateway/configs#default-and-drop-params */
import { isJsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** Names, indexes, and `*` for every element of an array. */
export type DropPath = readonly (string | number | typeof everyElement)[]

const everyElement = Symbol('every element')
const step = /\.?([\w-]+)|\[(\d{1,6})\]|\[(\*)\]|\["([^"\]]*)"\]|\['([^'\]]*)'\]/y

/** Reads `messages[*].name` or `metadata.user`; `undefined` when it is no path. */
export function readDropPath(text: string): DropPath | undefined {
  const path: (string | number | typeof everyElement)[] = []
  for (let at = 0; at < text.length; at = step.lastIndex) {
    step.lastIndex = at
    const match = step.exec(text)
    if (match === null) return undefined
    const [, name, index, star, quoted, apostrophed] = match
    if (index !== undefined) path.push(Number(index))
    else path.push(star === undefined ? (name ?? quoted ?? apostrophed ?? '') : everyElement)
  }
  return path.length === 0 ? undefined : path
}

/** A copy without what stands at the path; the value itself when nothing does. */
export function without(value: JsonValue, [first, ...rest]: DropPath): JsonValue {
  if (Array.isArray(value)) {
    if (first === everyElement) return rest.length === 0 ? [] : value.map((item) => without(item, rest))
    if (typeof first !== 'number' || first >= value.length) return value
    return rest.length === 0
      ? value.toSpliced(first, 1)
      : value.map((item, index) => (index === first ? without(item, rest) : item))
  }
  if (!isJsonObject(value) || typeof first !== 'string' || !Object.hasOwn(value, first)) return value
  const inner = value[first]
  const kept = Object.entries(value).filter(([name]) => name !== first || rest.length > 0)
  return Object.fromEntries(
    kept.map(([name, item]) => [name, name === first && inner !== undefined ? without(inner, rest) : item]),
  )
}
