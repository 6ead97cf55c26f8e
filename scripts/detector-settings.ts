/** What a detector may be told, read from the schema of its settings. */
import { z } from 'zod'
import type { Detector } from '../src/core/inspection/detection.ts'

/** JSON Schema, as far as settings use it. */
interface Shape {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
  readonly additionalProperties?: Shape | boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

export interface SettingRow {
  /** `patterns[].name`: of each of a list. */
  readonly name: string
  readonly type: string
  /** As JSON. Absent: none. */
  readonly usual?: string
  readonly isNeeded: boolean
  readonly meaning: string
}

export function settingRows({ settings, codeFile }: Detector): readonly SettingRow[] {
  return rowsOf(shapeOf(settings), '').map((row) => (row.name === codeFile ? { ...row, type: 'path of a file' } : row))
}

/** Settings of the example as somebody would write them: what is usual is left out. */
export function exampleSettingsOf({
  settings,
  exampleSettings,
  codeFile,
  listFiles = {},
}: Detector): Record<string, unknown> {
  const given = withoutUsual(exampleSettings ?? {}, shapeOf(settings)) as Record<string, unknown>
  const named = Object.entries(listFiles).filter(([, { holds }]) => holds === 'json-lines')
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const file = named.find(([, { list }]) => list === name)
      if (file !== undefined) return [file[0], `${name}.jsonl`]
      return [name, name === codeFile ? fileName(value) : value]
    }),
  )
}

function fileName(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? `detectors/${String(value.name)}` : value
}

function shapeOf(settings: z.ZodType): Shape {
  return z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Shape
}

function rowsOf({ properties = {}, required = [] }: Shape, above: string): readonly SettingRow[] {
  return Object.entries(properties).flatMap(([key, shape]): SettingRow[] => {
    const name = `${above}${key}`
    const row: SettingRow = {
      name,
      type: typeOf(shape),
      isNeeded: required.includes(key),
      meaning: shape.description ?? '',
      ...(shape.default === undefined ? {} : { usual: JSON.stringify(shape.default) }),
    }
    return [row, ...below(shape, name)]
  })
}

/** What has no words of its own is written by a command, and not by people. */
function below(shape: Shape, name: string): readonly SettingRow[] {
  const inner = shape.items ?? shape
  const rows = rowsOf(inner, shape.items === undefined ? `${name}.` : `${name}[].`)
  return rows.some(({ meaning }) => meaning !== '') ? rows : []
}

function typeOf(shape: Shape): string {
  const values = shape.enum ?? (shape.const === undefined ? undefined : [shape.const])
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(' or ')
  switch (shape.type) {
    case 'array':
      return `list of ${within(shape.minItems, shape.maxItems)}: ${typeOf(shape.items ?? {})}`
    case 'object':
      return below(shape, '').length === 0 ? 'map' : 'map with the keys below'
    case 'boolean':
      return '`true` or `false`'
    case 'integer':
      return `whole number, ${within(shape.minimum, shape.maximum)}`
    case 'number':
      return shape.exclusiveMinimum === undefined
        ? `number, ${within(shape.minimum, shape.maximum)}`
        : `number, above ${shape.exclusiveMinimum} to ${shape.maximum}`
    case 'string':
      return shape.maxLength === undefined
        ? 'text'
        : `text of ${within(shape.minLength, shape.maxLength)} character${shape.maxLength === 1 ? '' : 's'}`
    default:
      return 'anything'
  }
}

function within(from: number | undefined, to: number | undefined): string {
  const isBounded = to !== undefined && to < Number.MAX_SAFE_INTEGER
  if (isBounded) return from === to ? String(to) : (from ?? 0) === 0 ? `up to ${to}` : `${from} to ${to}`
  return from === undefined ? 'any number' : `${from} or more`
}

function withoutUsual(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutUsual(one, shape.items ?? {}))
  if (typeof value !== 'object' || value === null || shape.properties === undefined) return value
  const { properties } = shape
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => one !== undefined && JSON.stringify(one) !== JSON.stringify(properties[key]?.default))
      .map(([key, one]) => [key, withoutUsual(one, properties[key] ?? {})]),
  )
}
