/**
 * Sums of calls by quarter of an hour, hour and day (UTC) and by dimensions, written in the transaction that keeps the
 * calls. What reads them is `sqlite-analytics.ts`; why they are as they are, `docs/decisions/2026-11-25-rollups.md`.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type RolledDimension, rolledDimensions, sumNames, timeNames } from '../../core/analytics.ts'
import { addEncoded, encodeHistogram, encodeValue, type Histogram } from '../../core/histogram.ts'
import { addSums, type CallFigures, emptySums, type Sum, sumsOf } from '../../core/tally.ts'
import { columnOf, figureColumns, figuresOfRow, stored } from './sqlite-call-figures.ts'

const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/**
 * Sums by some of the dimensions. What a client makes up may not make sets of calls without end: of one workspace and day, sets
 * from the bound on are made without the dimensions that a client, or a provider, can choose the values of.
 */
export interface Family {
  readonly dimensions: readonly RolledDimension[]
  readonly maxSets: number
  readonly open: readonly RolledDimension[]
  /** From fine to coarse, each a multiple of the one before. `level` is what rows of it are found by. */
  readonly levels: readonly { readonly level: number; readonly bucketMs: number }[]
}

/** The first that has all that is asked for is read. */
export const families: readonly Family[] = [
  // A tenth of the rows of all dimensions together, for what is looked at most.
  {
    dimensions: ['workspace', 'provider', 'account', 'model'],
    maxSets: 1000,
    open: ['model'],
    levels: [
      { level: 5, bucketMs: QUARTER_MS },
      { level: 6, bucketMs: HOUR_MS },
      { level: 7, bucketMs: DAY_MS },
    ],
  },
  {
    dimensions: ['workspace', 'key'],
    maxSets: 5000,
    open: [],
    levels: [
      { level: 8, bucketMs: QUARTER_MS },
      { level: 9, bucketMs: HOUR_MS },
      { level: 10, bucketMs: DAY_MS },
    ],
  },
  {
    dimensions: [
      'workspace',
      'key',
      'agent',
      'provider',
      'account',
      'model',
      'requestedModel',
      'endpoint',
      'status',
      'errorCode',
      'route',
      'shadow',
    ],
    maxSets: 2000,
    open: ['agent', 'model', 'requestedModel', 'endpoint', 'errorCode', 'route'],
    // Quarters: that is how far time zones are from one another.
    levels: [
      { level: 0, bucketMs: QUARTER_MS },
      { level: 1, bucketMs: HOUR_MS },
      { level: 2, bucketMs: DAY_MS },
    ],
  },
  // End users are many, and each has few calls: by anything more, or in shorter buckets, each call would be a sum of its own.
  {
    dimensions: ['workspace', 'user'],
    maxSets: 5000,
    open: ['user'],
    levels: [{ level: 4, bucketMs: DAY_MS }],
  },
]

/** The column of each sum. */
export const sumColumns = sumNames.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
const histogramColumns = timeNames.map(
  (name) => `${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_histogram`,
)
export const histogramColumnOf = (name: (typeof timeNames)[number]): string =>
  histogramColumns[timeNames.indexOf(name)] ?? ''

const userLevels = families.filter(({ dimensions }) => dimensions.includes('user')).flatMap(({ levels }) => levels)

export interface Rollups {
  /** Counts a call that is new. `seq` is where it stands among all. */
  add(call: CallFigures, seq: number): void
  /** Writes what was added, in the transaction that is open. */
  write(): void
  /** After a transaction that failed: what was added in it was never kept. */
  forget(): void
  /**
   * Within a transaction: takes the name of an end user out of all sums, whose calls now have none. `isNamedStill`: some of them
   * keep it, and which is for the calls to tell.
   */
  eraseUser(workspace: string, user: string, isNamedStill: boolean): void
  /** Within a transaction: takes away sums by end user of before a time, as the calls are; those that name nobody stay. */
  expireUsers(workspace: string, before: number): void
  /** Within a transaction: takes a bounded part of the calls that were there before. True when there are more. */
  backfill(): boolean
}

const BACKFILL_CALLS = 1000
const MAX_REMEMBERED_SETS = 20_000
const MAX_REMEMBERED_DAYS = 200
/** A few dozen calls. */
const MANY_CHARACTERS = 200
/** Characters of what was written one behind the other, from which on it is worth adding up. */
const COMPACT_FROM = 1000
const MAX_INTEGER = 2n ** 63n - 1n

export function createRollups(database: DatabaseSync): Rollups {
  const statements = prepare(database)
  /** By level, bucket and set. */
  const cells = new Map<string, Cell>()
  const setIds = new Map<string, number>()
  const recent = new Map<string, readonly number[]>()
  /** Ids of the sets that have calls, by workspace and day. */
  const days = new Map<string, Set<number>>()

  const behindNow = (): { readonly next: number; readonly last: number } | undefined => {
    const left = statements.left.get()
    return left === undefined ? undefined : { next: Number(left['next']), last: Number(left['last']) }
  }
  const setsOf = (level: number, workspace: string, day: number): Set<number> => {
    const name = `${level} ${day} ${workspace}`
    const known = days.get(name)
    if (known !== undefined) return known
    if (days.size >= MAX_REMEMBERED_DAYS) days.clear()
    const ids = new Set(statements.setsOfDay.all(level, workspace, day).map((row) => Number(row['set_id'])))
    days.set(name, ids)
    return ids
  }
  const idOf = (tuple: string): number | undefined => {
    const known = setIds.get(tuple)
    if (known !== undefined) return known
    const found = statements.findSet.get(tuple)?.['id']
    return typeof found === 'number' ? remember(tuple, found) : undefined
  }
  const remember = (tuple: string, id: number): number => {
    if (setIds.size >= MAX_REMEMBERED_SETS) setIds.clear()
    setIds.set(tuple, id)
    return id
  }
  const setFor = (place: number, { dimensions, levels, maxSets, open }: Family, call: CallFigures): number => {
    const sets = setsOf(levels.at(-1)?.level ?? 0, String(call.dimensions.workspace), floor(call.startedAt, DAY_MS))
    const whole = JSON.stringify([place, ...dimensions.map((name) => call.dimensions[name])])
    const id = idOf(whole)
    if (id !== undefined && sets.has(id)) return id
    const isFolded = sets.size >= maxSets
    const values = dimensions.map((name) => (isFolded && open.includes(name) ? null : stored(call.dimensions[name])))
    const tuple = isFolded ? JSON.stringify([place, 'folded', ...values]) : whole
    const made =
      idOf(tuple) ??
      remember(tuple, Number(statements.makeSet[place]?.run(tuple, place, Number(isFolded), ...values).lastInsertRowid))
    sets.add(made)
    return made
  }
  /** One for each family. Most calls are like one of a moment ago. */
  const setsFor = (call: CallFigures): readonly number[] => {
    let name = String(floor(call.startedAt, DAY_MS))
    for (const dimension of rolledDimensions) {
      const value = call.dimensions[dimension]
      // A text may hold anything but its own length.
      name += typeof value === 'string' ? `|${value.length}|${value}` : `|${value}`
    }
    const known = recent.get(name)
    if (known !== undefined) return known
    if (recent.size >= MAX_REMEMBERED_SETS) recent.clear()
    const found = families.map((family, place) => setFor(place, family, call))
    recent.set(name, found)
    return found
  }
  const count = (call: CallFigures): void => {
    const workspace = String(call.dimensions.workspace)
    const sums = sumsOf(call)
    const texts = timeNames.map((name) => {
      const time = call[`${name}Us`]
      return time === null ? '' : encodeValue(time)
    })
    const setIds = setsFor(call)
    for (let place = 0; place < families.length; place++) {
      const { level, bucketMs } = families[place]?.levels[0] ?? { level: 0, bucketMs: DAY_MS }
      const cell = cellAt(cells, level, workspace, floor(call.startedAt, bucketMs), setIds[place] ?? 0)
      addSums(cell.sums, sums)
      addTexts(cell.texts, texts)
    }
  }
  const write = (): void => {
    for (const cell of [...cells.values()]) {
      const [, ...coarser] = families.find(({ levels }) => levels[0]?.level === cell.level)?.levels ?? []
      for (const { level, bucketMs } of coarser) {
        const whole = cellAt(cells, level, cell.workspace, floor(cell.bucket, bucketMs), cell.setId)
        addSums(whole.sums, cell.sums)
        addTexts(whole.texts, cell.texts)
      }
    }
    for (const cell of cells.values()) writeCell(statements, cell)
    cells.clear()
  }
  let behind = behindNow()
  const forget = (): void => {
    behind = behindNow()
    cells.clear()
    setIds.clear()
    recent.clear()
    days.clear()
  }
  return {
    add(call, seq) {
      // Where all older calls are gone, it has the place of one of them, and comes to its turn as that one.
      if (behind === undefined || seq <= behind.next || seq > behind.last) count(call)
    },
    write,
    forget,
    eraseUser(workspace, user, isNamedStill) {
      statements.eraseUser.run(Number(isNamedStill), workspace, user)
      forget()
    },
    expireUsers(workspace, before) {
      for (const { level, bucketMs } of userLevels) statements.expire.run(level, workspace, before - bucketMs)
      statements.expireSets.run(workspace)
      forget()
    },
    backfill() {
      if (behind === undefined) return false
      const rows = statements.older.all(behind.next, behind.last, BACKFILL_CALLS)
      for (const row of rows) count(figuresOfRow(row))
      write()
      if (rows.length < BACKFILL_CALLS) statements.endBackfill.run()
      else statements.moveBackfill.run(Number(rows.at(-1)?.['seq']))
      behind = behindNow()
      return rows.length === BACKFILL_CALLS
    },
  }
}

interface Cell {
  readonly level: number
  readonly workspace: string
  readonly bucket: number
  readonly setId: number
  /** In the order of `sumNames`. */
  readonly sums: Sum[]
  /** Encoded distributions, in the order of `timeNames`. */
  readonly texts: string[]
}

function cellAt(cells: Map<string, Cell>, level: number, workspace: string, bucket: number, setId: number): Cell {
  const name = `${level} ${bucket} ${setId}`
  const known = cells.get(name)
  if (known !== undefined) return known
  const cell = { level, workspace, bucket, setId, sums: emptySums(), texts: timeNames.map(() => '') }
  cells.set(name, cell)
  return cell
}

/** One behind the other are their sum (`core/histogram.ts`), which is shorter once there are many. */
function addTexts(to: string[], from: readonly string[]): void {
  for (let index = 0; index < from.length; index++) to[index] = (to[index] ?? '') + (from[index] ?? '')
}

function compacted(text: string): string {
  const histogram: Histogram = []
  addEncoded(histogram, text)
  return encodeHistogram(histogram)
}

function writeCell({ put, texts, compact }: Statements, cell: Cell): void {
  const place = [cell.level, cell.workspace, cell.bucket, cell.setId] as const
  const sums = cell.sums.map((sum) => (sum > MAX_INTEGER ? MAX_INTEGER : sum))
  const added = cell.texts.map((text) => (text.length < MANY_CHARACTERS ? text : compacted(text)))
  if (Number(put.get(...place, ...sums, ...added)?.['longest']) < COMPACT_FROM) return
  const row = texts.get(...place)
  compact.run(...histogramColumns.map((column) => compacted(String(row?.[column]))), ...place)
}

interface Statements {
  readonly findSet: StatementSync
  /** By place of the family. */
  readonly makeSet: readonly StatementSync[]
  readonly setsOfDay: StatementSync
  readonly texts: StatementSync
  readonly put: StatementSync
  readonly compact: StatementSync
  readonly eraseUser: StatementSync
  readonly expire: StatementSync
  readonly expireSets: StatementSync
  readonly left: StatementSync
  readonly older: StatementSync
  readonly moveBackfill: StatementSync
  readonly endBackfill: StatementSync
}

function prepare(database: DatabaseSync): Statements {
  const columns = [...sumColumns, ...histogramColumns]
  const updates = [
    // A sum that no integer holds stays at the largest: one provider that reports nonsense must not stop the record.
    ...sumColumns.map((column) => `${column} = min(${column} + excluded.${column}, ${MAX_INTEGER})`),
    ...histogramColumns.map((column) => `${column} = ${column} || excluded.${column}`),
  ]
  return {
    findSet: database.prepare('SELECT id FROM rollup_sets WHERE tuple = ?'),
    makeSet: families.map(({ dimensions }) =>
      database.prepare(
        `INSERT INTO rollup_sets (tuple, family, folded, ${dimensions.map((name) => columnOf[name]).join(', ')})
         VALUES (?, ?, ?, ${dimensions.map(() => '?').join(', ')})`,
      ),
    ),
    setsOfDay: database.prepare('SELECT set_id FROM rollups WHERE level = ? AND workspace = ? AND bucket = ?'),
    texts: database.prepare(
      `SELECT ${histogramColumns.join(', ')} FROM rollups WHERE level = ? AND workspace = ? AND bucket = ? AND set_id = ?`,
    ),
    put: database.prepare(
      `INSERT INTO rollups (level, workspace, bucket, set_id, ${columns.join(', ')})
       VALUES (?, ?, ?, ?, ${columns.map(() => '?').join(', ')}) ON CONFLICT DO UPDATE SET ${updates.join(', ')}
       RETURNING max(${histogramColumns.map((column) => `length(${column})`).join(', ')}) AS longest`,
    ),
    compact: database.prepare(
      `UPDATE rollups SET ${histogramColumns.map((column) => `${column} = ?`).join(', ')}
       WHERE level = ? AND workspace = ? AND bucket = ? AND set_id = ?`,
    ),
    // Sets without a user are one group wherever they are read, however many they are here.
    eraseUser: database.prepare(
      `UPDATE rollup_sets SET user = NULL, tuple = 'erased ' || id, folded = max(folded, ?) WHERE workspace = ? AND user = ?`,
    ),
    expire: database.prepare('DELETE FROM rollups WHERE level = ? AND workspace = ? AND bucket <= ?'),
    expireSets: database.prepare(
      `DELETE FROM rollup_sets WHERE workspace = ?1 AND user IS NOT NULL AND id NOT IN (
         SELECT set_id FROM rollups WHERE workspace = ?1 AND level IN (${userLevels.map(({ level }) => level).join(', ')}))`,
    ),
    left: database.prepare('SELECT next, last FROM rollup_backfill'),
    older: database.prepare(`SELECT seq, ${figureColumns} FROM calls WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`),
    moveBackfill: database.prepare('UPDATE rollup_backfill SET next = ?'),
    endBackfill: database.prepare('DELETE FROM rollup_backfill'),
  }
}

function floor(time: number, stepMs: number): number {
  return Math.floor(time / stepMs) * stepMs
}
