import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/**
 * Google's `Schema` (https://ai.google.dev/api/caching#Schema) as JSON Schema: types in capitals, `nullable` in place of a
 * second type, whole numbers as text.
 */
export function jsonSchema(schema: JsonObject): JsonObject {
  const read: JsonObject = {}
  for (const [name, value] of Object.entries(schema)) {
    const known = spelling.get(name) ?? name
    if (value === null || value === undefined || ownWords.has(known)) continue
    if (known === 'type') {
      if (typeof value === 'string') read['type'] = value === 'TYPE_UNSPECIFIED' ? undefined : value.toLowerCase()
      else read['type'] = value
    } else if (known === 'example') read['examples'] = [value]
    else if (known === 'properties' || known === '$defs') read[known] = mapOf(value)
    else if (known === 'items' || known === 'additionalProperties') read[known] = inner(value)
    else if (known === 'anyOf') read[known] = Array.isArray(value) ? value.map(inner) : value
    else if (limits.has(known) && typeof value === 'string' && /^\d+$/.test(value)) read[known] = Number(value)
    else read[known] = value
  }
  return schema['nullable'] === true ? nullable(read) : read
}

const spelling: ReadonlyMap<string, string> = new Map([
  ['any_of', 'anyOf'],
  ['min_items', 'minItems'],
  ['max_items', 'maxItems'],
  ['min_length', 'minLength'],
  ['max_length', 'maxLength'],
  ['min_properties', 'minProperties'],
  ['max_properties', 'maxProperties'],
  ['property_ordering', 'propertyOrdering'],
  ['additional_properties', 'additionalProperties'],
  ['defs', '$defs'],
  ['ref', '$ref'],
])
const limits: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
])
/** Words that JSON Schema does not have. */
const ownWords: ReadonlySet<string> = new Set(['nullable', 'propertyOrdering'])

function nullable(schema: JsonObject): JsonObject {
  const { type, enum: values } = schema
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) }
}

function inner(value: JsonValue): JsonValue {
  return isJsonObject(value) ? jsonSchema(value) : value
}

function mapOf(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, inner(schema ?? {})]))
}
