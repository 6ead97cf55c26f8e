import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** What is the caller's own, not a message of the API: its names stay as they are. */
const opaque: ReadonlySet<string> = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseSchema',
  'responseJsonSchema',
  'partMetadata',
  'labels',
])

/** Repeated fields, of which one alone may stand without its brackets, as in Google's own examples. */
const repeated: ReadonlySet<string> = new Set(['contents', 'parts', 'tools', 'functionDeclarations'])

/** No message that is read here is deeper. */
const maxDepth = 12

/**
 * A body with the names of its fields in one spelling. The JSON form of protocol buffers takes each in camel case and as
 * the definition has it: https://protobuf.dev/programming-guides/json/
 */
export function camelCased(body: JsonObject): JsonObject {
  return namedObject(body, 0)
}

/** The same object where nothing has to change, which is the rule: bodies may be large. */
function namedObject(value: JsonObject, depth: number): JsonObject {
  let named: JsonObject | undefined
  for (const name in value) {
    const camel = name.includes('_') ? camelCase(name) : name
    const item = value[name]
    const isRead = typeof item === 'object' && item !== null && depth <= maxDepth && !opaque.has(camel)
    const read = isRead ? namedItem(item, depth + 1) : item
    const whole = repeated.has(camel) && isJsonObject(read) ? [read] : read
    if (camel === name && whole === item) continue
    named ??= { ...value }
    if (camel === name) named[name] = whole
    else {
      delete named[name]
      if (value[camel] === undefined) named[camel] = whole
    }
  }
  return named ?? value
}

function namedItem(value: JsonValue[] | JsonObject, depth: number): JsonValue {
  if (!Array.isArray(value)) return namedObject(value, depth)
  let named: JsonValue[] | undefined
  for (const [index, item] of value.entries()) {
    const read = isJsonObject(item) ? namedObject(item, depth) : item
    if (read === item) continue
    named ??= [...value]
    named[index] = read
  }
  return named ?? value
}

/** A name that begins with `_` is none of the API's. */
function camelCase(name: string): string {
  return name.replace(/([a-z0-9])_([a-z0-9])/g, (_, before: string, after: string) => before + after.toUpperCase())
}
