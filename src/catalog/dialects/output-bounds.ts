import type { OutputBounds } from '../../core/model/dialect.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

/** Where a body says it, as paths of field names with dots between them; each way that some server of the dialect takes. */
export interface BoundFields {
  readonly tokens: readonly string[]
  readonly thinking?: readonly string[]
  readonly answers?: readonly string[]
}

/** Reads how long an answer may be without reading the body as a whole. Of several fields for one thing, the largest counts. */
export function boundsIn({ tokens, thinking = [], answers = [] }: BoundFields): (body: JsonObject) => OutputBounds {
  const [tokenPaths, thinkingPaths, answerPaths] = [tokens, thinking, answers].map((fields) =>
    fields.map((field) => field.split('.')),
  ) as [string[][], string[][], string[][]]
  return (body) => ({
    tokens: largest(body, tokenPaths),
    thinkingTokens: largest(body, thinkingPaths) ?? 0,
    answers: Math.max(1, largest(body, answerPaths) ?? 1),
  })
}

function largest(body: JsonObject, paths: readonly (readonly string[])[]): number | undefined {
  let most: number | undefined
  for (const path of paths) {
    const amount = amountOf(valueAt(body, path))
    if (amount !== undefined && (most === undefined || amount > most)) most = amount
  }
  return most
}

function valueAt(body: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = body
  for (const name of path) {
    if (value === undefined || !isJsonObject(value)) return undefined
    value = value[name]
  }
  return value
}

/** Some servers take numbers in quotes. */
function amountOf(value: JsonValue | undefined): number | undefined {
  const amount = typeof value === 'string' ? Number(value) : value
  return typeof amount === 'number' && Number.isFinite(amount) && amount > 0 ? amount : undefined
}
