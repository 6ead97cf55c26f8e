import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'

/** Where an answer stands once more, token by token, with the bytes of each. */
const names: ReadonlySet<string> = new Set(['logprobs', 'top_logprobs', 'logprobsResult', 'logprobs_result'])

/** Without what would say again what was taken out. The same value where there is none. */
export function withoutLogprobs(value: JsonValue, depth = 0): JsonValue {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutLogprobs(item, depth + 1))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  let copy: { [name: string]: JsonValue | undefined } | undefined
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue
    const other = names.has(name) ? emptied(inner) : withoutLogprobs(inner, depth + 1)
    if (other === inner) continue
    copy ??= { ...value }
    copy[name] = other
  }
  return copy ?? value
}

const MAX_DEPTH = 64

function emptied(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return []
  return isJsonObject(value) ? null : value
}
