import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

/**
 * A value that a JSON Schema accepts: always the same one, and the smallest that is not empty. It knows what tool
 * definitions and structured outputs use; a `pattern`, `not` or `if` that asks for more than the type is beyond it.
 */
export function jsonInstance(schema: JsonObject): JsonValue {
  return instance(schema, { root: schema, depth: 0, budget: { nodes: maxNodes }, name: 'value' })
}

interface Place {
  readonly root: JsonObject
  readonly depth: number
  /** Shared by the whole instance: a schema that branches at each level must not grow without end. */
  readonly budget: { nodes: number }
  readonly name: string
}

const maxDepth = 12
const maxNodes = 2_000
const maxItems = 20
const maxTextLength = 1_000

function instance(given: JsonValue | undefined, place: Place): JsonValue {
  if (!isJsonObject(given)) return place.name
  const schema = flatten(given, place, 0)
  if (--place.budget.nodes < 0 || place.depth > maxDepth) return emptyOf(schema)
  if (schema['const'] !== undefined) return schema['const']
  const first = Array.isArray(schema['enum']) ? schema['enum'][0] : undefined
  if (first !== undefined) return first
  if (schema['default'] !== undefined) return schema['default']
  switch (typeOf(schema)) {
    case 'object':
      return objectInstance(schema, place)
    case 'array':
      return arrayInstance(schema, place)
    case 'integer':
      return numberInstance(schema, 1)
    case 'number':
      return numberInstance(schema, typeof schema['multipleOf'] === 'number' ? schema['multipleOf'] : 0)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return textInstance(schema, place.name)
  }
}

/** Follows `$ref` and puts `allOf` and the first of `anyOf` or `oneOf` into one schema. */
function flatten(schema: JsonObject, place: Place, steps: number): JsonObject {
  if (steps > maxDepth) return {}
  let merged = schema
  const reference = schema['$ref']
  if (typeof reference === 'string') {
    const { $ref: _, ...rest } = schema
    merged = merge(rest, flatten(referenced(place.root, reference), place, steps + 1))
  }
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const { [keyword]: parts, ...rest } = merged
    if (!Array.isArray(parts)) continue
    const chosen = keyword === 'allOf' ? parts : parts.slice(0, 1)
    merged = chosen.reduce<JsonObject>(
      (sum, part) => (isJsonObject(part) ? merge(sum, flatten(part, place, steps + 1)) : sum),
      rest,
    )
  }
  return merged
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const merged: JsonObject = { ...b, ...a }
  if (isJsonObject(a['properties']) && isJsonObject(b['properties'])) {
    merged['properties'] = { ...a['properties'], ...b['properties'] }
  }
  if (Array.isArray(a['required']) && Array.isArray(b['required'])) {
    merged['required'] = [...a['required'], ...b['required']]
  }
  return merged
}

/** A JSON Pointer inside the document: `#/$defs/address`. References elsewhere are not followed. */
function referenced(root: JsonObject, reference: string): JsonObject {
  if (!reference.startsWith('#')) return {}
  let value: JsonValue | undefined = root
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }
  return isJsonObject(value) ? value : {}
}

function typeOf(schema: JsonObject): string {
  const { type } = schema
  if (typeof type === 'string') return type
  if (Array.isArray(type)) return type.find((name) => typeof name === 'string' && name !== 'null')?.toString() ?? 'null'
  if (schema['properties'] !== undefined || schema['required'] !== undefined) return 'object'
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array'
  if (schema['minimum'] !== undefined || schema['maximum'] !== undefined) return 'number'
  return 'string'
}

/** Every property while there is room; below the deepest level the required ones only, so that recursion ends. */
function objectInstance(schema: JsonObject, place: Place): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required'])
    ? schema['required'].filter((name) => typeof name === 'string')
    : []
  const names = place.depth < 4 ? new Set([...Object.keys(properties), ...required]) : new Set(required)
  const entries = [...names].map((name): [string, JsonValue] => [
    name,
    instance(Object.hasOwn(properties, name) ? properties[name] : undefined, deeper(place, name)),
  ])
  // Not by assignment: a property may be called `__proto__`.
  return Object.fromEntries(entries)
}

function arrayInstance(schema: JsonObject, place: Place): JsonValue[] {
  const prefix = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : []
  const isShallow = place.depth < 4
  const wanted = Math.max(integer(schema['minItems'], 0), prefix.length, isShallow ? 1 : 0)
  const count = Math.min(wanted, integer(schema['maxItems'], maxItems), maxItems)
  return Array.from({ length: count }, (_, index) =>
    instance(prefix[index] ?? schema['items'], deeper(place, place.name)),
  )
}

function deeper(place: Place, name: string): Place {
  return { ...place, depth: place.depth + 1, name }
}

function numberInstance(schema: JsonObject, step: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const unit = step === 0 ? 0.5 : step
  const low = typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum + unit : 1
  const high =
    typeof maximum === 'number' ? maximum : typeof exclusiveMaximum === 'number' ? exclusiveMaximum - unit : low
  const value = Math.min(low, high)
  return step === 0 ? value : (value === high && high < low ? Math.floor(value / step) : Math.ceil(value / step)) * step
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  time: '00:00:00Z',
  duration: 'PT1S',
  email: 'demo@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
}

function textInstance(schema: JsonObject, name: string): string {
  const { format } = schema
  if (typeof format === 'string' && Object.hasOwn(formats, format)) return formats[format] ?? name
  const shortest = Math.min(integer(schema['minLength'], 0), maxTextLength)
  const text = `demo ${name}`.slice(0, maxTextLength).padEnd(shortest, '.')
  return text.slice(0, integer(schema['maxLength'], text.length))
}

function integer(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise
}

function emptyOf(schema: JsonObject): JsonValue {
  const empty: Readonly<Record<string, JsonValue>> = {
    object: {},
    array: [],
    integer: 1,
    number: 1,
    boolean: true,
    null: null,
  }
  const type = typeOf(schema)
  return Object.hasOwn(empty, type) ? (empty[type] ?? null) : ''
}
