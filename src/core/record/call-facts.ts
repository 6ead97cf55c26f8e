/** What is kept of a call to find it by, beside its row: tools, attempts at other targets, decisions. Few calls have any. */

import { isJsonObject, type JsonValue, parseJson } from '../wire/json.ts'
import { type DecidedCall, kindsOf } from './call-decisions.ts'

/** `data`: what kind of data a detector has found, and at which point. */
export const factKinds = ['tool', 'attempt', 'decision', 'data'] as const

export interface CallFact {
  readonly kind: (typeof factKinds)[number]
  readonly name: string
  /** Of an attempt, which of them it was, from 0, and its provider: `0 openai`. Of data, the point: `tool-result`. */
  readonly detail: string
}

const MAX_TOOLS = 64
const MAX_ATTEMPTS = 64
const MAX_NAME_LENGTH = 256

/** `output` is JSON text of `CallOutput`. */
export function factsOf(call: DecidedCall, output: string | null | undefined): readonly CallFact[] {
  const kinds = kindsOf(call)
  const tools = toolsOf(output)
  if (kinds.length === 0 && tools.length === 0) return []
  return [
    ...kinds.map((name) => ({ kind: 'decision', name, detail: '' }) as const),
    ...earlierAttempts(call.attempts),
    ...tools.map((name) => ({ kind: 'tool', name, detail: '' }) as const),
    ...dataIn(call.decisions),
  ]
}

/** Each kind once for a point. */
function dataIn(decisions: unknown): readonly CallFact[] {
  const found = new Map<string, CallFact>()
  for (const decision of Array.isArray(decisions) ? decisions : []) {
    if (!isJsonObject(decision) || decision['findsData'] !== true || !Array.isArray(decision['findings'])) continue
    for (const finding of decision['findings']) {
      const name = `${short(decision['detector'])}/${short(isJsonObject(finding) ? finding['category'] : undefined)}`
      const detail = short(decision['point'])
      found.set(`${name} ${detail}`, { kind: 'data', name, detail })
    }
  }
  return [...found.values()]
}

/** But for the last, which stands in the row. */
function earlierAttempts(attempts: unknown): readonly CallFact[] {
  if (!Array.isArray(attempts)) return []
  return attempts
    .slice(0, -1)
    .slice(0, MAX_ATTEMPTS)
    .map((attempt: JsonValue, index) => ({
      kind: 'attempt',
      name: short(isJsonObject(attempt) ? attempt['account'] : undefined),
      detail: `${index} ${short(isJsonObject(attempt) ? attempt['provider'] : undefined)}`,
    }))
}

/** Names of the tools that the answer asks to call, each once. */
function toolsOf(output: string | null | undefined): readonly string[] {
  // Inside of a text the quotation marks would be escaped: what has this has tool calls.
  if (output === null || output === undefined || !output.includes('"toolCalls":[')) return []
  const read = parseJson(output)
  const choices = isJsonObject(read) && Array.isArray(read['choices']) ? read['choices'] : []
  const names = choices.flatMap((choice) =>
    isJsonObject(choice) && Array.isArray(choice['toolCalls'])
      ? choice['toolCalls'].map((call) => short(isJsonObject(call) ? call['name'] : undefined))
      : [],
  )
  return [...new Set(names)].filter((name) => name !== '').slice(0, MAX_TOOLS)
}

function short(name: JsonValue | undefined): string {
  return typeof name === 'string' ? name.slice(0, MAX_NAME_LENGTH) : ''
}
