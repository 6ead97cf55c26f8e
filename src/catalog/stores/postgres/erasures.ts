/**
 * Persons who were taken out of the record, for gateways whose spools may hold calls of theirs still: those come in without the person
 * and without what was said, as if they had been there. A person is known by a salted hash.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Feedback } from '../../../core/record/feedback.ts'
import { type DataSubject, isHeld, type LegalHold } from '../../../core/record/retention.ts'
import type { ReceivedSpan } from '../../../core/record/span.ts'
import { withoutPerson } from '../../../core/spending/erased-names.ts'
import { plainName } from '../../../core/text/plain-name.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import type { Row } from '../record/call-database.ts'
import { callColumns } from '../record/call-values.ts'
import { storedName } from './arrays.ts'
import type { BatchedCall } from './batch.ts'
import type { PostgresSession } from './session.ts'

/** A spool that waits for longer is not known any more. */
const KEEP_MS = 90 * 86_400_000

interface Erasure {
  readonly workspace: string
  readonly salt: string
  readonly subject: string
  readonly erasedAt: number
  readonly holds: readonly LegalHold[]
}

/** Within a transaction that nobody stores calls beside. */
export async function rememberErasure(
  { query }: PostgresSession,
  { workspace, user }: DataSubject,
  { holds, at }: { readonly holds: readonly LegalHold[]; readonly at: number },
): Promise<void> {
  const salt = randomBytes(16).toString('hex')
  const own = holds.filter((hold) => hold.workspace === workspace)
  await query('INSERT INTO erasures (workspace, salt, subject, erased_at, holds) VALUES ($1, $2, $3, $4, $5)', [
    storedName(workspace),
    salt,
    hashOf(salt, writtenOf(user)),
    at,
    JSON.stringify(own),
  ])
}

export async function forgetErasures({ query }: PostgresSession, now: number): Promise<void> {
  await query('DELETE FROM erasures WHERE erased_at < $1', [now - KEEP_MS])
}

interface Batch {
  readonly calls: readonly BatchedCall[]
  readonly opinions: readonly Feedback[]
  readonly spans: readonly ReceivedSpan[]
}

export interface Erasures {
  /** A batch without those who were erased after what it tells of. */
  without(batch: Batch): Promise<Batch>
}

/** Calls that end later may have begun a little earlier. */
const MARGIN_MS = 3_600_000

/** Of one transaction, behind the lock that erasures wait for: there are no others before its end. */
export function openErasures({ query }: PostgresSession): Erasures {
  let since = Number.MAX_SAFE_INTEGER
  let erasures: readonly Erasure[] = []
  return {
    async without(batch) {
      const first = firstOf(batch)
      if (first < since) {
        since = first - MARGIN_MS
        const { rows } = await query('SELECT * FROM erasures WHERE erased_at > $1', [since])
        erasures = rows.map(erasureOfRow)
      }
      return erasures.length === 0 ? batch : withoutErased(batch, erasures)
    },
  }
}

function firstOf({ calls, spans, opinions }: Batch): number {
  let first = Number.MAX_SAFE_INTEGER
  for (const { startedAt } of calls) first = Math.min(first, startedAt)
  for (const { span } of spans) first = Math.min(first, span.startedAt)
  for (const { at } of opinions) first = Math.min(first, at)
  return first
}

function erasureOfRow(row: Row): Erasure {
  return {
    workspace: String(row['workspace']),
    salt: String(row['salt']),
    subject: String(row['subject']),
    erasedAt: Number(row['erased_at']),
    // Written by this store from holds.
    holds: (parseJson(String(row['holds'])) ?? []) as unknown as readonly LegalHold[],
  }
}

function withoutErased(batch: Batch, erasures: readonly Erasure[]): Batch {
  const erasureOf = knownErasures(erasures)
  const goneCalls = new Set<string>()
  const goneTraces = new Set<string>()
  const calls = batch.calls.map((call) => {
    const [workspace, user, key, trace] = [placeOf.workspace, placeOf.user, placeOf.key, placeOf.trace].map((place) =>
      textOf(call.values[place]),
    )
    const erasure = erasureOf(workspace, user, call.startedAt)
    if (erasure === undefined) return call
    if (isHeld({ user: user ?? null, key: key ?? null, trace: trace ?? null }, erasure.holds)) return call
    goneCalls.add(call.id)
    for (const id of [trace, textOf(call.values[placeOf.parentTrace])])
      if (id !== undefined) goneTraces.add(`${workspace} ${id}`)
    return nameless(call, user ?? '', erasure.salt)
  })
  const spans = batch.spans.filter(({ workspace, key, span }) => {
    if (goneTraces.has(`${workspace} ${span.traceId}`)) return false
    const user = span.user === undefined ? undefined : storedName(span.user)
    const erasure = erasureOf(storedName(workspace), user, span.startedAt)
    return erasure === undefined || isHeld({ user: user ?? null, key, trace: span.traceId }, erasure.holds)
  })
  const opinions = batch.opinions.filter(({ workspace, call, trace, user, at }) => {
    if (call !== undefined && goneCalls.has(storedName(call))) return false
    if (trace !== undefined && goneTraces.has(`${storedName(workspace)} ${storedName(trace)}`)) return false
    return erasureOf(storedName(workspace), user === undefined ? undefined : storedName(user), at) === undefined
  })
  return { calls, spans, opinions }
}

/** Each name of a batch is hashed once for each erasure of its workspace. */
function knownErasures(erasures: readonly Erasure[]) {
  const byWorkspace = Map.groupBy(erasures, ({ workspace }) => workspace)
  const known = new Map<string, readonly Erasure[]>()
  return (workspace: string | undefined, user: string | undefined, at: number): Erasure | undefined => {
    if (workspace === undefined || user === undefined) return undefined
    const name = `${workspace}\n${user}`
    let found = known.get(name)
    if (found === undefined) {
      found = (byWorkspace.get(workspace) ?? []).filter(({ salt, subject }) =>
        [user, plainName(user)].some((name) => hashOf(salt, name) === subject),
      )
      known.set(name, found)
    }
    return found.find(({ erasedAt }) => at < erasedAt)
  }
}

const placeOf = {
  workspace: callColumns.indexOf('workspace'),
  user: callColumns.indexOf('"user"'),
  key: callColumns.indexOf('key'),
  trace: callColumns.indexOf('trace_id'),
  parentTrace: callColumns.indexOf('parent_trace_id'),
} as const

const namelessColumns: ReadonlySet<string> = new Set([
  '"user"',
  'trace_id',
  'session_id',
  'parent_trace_id',
  'error_message',
])

/** As a call is after an erasure: its figures, and nothing of what a person said. */
function nameless(call: BatchedCall, user: string, salt: string): BatchedCall {
  return {
    ...call,
    values: call.values.map((value, place) => {
      const column = callColumns[place] ?? ''
      if (namelessColumns.has(column)) return null
      return column === 'meta' ? erasedMeta(String(value)) : value
    }),
    figures: { ...call.figures, dimensions: { ...call.figures.dimensions, user: null } },
    labels: [],
    uses: call.uses.map((use) => ({ ...use, counter: withoutPerson(use.counter, user, salt) ?? use.counter })),
    bodies: undefined,
  }
}

function erasedMeta(text: string): string {
  const meta = parseJson(text)
  const { metadata: _, cacheMatch: __, traceParent: ___, ...figures } = isJsonObject(meta) ? meta : {}
  return JSON.stringify({ ...figures, isErased: true })
}

/** Any writing of a name is the same person; one that is kept by its hash can be compared as it is only. */
function writtenOf(user: string): string {
  const name = storedName(user)
  return name === user ? plainName(user) : name
}

function textOf(value: string | number | null | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function hashOf(salt: string, user: string): string {
  return createHash('sha256').update(`${salt}\n${user}`).digest('hex')
}
