import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

const maxDepth = 10
const refused = ['oneOf', 'allOf', 'not', 'if', 'then', 'else', 'patternProperties', 'dependentSchemas', 'default']

/**
 * True when OpenAI takes a schema as strict: every object closed and all of its properties required.
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function isStrictSchema(schema: JsonObject): boolean {
  return schema['type'] === 'object' && schema['anyOf'] === undefined && isStrict(schema, 0)
}

function isStrict(value: JsonValue | undefined, depth: number): boolean {
  if (!isJsonObject(value)) return true
  if (depth > maxDepth || refused.some((name) => value[name] !== undefined)) return false
  const { type, properties, required, additionalProperties, items, anyOf, $defs: defs, definitions } = value
  const isObject = type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined
  if (isObject) {
    const names = isJsonObject(properties) ? Object.keys(properties) : []
    if (additionalProperties !== false || !Array.isArray(required) || !names.every((name) => required.includes(name)))
      return false
  }
  const inner = [
    items,
    ...(Array.isArray(anyOf) ? anyOf : []),
    ...[properties, defs, definitions].flatMap((map) => (isJsonObject(map) ? Object.values(map) : [])),
  ]
  return inner.every((schema) => isStrict(schema, depth + 1))
}
