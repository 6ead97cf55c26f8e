/**
 * Answers questions about all calls together: from the sums of `rollup-families.ts`, and from the calls themselves at the ends of
 * a range and where the sums cannot tell. Both together are exact.
 */
import {
  type AnalyticsAnswer,
  type AnalyticsFilter,
  type AnalyticsQuery,
  type Dimension,
  type DimensionValue,
  type RolledDimension,
  type SumName,
  sumNames,
  timeNames,
} from '../../../core/record/analytics.ts'
import { answerOf, type Groups, groupsFor, segmentsOf, tooMuch } from '../../../core/record/analytics-answer.ts'
import { statusRange } from '../../../core/record/call-query.ts'
import { addEncoded } from '../../../core/record/histogram.ts'
import { addCall, plus, sumsFor, timeOf } from '../../../core/record/tally.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import type { CallDatabase, CallSql, Row, SqlValue, Term } from './call-database.ts'
import { callColumnOf, columnOf, figureColumns, figuresOfRow, shownValue } from './call-figures.ts'
import { type Family, families, histogramColumnOf, sumColumns } from './rollup-families.ts'
import { type Read, readsFor } from './rollup-reads.ts'

/** About two seconds on one core. */
const MAX_CALLS = 500_000
const MAX_ROLLUPS = 3_000_000
/** In one statement, behind which the bound on sums is looked at. */
const SPANS_AT_ONCE = 100

/** Within one moment. Throws `invalid_request`, `range_too_large`. */
export async function readAnalytics(database: CallDatabase, query: AnalyticsQuery): Promise<AnalyticsAnswer> {
  const segments = segmentsOf(query)
  const groups = groupsFor(query)
  const read = { rollups: 0, calls: 0 }
  const calls = callSource(database, query, groups, read)
  const family = await familyFor(database, query)
  const rollups = family === undefined ? undefined : await rollupSource(database, query, groups, read)
  const [older] = await database.all('SELECT next, last FROM rollup_backfill')
  // Older calls are in no sum yet, and read beside them: nothing is taken away from what has them not.
  const reads = readsFor(segments, family?.levels ?? [], older === undefined)
  const taken = reads.filter(({ level }) => level === undefined)
  const summed = reads.filter(({ level }) => level !== undefined)
  for (const { from, to, targets } of taken) for (const { segment } of targets) await calls.take(segment, from, to)
  await rollups?.take(summed)
  if (older !== undefined) {
    const seqs = { after: Number(older['next']), upTo: Number(older['last']) }
    for (const { from, to, targets } of summed)
      for (const { segment } of targets) await calls.take(segment, from, to, seqs)
  }
  return answerOf(query, segments, groups, read)
}

/** The sums that can tell: they have the dimensions, and no set of the range was made without one of them. */
async function familyFor({ all, sql }: CallDatabase, query: AnalyticsQuery): Promise<Family | undefined> {
  const asked = [...query.by, ...query.filters.flatMap(({ dimension }) => meantBy(dimension))]
  const family = families.find(({ dimensions }) => asked.every((name) => dimensions.some((known) => known === name)))
  if (family === undefined || !asked.some((name) => family.open.some((open) => open === name))) return family
  const { level, bucketMs } = family.levels.at(-1) ?? { level: 0, bucketMs: 1 }
  const workspaces = workspacesOf(query)
  const folded = await all(
    `SELECT 1 AS found FROM rollup_sets ${sql.joinInOrder} rollups ON level = ? AND rollups.workspace = rollup_sets.workspace
       AND bucket > ? AND bucket < ? AND set_id = rollup_sets.id
     WHERE folded = 1 AND family = ?
       ${workspaces === undefined ? '' : `AND rollup_sets.workspace IN (${marks(workspaces)})`} LIMIT 1`,
    [level, query.from - bucketMs, query.to, families.indexOf(family), ...(workspaces ?? [])],
  )
  return folded.length === 0 ? family : undefined
}

/** A model is found by either of its names, as in a list of calls. */
function meantBy(dimension: Dimension): readonly Dimension[] {
  return dimension === 'model' ? ['model', 'requestedModel'] : [dimension]
}

function workspacesOf(query: AnalyticsQuery): readonly string[] | undefined {
  return query.filters.find(({ dimension }) => dimension === 'workspace')?.values
}

/** What has been read so far. */
interface Amounts {
  rollups: number
  calls: number
}

async function rollupSource(
  database: CallDatabase,
  query: AnalyticsQuery,
  groups: Groups,
  read: Amounts,
): Promise<{ take(reads: readonly Read[]): Promise<void> }> {
  const { sql } = database
  // Each on its own, where that is no journey: sums begin with the workspace, so that many of one do not make the others slow.
  const workspaces = workspacesOf(query) ?? (await knownWorkspaces(database))
  const together = sql.isFarAway ? [workspaces] : workspaces.map((workspace) => [workspace])
  const atOnce = sql.isFarAway ? SPANS_AT_ONCE : 1
  const by = query.by.map((name) => columnOf[name as RolledDimension])
  // Without calls there is nothing of a group that another sum is taken away from.
  const sums = [...new Set<SumName>(['calls', ...query.measures.flatMap(sumsFor)])]
  const times = timeNames.filter((name) => query.measures.some((measure) => timeOf(measure) === name))
  const where = conditions(sql, query.filters, (name) => `rollup_sets.${columnOf[name as RolledDimension]}`)
  const columns = [
    'place',
    ...by.map((column, place) => `rollup_sets.${column} AS group_${place}`),
    'count(*) AS counted',
    // Distributions one behind the other are their sum, and the store hands over one text instead of thousands.
    ...times.map((name) => `${sql.joined(histogramColumnOf(name))} AS ${histogramColumnOf(name)}`),
    ...sums.flatMap(partsOf),
  ]
  const groupBy = ['place', ...by.map((_, place) => `group_${place}`)].join(', ')
  const rowsIn = async (level: number, spans: readonly Read[], of: readonly string[]): Promise<readonly Row[]> => {
    const found = sql.sumsIn(spans, {
      sql: `level = ? AND rollups.workspace IN (${marks(of)}) AND bucket >= span.first AND bucket < span.behind`,
      values: [level, ...of],
    })
    const statement = `SELECT ${columns.join(', ')} FROM ${found.sql}
      ${sql.joinInOrder} rollup_sets ON rollup_sets.id = set_id WHERE true ${where.sql} GROUP BY ${groupBy}`
    return await database.all(statement, [...found.values, ...where.values])
  }
  const add = (row: Row, { targets }: Read): void => {
    read.rollups += Number(row['counted'])
    if (read.rollups > MAX_ROLLUPS) throw tooMuch('More sums would be read for it than fit one answer.')
    const group = query.by.map((name, place) => shownValue(name, row[`group_${place}`]))
    for (const { segment, sign } of targets) {
      const tally = groups.at(group, segment)
      for (const name of times) addEncoded(tally.histograms[name], String(row[histogramColumnOf(name)] ?? ''), sign)
      for (const name of sums) {
        const [high, low] = [sign * Number(row[`high_${name}`]), sign * Number(row[`low_${name}`])]
        const isSafe = Math.abs(high) < MAX_HIGH
        const sum = isSafe ? high * PART + low : BigInt(high) * BigInt(PART) + BigInt(low)
        const at = sumNames.indexOf(name)
        tally.sums[at] = plus(tally.sums[at] ?? 0, sum)
      }
    }
  }
  return {
    async take(reads) {
      for (const [level, alike] of Map.groupBy(reads, (one) => one.level)) {
        for (let from = 0; from < alike.length; from += atOnce) {
          const some = alike.slice(from, from + atOnce)
          for (const of of together) {
            const rows = of.length === 0 ? [] : await rowsIn(level ?? 0, some, of)
            for (const row of rows) {
              const one = some[Number(row['place'])]
              if (one !== undefined) add(row, one)
            }
          }
        }
      }
      if (reads.some(({ targets }) => targets.some(({ sign }) => sign < 0))) groups.dropEmpty()
    },
  }
}

async function knownWorkspaces({ all }: CallDatabase): Promise<readonly string[]> {
  const rows = await all('SELECT DISTINCT workspace FROM rollup_sets')
  return rows.map((row) => String(row['workspace']))
}

const PART = 1_000_000_000
/** Below it both parts together are a safe integer: the low ones of all sums that are read are less than a thousandth of that. */
const MAX_HIGH = 4_000_000

/** How many calls there are is far from what 64 bits hold. */
const counts: ReadonlySet<SumName> = new Set([
  'calls',
  'errors',
  'unpricedCalls',
  'estimatedCalls',
  'cacheHits',
  'cacheLookups',
  'fallbackCalls',
  'firstTokens',
])

/** In two parts, as a sum of whole numbers ends the statement where 64 bits do not hold it. */
function partsOf(name: SumName): readonly string[] {
  const column = sumColumns[sumNames.indexOf(name)]
  return counts.has(name)
    ? [`0 AS "high_${name}"`, `coalesce(sum(${column}), 0) AS "low_${name}"`]
    : [
        `coalesce(sum(${column} / ${PART}), 0) AS "high_${name}"`,
        `coalesce(sum(${column} % ${PART}), 0) AS "low_${name}"`,
      ]
}

function callSource(
  database: CallDatabase,
  query: AnalyticsQuery,
  groups: Groups,
  read: Amounts,
): {
  take(
    segment: number,
    from: number,
    to: number,
    seqs?: { readonly after: number; readonly upTo: number },
  ): Promise<void>
} {
  const { sql } = database
  const walk = walkOf(sql, query.filters)
  const where = conditions(sql, query.filters, (name) => callColumnOf(sql, name as RolledDimension))
  const hasLabels = query.by.some((name) => name.startsWith('metadata.'))
  const inRange = `${walk.terms} started_at >= ? AND started_at < ? AND seq > ? AND seq <= ?`
  const count = `SELECT count(*) AS calls FROM (SELECT 1 FROM ${walk.index} WHERE ${inRange} LIMIT ?) AS counted`
  const columns = [figureColumns(sql), 'stream, client_dialect, provider_dialect, finish_reason']
  const rows = `SELECT ${[...columns, ...(hasLabels ? ['meta'] : [])].join(', ')} FROM ${walk.calls}
    WHERE ${inRange} ${where.sql}`
  return {
    async take(segment, from, to, seqs = { after: 0, upTo: Number.MAX_SAFE_INTEGER }) {
      const left = MAX_CALLS - read.calls
      const range = [...walk.values, from, to, seqs.after, seqs.upTo]
      const [counted] = await database.all(count, [...range, left + 1])
      read.calls += Number(counted?.['calls'])
      if (read.calls > MAX_CALLS) {
        throw tooMuch(`More than ${MAX_CALLS} calls would be read for it, as no sums are kept by what is asked for.`)
      }
      await database.each(rows, [...range, ...where.values], (row) => {
        const figures = figuresOfRow(row)
        const labels = hasLabels ? labelsOf(row['meta']) : {}
        const group = query.by.map((name) => dimensionOf(sql, name, figures.dimensions, row, labels))
        addCall(groups.at(group, segment), figures)
      })
    },
  }
}

function dimensionOf(
  sql: CallSql,
  name: Dimension,
  dimensions: Readonly<Record<string, DimensionValue>>,
  row: Row,
  labels: Readonly<Record<string, unknown>>,
): DimensionValue {
  if (name.startsWith('metadata.')) {
    const label = Object.hasOwn(labels, labelOf(name)) ? labels[labelOf(name)] : undefined
    return typeof label === 'string' ? label : null
  }
  const known = dimensions[name]
  return known === undefined ? shownValue(name, row[callColumnOf(sql, name as RolledDimension)]) : known
}

function labelsOf(meta: unknown): Readonly<Record<string, unknown>> {
  const read = parseJson(String(meta))
  const labels = isJsonObject(read) ? read['metadata'] : undefined
  return isJsonObject(labels) ? labels : {}
}

function labelOf(dimension: Dimension): string {
  return dimension.slice('metadata.'.length)
}

/** The index along which calls are read, where an engine can be told. */
function walkOf(
  sql: CallSql,
  filters: readonly AnalyticsFilter[],
): {
  /** To count along, to read along. */
  readonly index: string
  readonly calls: string
  readonly terms: string
  readonly values: readonly string[]
} {
  const label = filters.find(({ dimension, values }) => dimension.startsWith('metadata.') && values.length === 1)
  if (label !== undefined) {
    return {
      index: 'call_metadata',
      calls: `call_metadata ${sql.joinInOrder} calls USING (seq, started_at)`,
      terms: 'name = ? AND value = ? AND',
      values: [labelOf(label.dimension), ...label.values].map(sql.name),
    }
  }
  for (const name of ['key', 'user', 'workspace'] as const) {
    const filter = filters.find(({ dimension }) => dimension === name)
    if (filter === undefined) continue
    const calls = sql.along(`calls_by_${name}`)
    const terms = `${columnOf[name]} IN (${marks(filter.values)}) AND`
    return { index: calls, calls, terms, values: filter.values.map(sql.name) }
  }
  const calls = sql.along('calls_by_time')
  return { index: calls, calls, terms: '', values: [] }
}

export function conditions(
  sql: CallSql,
  filters: readonly AnalyticsFilter[],
  columnFor: (dimension: Dimension) => string,
): Term {
  const values: SqlValue[] = []
  const terms = filters.map(({ dimension, values: wanted }) => {
    if (dimension.startsWith('metadata.')) {
      values.push(...[labelOf(dimension), ...wanted].map(sql.name))
      return `EXISTS (SELECT 1 FROM call_metadata AS label WHERE label.name = ? AND label.value IN (${marks(wanted)})
        AND label.started_at = calls.started_at AND label.seq = calls.seq)`
    }
    if (dimension === 'status') {
      const ranges = wanted.map(statusRange)
      values.push(...ranges.flatMap(({ atLeast, below }) => [atLeast, below]))
      return `(${ranges.map(() => `(${columnFor(dimension)} >= ? AND ${columnFor(dimension)} < ?)`).join(' OR ')})`
    }
    const isFlag = dimension === 'stream' || dimension === 'shadow'
    const names = meantBy(dimension)
    const kept: readonly SqlValue[] = wanted.map((value) => (isFlag ? Number(value === 'true') : sql.name(value)))
    values.push(...names.flatMap(() => kept))
    return `(${names.map((name) => `${columnFor(name)} IN (${marks(wanted)})`).join(' OR ')})`
  })
  return { sql: terms.map((term) => `AND ${term}`).join(' '), values }
}

export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}
