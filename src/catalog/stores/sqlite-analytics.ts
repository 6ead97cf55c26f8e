/**
 * Answers questions about all calls together: from the sums that `sqlite-rollups.ts` keeps, and from the calls themselves at the
 * ends of a range and where the sums cannot tell. Both together are exact.
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
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
} from '../../core/analytics.ts'
import { answerOf, type Groups, groupsFor, segmentsOf, tooMuch } from '../../core/analytics-answer.ts'
import { statusRange } from '../../core/call-query.ts'
import { addEncoded } from '../../core/histogram.ts'
import { isJsonObject, parseJson } from '../../core/json.ts'
import { addCall, plus, sumsFor, timeOf } from '../../core/tally.ts'
import { callColumnOf, columnOf, figureColumns, figuresOfRow, shownValue } from './sqlite-call-figures.ts'
import { type Family, families, histogramColumnOf, sumColumns } from './sqlite-rollups.ts'

/** About two seconds on one core. */
const MAX_CALLS = 500_000
const MAX_ROLLUPS = 3_000_000

/** Throws `invalid_request`, `range_too_large`. */
export function readAnalytics(database: DatabaseSync, query: AnalyticsQuery): AnalyticsAnswer {
  return inOneMoment(database, () => answered(database, query))
}

/** All that is read is of one moment: a call must not be counted on both sides of a commit, or on neither. */
export function inOneMoment<Answer>(database: DatabaseSync, read: () => Answer): Answer {
  database.exec('BEGIN')
  try {
    return read()
  } finally {
    database.exec('COMMIT')
  }
}

/** Within one moment that the caller has begun. */
export function answered(database: DatabaseSync, query: AnalyticsQuery): AnalyticsAnswer {
  const segments = segmentsOf(query)
  const groups = groupsFor(query)
  const read = { rollups: 0, calls: 0 }
  const calls = callSource(database, query, groups, read)
  const family = familyFor(database, query)
  const rollups = family === undefined ? undefined : rollupSource(database, query, groups, read)
  const older = database.prepare('SELECT next, last FROM rollup_backfill').get()
  for (const [index, { from, to }] of segments.entries()) {
    if (family === undefined || rollups === undefined) {
      calls.take(index, from, to)
      continue
    }
    for (const piece of piecesOf(from, to, family.levels)) {
      if (piece.level === undefined) {
        calls.take(index, piece.from, piece.to)
        continue
      }
      rollups.take(index, piece.level, piece.from, piece.to)
      if (older !== undefined) {
        calls.take(index, piece.from, piece.to, { after: Number(older['next']), upTo: Number(older['last']) })
      }
    }
  }
  return answerOf(query, segments, groups, read)
}

interface Piece {
  /** Absent: of calls. */
  readonly level?: number
  readonly from: number
  readonly to: number
}

/** A range as few whole buckets and what is left of it at its ends. */
function piecesOf(from: number, to: number, levels: Family['levels']): readonly Piece[] {
  if (from >= to) return []
  const coarsest = levels.at(-1)
  if (coarsest === undefined) return [{ from, to }]
  const { level, bucketMs } = coarsest
  const finer = levels.slice(0, -1)
  const [first, end] = [Math.ceil(from / bucketMs) * bucketMs, Math.floor(to / bucketMs) * bucketMs]
  if (first >= end) return piecesOf(from, to, finer)
  return [...piecesOf(from, first, finer), { level, from: first, to: end }, ...piecesOf(end, to, finer)]
}

/** The sums that can tell: they have the dimensions, and no set of the range was made without one of them. */
function familyFor(database: DatabaseSync, query: AnalyticsQuery): Family | undefined {
  const asked = [...query.by, ...query.filters.flatMap(({ dimension }) => meantBy(dimension))]
  const family = families.find(({ dimensions }) => asked.every((name) => dimensions.some((known) => known === name)))
  if (family === undefined || !asked.some((name) => family.open.some((open) => open === name))) return family
  const { level, bucketMs } = family.levels.at(-1) ?? { level: 0, bucketMs: 1 }
  const workspaces = workspacesOf(query)
  const folded = database
    .prepare(
      `SELECT 1 FROM rollup_sets CROSS JOIN rollups ON level = ? AND rollups.workspace = rollup_sets.workspace
         AND bucket > ? AND bucket < ? AND set_id = rollup_sets.id
       WHERE folded = 1 AND family = ?
         ${workspaces === undefined ? '' : `AND rollup_sets.workspace IN (${marks(workspaces)})`} LIMIT 1`,
    )
    .get(level, query.from - bucketMs, query.to, families.indexOf(family), ...(workspaces ?? []))
  return folded === undefined ? family : undefined
}

/** A model is found by either of its names, as in a list of calls. */
function meantBy(dimension: Dimension): readonly Dimension[] {
  return dimension === 'model' ? ['model', 'requestedModel'] : [dimension]
}

function workspacesOf(query: AnalyticsQuery): readonly string[] | undefined {
  return query.filters.find(({ dimension }) => dimension === 'workspace')?.values
}

interface Read {
  rollups: number
  calls: number
}

function rollupSource(
  database: DatabaseSync,
  query: AnalyticsQuery,
  groups: Groups,
  read: Read,
): { take(segment: number, level: number, from: number, to: number): void } {
  // Each on its own: sums begin with the workspace, so that many of one do not make the others slow.
  const workspaces =
    workspacesOf(query) ??
    database
      .prepare('SELECT DISTINCT workspace FROM rollup_sets')
      .all()
      .map((row) => String(row['workspace']))
  const by = query.by.map((name) => columnOf[name as RolledDimension])
  const sums = [...new Set(query.measures.flatMap(sumsFor))]
  const times = timeNames.filter((name) => query.measures.some((measure) => timeOf(measure) === name))
  const where = conditions(query.filters, (name) => `rollup_sets.${columnOf[name as RolledDimension]}`)
  const rollupsOf = `FROM rollups CROSS JOIN rollup_sets ON rollup_sets.id = set_id
    WHERE level = ? AND rollups.workspace = ? AND bucket >= ? AND bucket < ? ${where.sql}`
  const groupColumns = by.map((column, place) => `rollup_sets.${column} AS group_${place}`)
  const groupBy = by.length === 0 ? '' : `GROUP BY ${by.map((_, place) => `group_${place}`).join(', ')}`
  // Distributions one behind the other are their sum, and the store hands over one text instead of thousands.
  const joined = times.map((name) => `group_concat(${histogramColumnOf(name)}, '')`)
  const summed = arraysOf(
    database,
    `SELECT ${[...groupColumns, 'count(*)', ...joined, ...sums.flatMap(partsOf)].join(', ')} ${rollupsOf} ${groupBy}`,
  )
  return {
    take(segment, level, from, to) {
      for (const workspace of workspaces) {
        for (const row of rowsOf(summed, [level, workspace, from, to, ...where.values])) {
          const counted = Number(row[by.length])
          if (counted === 0) continue
          read.rollups += counted
          if (read.rollups > MAX_ROLLUPS) throw tooMuch('More sums would be read for it than fit one answer.')
          const tally = groups.at(
            query.by.map((name, place) => shownValue(name, row[place])),
            segment,
          )
          const figures = row.slice(by.length + 1)
          for (const [index, name] of times.entries()) addEncoded(tally.histograms[name], String(figures[index] ?? ''))
          for (const [index, name] of sums.entries()) {
            const place = times.length + 2 * index
            const [high, low] = [Number(figures[place]), Number(figures[place + 1])]
            const sum = high < MAX_HIGH ? high * PART + low : BigInt(high) * BigInt(PART) + BigInt(low)
            const at = sumNames.indexOf(name)
            tally.sums[at] = plus(tally.sums[at] ?? 0, sum)
          }
        }
      }
    },
  }
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
    ? ['0', `coalesce(sum(${column}), 0)`]
    : [`coalesce(sum(${column} / ${PART}), 0)`, `coalesce(sum(${column} % ${PART}), 0)`]
}

function callSource(
  database: DatabaseSync,
  query: AnalyticsQuery,
  groups: Groups,
  read: Read,
): { take(segment: number, from: number, to: number, seqs?: { readonly after: number; readonly upTo: number }): void } {
  const walk = walkOf(query.filters)
  const where = conditions(query.filters, (name) => callColumnOf[name as RolledDimension])
  const hasLabels = query.by.some((name) => name.startsWith('metadata.'))
  const inRange = `${walk.terms} started_at >= ? AND started_at < ? AND seq > ? AND seq <= ?`
  const count = database.prepare(`SELECT count(*) AS calls FROM (SELECT 1 FROM ${walk.index} WHERE ${inRange} LIMIT ?)`)
  const columns = [
    figureColumns,
    callColumnOf.stream,
    callColumnOf.clientDialect,
    callColumnOf.providerDialect,
    callColumnOf.finishReason,
  ]
  const rows = database.prepare(
    `SELECT ${[...columns, ...(hasLabels ? ['meta'] : [])].join(', ')} FROM ${walk.calls}
     WHERE ${inRange} ${where.sql}`,
  )
  return {
    take(segment, from, to, seqs = { after: 0, upTo: Number.MAX_SAFE_INTEGER }) {
      const left = MAX_CALLS - read.calls
      const range = [...walk.values, from, to, seqs.after, seqs.upTo]
      read.calls += Number(count.get(...range, left + 1)?.['calls'])
      if (read.calls > MAX_CALLS) {
        throw tooMuch(`More than ${MAX_CALLS} calls would be read for it, as no sums are kept by what is asked for.`)
      }
      for (const row of rows.iterate(...range, ...where.values)) {
        const figures = figuresOfRow(row)
        const labels = hasLabels ? labelsOf(row['meta']) : {}
        const group = query.by.map((name) => dimensionOf(name, figures.dimensions, row, labels))
        addCall(groups.at(group, segment), figures)
      }
    },
  }
}

function dimensionOf(
  name: Dimension,
  dimensions: Readonly<Record<string, DimensionValue>>,
  row: Readonly<Record<string, SQLOutputValue>>,
  labels: Readonly<Record<string, unknown>>,
): DimensionValue {
  if (name.startsWith('metadata.')) {
    const label = Object.hasOwn(labels, labelOf(name)) ? labels[labelOf(name)] : undefined
    return typeof label === 'string' ? label : null
  }
  const known = dimensions[name]
  return known === undefined ? shownValue(name, row[callColumnOf[name as RolledDimension]]) : known
}

function labelsOf(meta: SQLOutputValue | undefined): Readonly<Record<string, unknown>> {
  const read = parseJson(String(meta))
  const labels = isJsonObject(read) ? read['metadata'] : undefined
  return isJsonObject(labels) ? labels : {}
}

function labelOf(dimension: Dimension): string {
  return dimension.slice('metadata.'.length)
}

/** The index along which calls are read: the choice does not hang on statistics. */
function walkOf(filters: readonly AnalyticsFilter[]): {
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
      calls: 'call_metadata CROSS JOIN calls USING (seq, started_at)',
      terms: 'name = ? AND value = ? AND',
      values: [labelOf(label.dimension), ...label.values],
    }
  }
  for (const name of ['key', 'user', 'workspace'] as const) {
    const filter = filters.find(({ dimension }) => dimension === name)
    if (filter === undefined) continue
    const calls = `calls INDEXED BY calls_by_${name}`
    return { index: calls, calls, terms: `${name} IN (${marks(filter.values)}) AND`, values: filter.values }
  }
  return { index: 'calls INDEXED BY calls_by_time', calls: 'calls INDEXED BY calls_by_time', terms: '', values: [] }
}

export function conditions(
  filters: readonly AnalyticsFilter[],
  columnFor: (dimension: Dimension) => string,
): { readonly sql: string; readonly values: readonly SQLInputValue[] } {
  const values: SQLInputValue[] = []
  const terms = filters.map(({ dimension, values: wanted }) => {
    if (dimension.startsWith('metadata.')) {
      values.push(labelOf(dimension), ...wanted)
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
    const kept: readonly SQLInputValue[] = isFlag ? wanted.map((value) => Number(value === 'true')) : wanted
    values.push(...names.flatMap(() => kept))
    return `(${names.map((name) => `${columnFor(name)} IN (${marks(wanted)})`).join(' OR ')})`
  })
  return { sql: terms.map((term) => `AND ${term}`).join(' '), values }
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}

function arraysOf(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}

function rowsOf(statement: StatementSync, values: readonly SQLInputValue[]): readonly (readonly SQLOutputValue[])[] {
  // Set to arrays, which its type does not say.
  return statement.all(...values) as unknown as readonly (readonly SQLOutputValue[])[]
}
