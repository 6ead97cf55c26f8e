import { hash } from 'node:crypto'
import type { AuditDraft, AuditEntry } from '../../core/record/audit.ts'
import { canonicalJson } from '../../core/wire/canonical-json.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'

/** `previous` of the first entry. */
const beginning = '0'.repeat(64)

/** The next entry of a chain, as its line. Absent `previous`: the first one. */
export function chainedLine(
  draft: AuditDraft,
  { seq, at, previous = beginning }: { readonly seq: number; readonly at: string; readonly previous?: string },
): string {
  const { actor, action, subject, details } = draft
  // Names come from outside, and half of a surrogate pair has no canonical spelling.
  const body = {
    seq,
    at,
    actor,
    action,
    subject: subject.toWellFormed(),
    details: wellFormed({ ...details }),
    previous,
  }
  return canonicalJson({ ...body, hash: hashOf(body) })
}

/** The hash that an entry must have. */
function hashOf({ hash: _, ...body }: { readonly [field: string]: unknown }): string {
  return hash('sha256', canonicalJson(body), 'hex')
}

/** What is wrong with a line as an entry by itself, or the object that it is. */
export function readLine(line: string): JsonObject | undefined {
  const value = parseJson(line)
  if (!isJsonObject(value)) return undefined
  try {
    // Another spelling of the same value would be another leaf of the tree.
    return canonicalJson(value) === line && value['hash'] === hashOf(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isNextOf(previous: string | undefined, entry: Pick<AuditEntry, 'previous'>): boolean {
  return entry.previous === (previous ?? beginning)
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name.toWellFormed(), wellFormed(field)]))
}
