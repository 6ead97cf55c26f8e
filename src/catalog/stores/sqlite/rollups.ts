/**
 * Adds calls to the sums of `rollup-families.ts`, in the transaction that keeps the calls, and the calls of an older version a
 * few at a time.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CallFigures } from '../../../core/record/tally.ts'
import type { CallSql } from '../record/call-database.ts'
import { columnOf, figureColumns, figuresOfRow } from '../record/call-figures.ts'
import {
  type Cell,
  COMPACT_FROM,
  cellSums,
  cellTexts,
  compacted,
  createCells,
  likeness,
  maxSum,
  setTuple,
} from '../record/rollup-cells.ts'
import { DAY_MS, type Family, families, floor, histogramColumns, sumColumns } from '../record/rollup-families.ts'

export interface Rollups {
  /** Counts a call that is new. `seq` is where it stands among all. */
  add(call: CallFigures, seq: number): void
  /** Writes what was added, in the transaction that is open. */
  write(): void
  /** After a transaction that failed, or that took sets away: what is remembered of them may be wrong. */
  forget(): void
  /** Within a transaction: takes a bounded part of the calls that were there before. True when there are more. */
  backfill(): boolean
}

const BACKFILL_CALLS = 1000
const MAX_REMEMBERED_SETS = 20_000
const MAX_REMEMBERED_DAYS = 200

export function createRollups(database: DatabaseSync, sql: CallSql): Rollups {
  const statements = prepare(database, sql)
  const cells = createCells()
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
  const setFor = (place: number, family: Family, call: CallFigures): number => {
    const { levels, maxSets } = family
    const sets = setsOf(levels.at(-1)?.level ?? 0, String(call.dimensions.workspace), floor(call.startedAt, DAY_MS))
    const whole = setTuple(family, call, false)
    const id = idOf(whole.tuple)
    if (id !== undefined && sets.has(id)) return id
    const isFolded = sets.size >= maxSets
    const { tuple, values } = isFolded ? setTuple(family, call, true) : whole
    const made =
      idOf(tuple) ??
      remember(tuple, Number(statements.makeSet[place]?.run(tuple, place, Number(isFolded), ...values).lastInsertRowid))
    sets.add(made)
    return made
  }
  /** One for each family. Most calls are like one of a moment ago. */
  const setsFor = (call: CallFigures): readonly number[] => {
    const name = likeness(call)
    const known = recent.get(name)
    if (known !== undefined) return known
    if (recent.size >= MAX_REMEMBERED_SETS) recent.clear()
    const found = families.map((family, place) => setFor(place, family, call))
    recent.set(name, found)
    return found
  }
  const count = (call: CallFigures): void => cells.count(call, setsFor(call))
  const write = (): void => {
    for (const cell of cells.take()) writeCell(statements, cell)
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

function writeCell({ put, texts, compact }: Statements, cell: Cell): void {
  const place = [cell.level, cell.workspace, cell.bucket, cell.setId] as const
  if (Number(put.get(...place, ...cellSums(cell), ...cellTexts(cell))?.['longest']) < COMPACT_FROM) return
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
  readonly left: StatementSync
  readonly older: StatementSync
  readonly moveBackfill: StatementSync
  readonly endBackfill: StatementSync
}

function prepare(database: DatabaseSync, sql: CallSql): Statements {
  const columns = [...sumColumns, ...histogramColumns]
  const updates = [
    ...sumColumns.map((column) => `${column} = min(${column} + excluded.${column}, ${maxSum})`),
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
    left: database.prepare('SELECT next, last FROM rollup_backfill'),
    older: database.prepare(
      `SELECT seq, ${figureColumns(sql)} FROM calls WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    ),
    moveBackfill: database.prepare('UPDATE rollup_backfill SET next = ?'),
    endBackfill: database.prepare('DELETE FROM rollup_backfill'),
  }
}
