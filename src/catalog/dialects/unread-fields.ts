import * as z from 'zod'
import { isJsonObject } from '../../core/json.ts'

/** A client chooses the names, and they end in a header: so many at the most. */
const maxNames = 40

/**
 * Names the fields of a body that its schema does not read, with their place: `seed`, `messages[].content[].colour`.
 * The body must have passed the schema. Follows the schema, so its depth bounds the recursion; what a schema leaves
 * open (`z.record`, `z.unknown`) is read whole, and what it marks as `opaque` is named whole, by its reader.
 */
export function unreadFields(schema: z.ZodType, body: unknown): Set<string> {
  const names = new Set<string>()
  collect(schema, body, '', names)
  return names
}

function collect(schema: z.core.$ZodType, value: unknown, path: string, names: Set<string>): void {
  if (value === null || value === undefined) return
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    collect(schema.unwrap(), value, path, names)
  } else if (schema instanceof z.ZodArray) {
    if (Array.isArray(value)) for (const item of value) collect(schema.element, item, `${path}[]`, names)
  } else if (schema instanceof z.ZodUnion) {
    const branch = branchFor(schema, value)
    if (branch !== undefined) collect(branch, value, path, names)
  } else if (schema instanceof z.ZodObject && isJsonObject(value) && schema.meta()?.['opaque'] !== true) {
    const { shape } = schema
    for (const name in value) {
      const field = Object.hasOwn(shape, name) ? shape[name] : undefined
      const place = path === '' ? name : `${path}.${name}`
      if (field !== undefined) collect(field, value[name], place, names)
      else if (!saysNothing(value[name]) && names.size < maxNames) names.add(place)
    }
  }
}

function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

/** The branch of a union that read the value: by kind where that decides, else the first that takes it. */
function branchFor(union: z.ZodUnion, value: unknown): z.core.$ZodType | undefined {
  const branches = union.options.filter((branch) => {
    if (branch instanceof z.ZodString) return typeof value === 'string'
    if (branch instanceof z.ZodArray) return Array.isArray(value)
    if (branch instanceof z.ZodObject) return isJsonObject(value) && hasLiterals(branch, value)
    return true
  })
  return branches.length === 1 ? branches[0] : branches.find((branch) => z.safeParse(branch, value).success)
}

/** A discriminated union's own test, without reading the whole branch. */
function hasLiterals(branch: z.ZodObject, value: Record<string, unknown>): boolean {
  for (const [name, field] of Object.entries(branch.shape)) {
    if (field instanceof z.ZodLiteral && !field.values.has(value[name] as never)) return false
    if (field instanceof z.ZodEnum && !field.options.includes(value[name] as never)) return false
  }
  return true
}
