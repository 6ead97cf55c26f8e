import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

const maxDepth = 50

/**
 * Fits a JSON Schema to Anthropic's structured outputs: objects closed, limits that its grammar does not know said in
 * words. `undefined` for what it cannot hold: recursion, and objects with free keys, which it would force to be empty.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs, "JSON Schema limitations".
 */
export function outputSchema(schema: JsonObject): JsonObject | undefined {
  if (isRecursive(schema) || !isSayable(schema, 0)) return undefined
  const adapted = adapt(schema)
  return isJsonObject(adapted) ? adapted : undefined
}

const limits = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
]
const unsayable = ['patternProperties', 'not', 'if', 'then', 'else', 'dependentSchemas', 'prefixItems', 'contains']
const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']

function isSayable(value: JsonValue | undefined, depth: number): boolean {
  if (!isJsonObject(value)) return true
  if (depth > maxDepth || unsayable.some((name) => value[name] !== undefined) || isOpen(value)) return false
  return subschemas(value).every((inner) => isSayable(inner, depth + 1))
}

function isOpen({ type, properties, additionalProperties: free }: JsonObject): boolean {
  if (type !== 'object' && properties === undefined) return false
  return free === true || isJsonObject(free) || (properties === undefined && free !== false)
}

function subschemas(value: JsonObject): (JsonValue | undefined)[] {
  return [
    value['items'],
    ...['properties', '$defs', 'definitions'].flatMap((name) =>
      Object.values(isJsonObject(value[name]) ? value[name] : {}),
    ),
    ...['anyOf', 'allOf', 'oneOf'].flatMap((name) => (Array.isArray(value[name]) ? value[name] : [])),
  ]
}

function adapt(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return value
  const adapted: JsonObject = {}
  const words: string[] = []
  for (const [name, inner] of Object.entries(value)) {
    const isLimit = limits.includes(name) && !(name === 'minItems' && (inner === 0 || inner === 1))
    if (isLimit || (name === 'format' && !formats.includes(String(inner)))) words.push(`${name}: ${String(inner)}`)
    else if (name === 'properties' || name === '$defs' || name === 'definitions') adapted[name] = adaptMap(inner)
    else if (name === 'items') adapted[name] = adapt(inner)
    else if (name === 'anyOf' || name === 'allOf') adapted[name] = adaptList(inner)
    else if (name === 'oneOf') adapted['anyOf'] = adaptList(inner)
    else adapted[name] = inner
  }
  if (value['type'] === 'object' || value['properties'] !== undefined) adapted['additionalProperties'] = false
  if (words.length > 0) {
    const text = words.join(', ')
    adapted['description'] = typeof adapted['description'] === 'string' ? `${adapted['description']} (${text})` : text
  }
  return adapted
}

function adaptMap(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, adapt(inner)]))
}

function adaptList(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) ? value.map((inner) => adapt(inner) ?? null) : value
}

/** True when a reference leads back to where it stands, or somewhere that is not of this schema. */
function isRecursive(root: JsonObject): boolean {
  const open = new Set<string>()
  const closed = new Set<string>()
  const visit = (value: JsonValue | undefined, depth: number): boolean => {
    if (depth > maxDepth * 2) return true
    if (Array.isArray(value)) return value.some((item) => visit(item, depth + 1))
    if (!isJsonObject(value)) return false
    const reference = value['$ref']
    if (typeof reference === 'string' && !closed.has(reference)) {
      if (open.has(reference)) return true
      const target = at(root, reference)
      if (target === undefined || target === root) return true
      open.add(reference)
      if (visit(target, depth + 1)) return true
      open.delete(reference)
      closed.add(reference)
    }
    return Object.values(value).some((inner) => visit(inner, depth + 1))
  }
  return visit(root, 0)
}

/** RFC 6901, within the document. */
function at(root: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined
  let value: JsonValue | undefined = root
  for (const step of reference.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}
