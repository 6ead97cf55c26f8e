import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'

/** A client chooses the names, and they end in a header: so many at the most. */
const maxNames = 40

/**
 * Makes a function that names the fields of a body which its schema does not read, with their place: `seed`,
 * `messages[].content[].colour`. The body must have passed the schema. What a schema leaves open (`z.record`,
 * `z.unknown`) is read whole, and what it marks as `opaque` is named whole, by its reader.
 *
 * The schema is compiled once: walking Zod's own tree takes five times as long as the parse.
 */
export function unreadFields(schema: z.core.$ZodType): (body: unknown) => Set<string> {
  const node = compile(schema, '')
  return (body) => {
    const names = new Set<string>()
    if (node !== undefined) collect(node, body, names)
    return names
  }
}

/** What to look at in a value; nothing where everything is read. */
interface Node {
  readonly objects: readonly ObjectNode[]
  readonly items?: Node | undefined
}
interface ObjectNode {
  /** The fields that tell it from the other objects of a union. */
  readonly literals: readonly (readonly [name: string, values: ReadonlySet<unknown>])[]
  readonly place: string
  /** Absent: opaque. */
  readonly fields?: ReadonlyMap<string, Node | undefined>
}

function compile(schema: z.core.$ZodType, place: string): Node | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return compile(schema.unwrap(), place)
  if (schema instanceof z.ZodArray) {
    const items = compile(schema.element, `${place}[]`)
    return items === undefined ? undefined : { objects: [], items }
  }
  if (schema instanceof z.ZodUnion) {
    const nodes = schema.options.flatMap((option) => compile(option, place) ?? [])
    const objects = nodes.flatMap((node) => node.objects)
    // The one that fits any object comes last.
    objects.sort((one, other) => other.literals.length - one.literals.length)
    return nodes.length === 0 ? undefined : { objects, items: nodes.find(({ items }) => items !== undefined)?.items }
  }
  return schema instanceof z.ZodObject ? { objects: [objectNode(schema, place)] } : undefined
}

function objectNode(schema: z.ZodObject, place: string): ObjectNode {
  const fields = Object.entries(schema.shape)
  const literals = fields.flatMap(([name, field]) => {
    if (field instanceof z.ZodLiteral) return [[name, field.values] as const]
    return field instanceof z.ZodEnum ? [[name, new Set<unknown>(field.options)] as const] : []
  })
  const start = place === '' ? '' : `${place}.`
  if (schema.meta()?.['opaque'] === true) return { literals, place: start }
  return {
    literals,
    place: start,
    fields: new Map(fields.map(([name, field]) => [name, compile(field, start + name)])),
  }
}

function collect(node: Node, value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) {
    if (node.items !== undefined) for (const item of value) collect(node.items, item, names)
  } else if (isJsonObject(value)) {
    const object = node.objects.find(({ literals }) => literals.every(([name, values]) => values.has(value[name])))
    if (object?.fields !== undefined) collectObject(object.fields, object.place, value, names)
  }
}

function collectObject(
  fields: ReadonlyMap<string, Node | undefined>,
  place: string,
  value: JsonObject,
  names: Set<string>,
): void {
  for (const name in value) {
    const node = fields.get(name)
    if (node !== undefined) collect(node, value[name], names)
    else if (!fields.has(name) && !saysNothing(value[name]) && names.size < maxNames) names.add(place + name)
  }
}

function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}
