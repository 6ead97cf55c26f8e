/** The rows of one batch of calls, by column, and the statements that keep them. */
import type { CallFact } from '../../../core/record/call-facts.ts'
import { factsOf } from '../../../core/record/call-facts.ts'
import type { FinishedCall } from '../../../core/record/call-store.ts'
import type { Feedback } from '../../../core/record/feedback.ts'
import type { CallFigures } from '../../../core/record/tally.ts'
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
  readonly uses: readonly { readonly counter: string; readonly windowStart: number; readonly used: number }[]
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
  const { ...stored } = dimensions
  for (const [name, value] of Object.entries(stored))
    if (typeof value === 'string') Object.assign(stored, { [name]: storedName(value) })
  return stored
}

/** Within a transaction. Returns those that are new, with their place. */
export async function insertCalls(
  { query }: PostgresSession,
  calls: readonly BatchedCall[],
): Promise<readonly (BatchedCall & { readonly seq: number })[]> {
  const given = new Map<string, BatchedCall>()
  for (const call of calls) if (!given.has(call.id)) given.set(call.id, call)
  // With whatever time: the key of a partitioned table is unique with its month alone.
  const known = await query('SELECT id FROM calls WHERE id = ANY ($1::text[])', [textArray([...given.keys()])])
  for (const row of known.rows) given.delete(String(row['id']))
  const left = [...given.values()]
  if (left.length === 0) return []
  const arrays = callColumns.map((name, index) => {
    const column = left.map(({ values }) => values[index] ?? null)
    return bigintColumns.has(name)
      ? { name, type: 'bigint', array: bigintArray(column.map((value) => (value === null ? null : Number(value)))) }
      : { name, type: 'text', array: textArray(column.map((value) => (value === null ? null : String(value)))) }
  })
  const all = [
    ...arrays,
    { name: 'shadow', type: 'bigint', array: bigintArray(left.map(({ shadow }) => shadow)) },
    { name: 'saved_nano_usd', type: 'bigint', array: bigintArray(left.map(({ figures }) => figures.savedNanoUsd)) },
    { name: 'attempt_count', type: 'bigint', array: bigintArray(left.map(({ figures }) => figures.attempts)) },
  ]
  const { rows } = await query(
    `INSERT INTO calls (${all.map(({ name }) => name).join(', ')})
     SELECT * FROM unnest(${all.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')})
     ON CONFLICT (id, started_at) DO NOTHING RETURNING id, seq`,
    all.map(({ array }) => array),
  )
  return rows.flatMap((row) => {
    const call = given.get(String(row['id']))
    return call === undefined ? [] : [{ ...call, seq: Number(row['seq']) }]
  })
}

/** Within a transaction: what is kept beside the rows of new calls, but for the sums. */
export async function insertBeside(
  session: PostgresSession,
  calls: readonly (BatchedCall & { readonly seq: number })[],
): Promise<void> {
  const { query } = session
  const bodies = calls.flatMap(({ bodies: of, seq, startedAt }) =>
    of === undefined ? [] : [{ ...of, seq, startedAt }],
  )
  if (bodies.length > 0) {
    await query(
      `INSERT INTO bodies (seq, started_at, input, output, input_truncated, output_truncated)
       SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])`,
      [
        bigintArray(bodies.map(({ seq }) => seq)),
        bigintArray(bodies.map(({ startedAt }) => startedAt)),
        textArray(bodies.map(({ input }) => input ?? null)),
        textArray(bodies.map(({ output }) => output ?? null)),
        bigintArray(bodies.map(({ inputTruncated }) => Number(inputTruncated))),
        bigintArray(bodies.map(({ outputTruncated }) => Number(outputTruncated))),
      ],
    )
  }
  const labels = calls.flatMap(({ labels: of, startedAt, seq }) =>
    of.map(([name, value]) => ({ name, value, startedAt, seq })),
  )
  if (labels.length > 0) {
    await query(
      `INSERT INTO call_metadata (name, value, started_at, seq)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) ON CONFLICT DO NOTHING`,
      [
        textArray(labels.map(({ name }) => name)),
        textArray(labels.map(({ value }) => value)),
        bigintArray(labels.map(({ startedAt }) => startedAt)),
        bigintArray(labels.map(({ seq }) => seq)),
      ],
    )
  }
  await insertFacts(session, calls)
}

export async function insertFacts(
  { query }: PostgresSession,
  calls: readonly { readonly seq: number; readonly startedAt: number; readonly facts: readonly CallFact[] }[],
): Promise<void> {
  const facts = calls.flatMap(({ facts: of, startedAt, seq }) => of.map((fact) => ({ ...fact, startedAt, seq })))
  if (facts.length === 0) return
  await query(
    `INSERT INTO call_facts (kind, started_at, seq, name, detail)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`,
    [
      textArray(facts.map(({ kind }) => kind)),
      bigintArray(facts.map(({ startedAt }) => startedAt)),
      bigintArray(facts.map(({ seq }) => seq)),
      textArray(facts.map(({ name }) => name)),
      textArray(facts.map(({ detail }) => detail)),
    ],
  )
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
     SELECT * FROM unnest(${types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')}) ON CONFLICT (id) DO NOTHING`,
    arrays,
  )
}

/** In the order of counters and windows, as everybody who adds to them. */
export async function addBudgetUses(
  { query }: PostgresSession,
  calls: readonly Pick<BatchedCall, 'uses'>[],
): Promise<void> {
  const sums = new Map<string, { counter: string; windowStart: number; used: number }>()
  for (const { counter, windowStart, used } of calls.flatMap(({ uses }) => uses)) {
    const name = `${String(windowStart).padStart(16, '0')} ${counter}`
    const sum = sums.get(name) ?? { counter, windowStart, used: 0 }
    sum.used += whole(used) ?? 0
    sums.set(name, sum)
  }
  if (sums.size === 0) return
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
  await query(
    `INSERT INTO budget_uses (counter, window_start, used) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
     ON CONFLICT (md5(counter), window_start) DO UPDATE
       SET used = least(budget_uses.used::numeric + excluded.used, ${Number.MAX_SAFE_INTEGER})::bigint`,
    [
      textArray(sorted.map(({ counter }) => counter)),
      bigintArray(sorted.map(({ windowStart }) => windowStart)),
      bigintArray(sorted.map(({ used }) => used)),
    ],
  )
}
