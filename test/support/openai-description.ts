/**
 * Schemas out of OpenAI's OpenAPI description (https://github.com/openai/openai-openapi), which is
 * not in the repository. Kept is what checks a value: texts, examples and defaults go. OpenAPI 3.0's `nullable` becomes a
 * type of JSON Schema, parts that are joined (`allOf`) become one object, and objects are closed: a field that is not in
 * the description is one that OpenAI refuses.
 */
import { readFileSync } from 'node:fs'

type Json = string | number | boolean | null | Json[] | JsonObject
interface JsonObject {
  [name: string]: Json
}

const checks = new Set([
  ...['$ref', 'type', 'enum', 'const', 'properties', 'required', 'items', 'additionalProperties', 'oneOf', 'anyOf'],
  ...['minimum', 'maximum', 'minItems', 'maxItems', 'minLength', 'maxLength', 'pattern'],
])
const prefix = '#/components/schemas/'

/** `$defs` of the wanted schemas and all that they lead to. */
export function readDescription(path: string, wanted: readonly string[]): Record<string, never> {
  return definitionsOf(object(JSON.parse(readFileSync(path, 'utf8'))), wanted) as Record<string, never>
}

function definitionsOf(description: JsonObject, wanted: readonly string[]): JsonObject {
  const schemas = object(object(description['components'])['schemas'])
  const definitions: JsonObject = {}
  const open = [...wanted]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (definitions[name] === undefined) definitions[name] = convert(object(schemas[name]), schemas, open)
  }
  return Object.fromEntries(Object.entries(definitions).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function convert(schema: JsonObject, schemas: JsonObject, open: string[]): JsonObject {
  if (Array.isArray(schema['allOf'])) return convert(joined(schema, schemas), schemas, open)
  const inner = (value: Json): JsonObject => convert(object(value), schemas, open)
  const converted: JsonObject = {}
  for (const [name, value] of Object.entries(schema)) {
    if (!checks.has(name)) continue
    if (name === '$ref') {
      const target = String(value).slice(prefix.length)
      open.push(target)
      converted[name] = `#/$defs/${target}`
    } else if (name === 'properties')
      converted[name] = Object.fromEntries(Object.entries(object(value)).map(([key, of]) => [key, inner(of)]))
    // A message without its type is two things at once there, which JSON Schema's `oneOf` would refuse.
    else if (name === 'oneOf' || name === 'anyOf') converted['anyOf'] = (value as Json[]).map(inner)
    else if (name === 'items' || (name === 'additionalProperties' && typeof value === 'object'))
      converted[name] = inner(value)
    else converted[name] = value
  }
  if (schema['properties'] !== undefined && schema['additionalProperties'] === undefined)
    converted['additionalProperties'] = false
  return schema['nullable'] === true ? { anyOf: [converted, { type: 'null' }] } : converted
}

/** One object of several: the properties of all. */
function joined({ allOf, ...rest }: JsonObject, schemas: JsonObject): JsonObject {
  const parts = (allOf as Json[]).map((part) => resolved(object(part), schemas))
  if (parts.length === 1 && parts[0]?.['properties'] === undefined) return { ...rest, ...parts[0] }
  const required = parts.flatMap((part) => (Array.isArray(part['required']) ? part['required'] : []))
  return {
    ...rest,
    type: 'object',
    properties: Object.assign({}, ...parts.map((part) => part['properties'])),
    ...(required.length === 0 ? {} : { required }),
  }
}

function resolved(part: JsonObject, schemas: JsonObject): JsonObject {
  const target = typeof part['$ref'] === 'string' ? object(schemas[part['$ref'].slice(prefix.length)]) : part
  return Array.isArray(target['allOf']) ? joined(target, schemas) : target
}

function object(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('The description has another form.')
  return value
}
