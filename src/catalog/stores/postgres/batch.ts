/** The rows of one batch of calls, by column, and the statements that keep them. */
import { type DimensionValue, rolledDimensions } from '../../../core/record/analytics.ts'
import type { CallFact } from '../../../core/record/call-facts.ts'
import { factsOf } from '../../../core/record/call-facts.ts'
import type { FinishedCall } from '../../../core/record/call-store.ts'
import type { Feedback } from '../../../core/record/feedback.ts'
import type { CallFigures } from '../../../core/record/tally.ts'
import type { BudgetUse } from '../../../core/spending/budget.ts'
import { poured } from '../../../core/spending/token-bucket.ts'
import { feedbackColumns, feedbackValues } from '../record/call-feedback.ts'
import { figuresOfRecord, whole } from '../record/call-figures.ts'
import { callColumns, callValues, labelsOf, searchedLabels } from '../record/call-values.ts'
import { bigintArray, floatArray, storedName, textArray } from './arrays.ts'
import { clampedTime } from './partitions.ts'
import type { PostgresSession } from './session.ts'

export interface BatchedCall {
  readonly id: string
  readonly startedAt: number
  /** In the order of `callColumns`. */
  readonly values: readonly (string | number | null)[]
  readonly shadow: number
  readonly figures: CallFigures
  readonly labels: readonly (readonly [string, string])[]
  readonly facts: readonly CallFact[]
  readonly uses: readonly BudgetUse[]
  readonly bodies: Omit<FinishedCall, 'record'> | undefined
}

/** Texts that no index has. */
const plainColumns: ReadonlySet<string> = new Set(['error_message', 'meta'])
const bigintColumns: ReadonlySet<string> = new Set([
  'started_at',
  'stream',
  'status',
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'usage_estimated',
  'cost_nano_usd',
  'time_to_first_token_us',
  'duration_us',
  'overhead_us',
])

export function batchedCall({ record: given, input, output, ...cut }: FinishedCall): BatchedCall {
  const startedAt = clampedTime(given.startedAt)
  const record = { ...given, startedAt }
  const labels = labelsOf(record)
  const figures = figuresOfRecord(record)
  const hasBodies = input !== undefined || output !== undefined || cut.inputTruncated || cut.outputTruncated
  return {
    id: storedName(record.id),
    startedAt,
    values: callValues(record, labels).map((value, index) => {
      const isName = typeof value === 'string' && !plainColumns.has(callColumns[index] ?? '')
      return isName ? storedName(value) : value
    }),
    shadow: Number(figures.dimensions.shadow),
    figures: {
      ...figures,
      dimensions: named(figures.dimensions),
      cache: figures.cache === null ? null : storedName(figures.cache),
    },
    labels: searchedLabels(labels).map(([name, value]) => [storedName(name), storedName(value)]),
    facts: factsOf(record, output),
    uses: record.budgetUses ?? [],
    bodies: hasBodies
      ? { ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }), ...cut }
      : undefined,
  }
}

/** As the columns have them: sums by a dimension and calls by it are the same names. */
function named(dimensions: CallFigures['dimensions']): CallFigures['dimensions'] {
  const stored: Record<string, DimensionValue> = {}
  for (const name of rolledDimensions) {
    const value = dimensions[name]
    stored[name] = typeof value === 'string' ? storedName(value) : value
  }
  return stored as CallFigures['dimensions']
}

/** Calls as they are sent. */
export interface EncodedCalls {
  /** Each once. */
  readonly calls: readonly BatchedCall[]
  readonly columns: readonly Buffer[]
}

/** What can be done of `insertCalls` while the server is at work on others. */
export function encodedCalls(calls: readonly BatchedCall[]): EncodedCalls {
  const given = new Map<string, BatchedCall>()
  for (const call of calls) if (!given.has(call.id)) given.set(call.id, call)
  const left = [...given.values()]
  const columns = callColumns.map((name, index) => {
    const column = left.map(({ values }) => values[index] ?? null)
    return bigintColumns.has(name)
      ? bigintArray(column.map((value) => (value === null ? null : Number(value))))
      : textArray(column.map((value) => (value === null ? null : String(value))))
  })
  return {
    calls: left,
    columns: [
      ...columns,
      bigintArray(left.map(({ shadow }) => shadow)),
      bigintArray(left.map(({ figures }) => figures.savedNanoUsd)),
      bigintArray(left.map(({ figures }) => figures.attempts)),
    ],
  }
}

const insertedColumns = [...callColumns, 'shadow', 'saved_nano_usd', 'attempt_count']
const insertedTypes = [
  ...callColumns.map((name) => (bigintColumns.has(name) ? 'bigint' : 'text')),
  'bigint',
  'bigint',
  'bigint',
]

/** One that is there is left, with whatever time: the key of a partitioned table is unique with its month alone. */
const insertNewCalls = `INSERT INTO calls (${insertedColumns.join(', ')})
  SELECT * FROM unnest(${parametersOf(insertedTypes)}) AS given(${insertedColumns.join(', ')})
  WHERE id <> ALL (ARRAY(SELECT id FROM calls WHERE id = ANY ($1::text[])))
  ON CONFLICT (id, started_at) DO NOTHING RETURNING id, seq`

export interface AddedCalls {
  readonly calls: readonly (BatchedCall & { readonly seq: number })[]
  readonly texts: BodyTexts
}

/** Within a transaction. Those that are new, with their place. */
export async function insertCalls({ query }: PostgresSession, { calls, columns }: EncodedCalls): Promise<AddedCalls> {
  if (calls.length === 0) return { calls: [], texts: bodyTexts([]) }
  const inserting = query(insertNewCalls, columns)
  // Made while the server is at work: nearly always all of them are new.
  const texts = bodyTexts(calls)
  const { rows } = await inserting
  const places = new Map(rows.map((row) => [String(row['id']), Number(row['seq'])]))
  const added = calls.flatMap((call) => {
    const seq = places.get(call.id)
    return seq === undefined ? [] : [{ ...call, seq }]
  })
  return { calls: added, texts: added.length === calls.length ? texts : bodyTexts(added) }
}

interface BodyTexts {
  readonly input: Buffer
  readonly output: Buffer
}

function bodyTexts(calls: readonly BatchedCall[]): BodyTexts {
  const bodies = calls.flatMap(({ bodies: of }) => (of === undefined ? [] : [of]))
  return {
    input: textArray(bodies.map(({ input }) => input ?? null)),
    output: textArray(bodies.map(({ output }) => output ?? null)),
  }
}

const bodyTypes = ['bigint', 'bigint', 'text', 'text', 'bigint', 'bigint']
const labelTypes = ['text', 'text', 'bigint', 'bigint']
const factTypes = ['text', 'bigint', 'bigint', 'text', 'text']

const insertFactsFrom = (first: number): string => `INSERT INTO call_facts (kind, started_at, seq, name, detail)
  SELECT * FROM unnest(${parametersOf(factTypes, first)}) ON CONFLICT DO NOTHING`

/** In one statement: on each the server waits for this side to have heard of the one before. */
const insertAllBeside = `WITH facts AS (${insertFactsFrom(bodyTypes.length + labelTypes.length + 1)}), labels AS (
    INSERT INTO call_metadata (name, value, started_at, seq)
    SELECT * FROM unnest(${parametersOf(labelTypes, bodyTypes.length + 1)}) ON CONFLICT DO NOTHING)
  INSERT INTO bodies (seq, started_at, input, output, input_truncated, output_truncated)
  SELECT * FROM unnest(${parametersOf(bodyTypes)})`

/** Within a transaction: what is kept beside the rows of new calls, but for the sums. */
export async function insertBeside({ query }: PostgresSession, { calls, texts }: AddedCalls): Promise<void> {
  const bodies = calls.flatMap(({ bodies: of, seq, startedAt }) =>
    of === undefined ? [] : [{ ...of, seq, startedAt }],
  )
  const labels = calls.flatMap(({ labels: of, startedAt, seq }) =>
    of.map(([name, value]) => ({ name, value, startedAt, seq })),
  )
  const facts = factColumns(calls)
  if (bodies.length + labels.length + facts.count === 0) return
  await query(insertAllBeside, [
    bigintArray(bodies.map(({ seq }) => seq)),
    bigintArray(bodies.map(({ startedAt }) => startedAt)),
    texts.input,
    texts.output,
    bigintArray(bodies.map(({ inputTruncated }) => Number(inputTruncated))),
    bigintArray(bodies.map(({ outputTruncated }) => Number(outputTruncated))),
    textArray(labels.map(({ name }) => name)),
    textArray(labels.map(({ value }) => value)),
    bigintArray(labels.map(({ startedAt }) => startedAt)),
    bigintArray(labels.map(({ seq }) => seq)),
    ...facts.columns,
  ])
}

type WithFacts = { readonly seq: number; readonly startedAt: number; readonly facts: readonly CallFact[] }

function factColumns(calls: readonly WithFacts[]): { readonly count: number; readonly columns: readonly Buffer[] } {
  const facts = calls.flatMap(({ facts: of, startedAt, seq }) => of.map((fact) => ({ ...fact, startedAt, seq })))
  return {
    count: facts.length,
    columns: [
      textArray(facts.map(({ kind }) => kind)),
      bigintArray(facts.map(({ startedAt }) => startedAt)),
      bigintArray(facts.map(({ seq }) => seq)),
      textArray(facts.map(({ name }) => name)),
      textArray(facts.map(({ detail }) => detail)),
    ],
  }
}

export async function insertFacts({ query }: PostgresSession, calls: readonly WithFacts[]): Promise<void> {
  const { count, columns } = factColumns(calls)
  if (count > 0) await query(insertFactsFrom(1), columns)
}

function parametersOf(types: readonly string[], first = 1): string {
  return types.map((type, index) => `$${first + index}::${type}[]`).join(', ')
}

export async function insertFeedback({ query }: PostgresSession, opinions: readonly Feedback[]): Promise<void> {
  if (opinions.length === 0) return
  const rows = opinions.map((one) => feedbackValues({ name: storedName }, one))
  const types = feedbackColumns.map((name) =>
    name === 'at' ? 'bigint' : name === 'value' || name === 'weight' ? 'float8' : 'text',
  )
  const arrays = types.map((type, index) => {
    const column = rows.map((row) => row[index] ?? null)
    if (type === 'text') return textArray(column.map((value) => (value === null ? null : String(value))))
    const numbers = column.map((value) => (value === null ? null : Number(value)))
    return type === 'bigint' ? bigintArray(numbers) : floatArray(numbers)
  })
  await query(
    `INSERT INTO feedback (${feedbackColumns.join(', ')})
     SELECT * FROM unnest(${parametersOf(types)}) ON CONFLICT (id) DO NOTHING`,
    arrays,
  )
}

/** In the order of counters and windows, as everybody who adds to them. */
export async function addBudgetUses(
  session: PostgresSession,
  calls: readonly (Pick<BatchedCall, 'uses'> & { readonly seq: number })[],
): Promise<void> {
  const sums = new Map<string, { counter: string; windowStart: number; used: number; seq: number }>()
  for (const { uses, seq } of calls)
    for (const { counter, windowStart, used, refill } of uses) {
      if (refill !== undefined) continue
      const name = `${String(windowStart).padStart(16, '0')} ${counter}`
      const sum = sums.get(name) ?? { counter, windowStart, used: 0, seq }
      sum.used += whole(used) ?? 0
      sum.seq = Math.max(sum.seq, seq)
      sums.set(name, sum)
    }
  await addToBuckets(session, calls)
  if (sums.size === 0) return
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
  await session.query(
    `INSERT INTO budget_uses (counter, window_start, used, last_seq)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])
     ON CONFLICT (md5(counter), window_start) DO UPDATE
       SET used = least(budget_uses.used::numeric + excluded.used, ${Number.MAX_SAFE_INTEGER})::bigint,
           last_seq = greatest(budget_uses.last_seq, excluded.last_seq)`,
    [
      textArray(sorted.map(({ counter }) => counter)),
      bigintArray(sorted.map(({ windowStart }) => windowStart)),
      bigintArray(sorted.map(({ used }) => used)),
      bigintArray(sorted.map(({ seq }) => seq)),
    ],
  )
}

/** What is missing in a bucket depends on when it was used: rows are locked, in one order for everybody, and written anew. */
async function addToBuckets({ query }: PostgresSession, calls: readonly Pick<BatchedCall, 'uses'>[]): Promise<void> {
  const uses = calls.flatMap((call) =>
    call.uses.flatMap(({ refill, ...use }) => (refill === undefined ? [] : [{ ...use, refill }])),
  )
  const names = [...new Set(uses.map(({ counter }) => counter))].sort()
  if (names.length === 0) return
  // As it is where there is one; a lock on a row that is not there yet would keep nobody out.
  const { rows } = await query(
    `INSERT INTO budget_buckets (counter, at, missing) SELECT name, 0, 0 FROM unnest($1::text[]) AS name
     ON CONFLICT (md5(counter)) DO UPDATE SET at = budget_buckets.at RETURNING counter, at, missing`,
    [textArray(names)],
  )
  const levels = new Map(
    rows.map((row) => [String(row['counter']), { startedAt: Number(row['at']), used: Number(row['missing']) }]),
  )
  for (const use of uses) levels.set(use.counter, poured(levels.get(use.counter), use))
  const all = names.flatMap((counter) => {
    const level = levels.get(counter)
    return level === undefined ? [] : [{ counter, ...level }]
  })
  await query(
    `UPDATE budget_buckets SET at = given.at, missing = given.missing
     FROM unnest($1::text[], $2::bigint[], $3::float8[]) AS given (counter, at, missing)
     WHERE md5(budget_buckets.counter) = md5(given.counter)`,
    [
      textArray(all.map(({ counter }) => counter)),
      bigintArray(all.map(({ startedAt }) => startedAt)),
      floatArray(all.map(({ used }) => used)),
    ],
  )
}
