import { GuardrailEntry } from './guardrails-section.ts'
import { fileSettings } from './named-files.ts'

export interface ReadableGuardrail {
  /** Among those of the file. */
  readonly index: number
  readonly entry: GuardrailEntry
}

const MAX_ENTRIES = 1000

/**
 * Of a file with faults, what can be read of its guardrails, so that names of detectors and settings are checked with the rest and
 * not only when the rest is right. Fields with a fault are left out; files that settings name are not looked at.
 */
export function readableGuardrails(content: unknown): readonly ReadableGuardrail[] {
  const given = isMap(content) ? content['guardrails'] : undefined
  if (!Array.isArray(given)) return []
  return given.slice(0, MAX_ENTRIES).flatMap((raw: unknown, index): ReadableGuardrail[] => {
    if (!isMap(raw)) return []
    const wrong = new Set(
      Object.entries(GuardrailEntry.shape).flatMap(([field, schema]) =>
        schema.safeParse(raw[field]).success ? [] : [field],
      ),
    )
    // What belongs to a field with a fault is not told of for itself.
    if (wrong.has('detector') || wrong.has('settings')) return []
    if (wrong.has('action')) for (const field of ['answer', 'duringCall']) wrong.add(field)
    const fields = Object.keys(GuardrailEntry.shape).flatMap((field) =>
      wrong.has(field) || raw[field] === undefined ? [] : [[field, raw[field]] as const],
    )
    const entry = GuardrailEntry.safeParse({ id: `guardrail-${index}`, ...Object.fromEntries(fields) })
    return entry.success && fileSettings([entry.data]).length === 0 ? [{ index, entry: entry.data }] : []
  })
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
