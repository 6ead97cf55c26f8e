/**
 * Adds calls to the sums of `rollup-families.ts`, in the transaction that keeps the calls. Several gateways may add to the same
 * sums: what was read of sets in another transaction is not trusted, and rows are locked in one order.
 */
import type { CallFigures } from '../../../core/record/tally.ts'
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
import { bigintArray, storedName, type Text, textArray } from './arrays.ts'
import { postgresCallSql } from './call-database.ts'
import type { PostgresSession } from './session.ts'

export interface PostgresRollups {
  add(calls: readonly CallFigures[]): Promise<void>
  /** Takes a bounded part of the calls that were there before. True when there are more. */
  backfill(): Promise<boolean>
  /** What is remembered of how many sets a day has may be of a transaction that failed. */
  forget(): void
}

const BACKFILL_CALLS = 1000
const MAX_REMEMBERED_DAYS = 200

export function createPostgresRollups(session: PostgresSession): PostgresRollups {
  /** Ids of the sets that have calls, by workspace and day; another gateway may have made more. */
  const days = new Map<string, Set<number>>()
  const setsOfDay = async (level: number, workspace: string, day: number): Promise<Set<number>> => {
    const name = `${level} ${day} ${workspace}`
    const known = days.get(name)
    if (known !== undefined) return known
    if (days.size >= MAX_REMEMBERED_DAYS) days.clear()
    const { rows } = await session.query(
      'SELECT set_id FROM rollups WHERE level = $1 AND workspace = $2 AND bucket = $3',
      [level, workspace, day],
    )
    const ids = new Set(rows.map((row) => Number(row['set_id'])))
    days.set(name, ids)
    return ids
  }

  async function add(calls: readonly CallFigures[]): Promise<void> {
    if (calls.length === 0) return
    const alike = Map.groupBy(calls, likeness)
    const wanted = [...alike.values()].flatMap(([call]) =>
      call === undefined ? [] : [families.map((family) => ({ family, call, ...setTuple(family, call, false) }))],
    )
    const ids = new Map<string, number>()
    await findSets(session, ids, new Set(wanted.flat().map(({ tuple }) => storedName(tuple))))
    /** In the order of `wanted`: the tuple of the set for each family. */
    const chosen: string[][] = []
    const toMake = new Map<string, NewSet>()
    /** By day, the tuples of sets that are to be made. */
    const made = new Map<Set<number>, Set<string>>()
    for (const sets of wanted) {
      const tuples: string[] = []
      for (const { family, call, tuple, values } of sets) {
        const day = floor(call.startedAt, DAY_MS)
        const known = await setsOfDay(family.levels.at(-1)?.level ?? 0, String(call.dimensions.workspace), day)
        const fresh = made.get(known) ?? new Set()
        made.set(known, fresh)
        const whole = storedName(tuple)
        const id = ids.get(whole)
        const isKnown = (id !== undefined && known.has(id)) || fresh.has(whole)
        const isFolded = !isKnown && known.size + fresh.size >= family.maxSets
        const set = isFolded ? setTuple(family, call, true) : { tuple, values }
        const name = storedName(set.tuple)
        if (!isKnown) fresh.add(name)
        toMake.set(name, { tuple: name, family, isFolded, values: set.values })
        tuples.push(name)
      }
      chosen.push(tuples)
    }
    const missing = [...toMake.values()].filter(({ tuple }) => !ids.has(tuple))
    await makeSets(session, ids, missing)
    for (const [known, fresh] of made) for (const tuple of fresh) known.add(ids.get(tuple) ?? 0)
    const cells = createCells()
    let place = 0
    for (const some of alike.values()) {
      const setIds = (chosen[place++] ?? []).map((tuple) => ids.get(tuple) ?? 0)
      for (const call of some) cells.count(call, setIds)
    }
    await writeCells(session, cells.take())
  }

  return {
    add,
    forget: () => days.clear(),
    async backfill() {
      const [left] = (await session.query('SELECT next, last FROM rollup_backfill FOR UPDATE')).rows
      if (left === undefined) return false
      const { rows } = await session.query(
        `SELECT seq, ${figureColumns(postgresCallSql)} FROM calls WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`,
        [left['next'], left['last'], BACKFILL_CALLS],
      )
      await add(rows.map(figuresOfRow))
      if (rows.length < BACKFILL_CALLS) await session.query('DELETE FROM rollup_backfill')
      else await session.query('UPDATE rollup_backfill SET next = $1', [rows.at(-1)?.['seq']])
      return rows.length === BACKFILL_CALLS
    },
  }
}

interface NewSet {
  readonly tuple: string
  readonly family: Family
  readonly isFolded: boolean
  readonly values: readonly (string | number | null)[]
}

async function findSets(
  { query }: PostgresSession,
  ids: Map<string, number>,
  tuples: ReadonlySet<string>,
): Promise<void> {
  const { rows } = await query('SELECT id, tuple FROM rollup_sets WHERE tuple = ANY ($1::text[])', [
    textArray([...tuples]),
  ])
  for (const row of rows) ids.set(String(row['tuple']), Number(row['id']))
}

/** In the order of their tuples: two gateways that make the same ones wait for each other in one direction. */
async function makeSets(session: PostgresSession, ids: Map<string, number>, missing: readonly NewSet[]): Promise<void> {
  if (missing.length === 0) return
  await findSets(session, ids, new Set(missing.map(({ tuple }) => tuple)))
  const sets = missing.filter(({ tuple }) => !ids.has(tuple)).sort((a, b) => (a.tuple < b.tuple ? -1 : 1))
  if (sets.length === 0) return
  const dimensions = Object.keys(columnOf) as (keyof typeof columnOf)[]
  const valueIn = ({ family, values }: NewSet, name: keyof typeof columnOf): string | number | null =>
    values[family.dimensions.indexOf(name)] ?? null
  const columns = dimensions.map((name) => {
    const of = sets.map((set) => valueIn(set, name))
    return name === 'status' || name === 'shadow'
      ? {
          name: columnOf[name],
          type: 'bigint',
          array: bigintArray(of.map((value) => (value === null ? null : Number(value)))),
        }
      : {
          name: columnOf[name],
          type: 'text',
          array: textArray(of.map((value) => (value === null ? null : String(value)))),
        }
  })
  await session.query(
    `INSERT INTO rollup_sets (tuple, family, folded, ${columns.map(({ name }) => name).join(', ')})
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], ${columns.map(({ type }, index) => `$${index + 4}::${type}[]`).join(', ')})
     ON CONFLICT (tuple) DO NOTHING`,
    [
      textArray(sets.map(({ tuple }) => tuple)),
      bigintArray(sets.map(({ family }) => families.indexOf(family))),
      bigintArray(sets.map(({ isFolded }) => Number(isFolded))),
      ...columns.map(({ array }) => array),
    ],
  )
  await findSets(session, ids, new Set(sets.map(({ tuple }) => tuple)))
}

async function writeCells({ query }: PostgresSession, given: readonly Cell[]): Promise<void> {
  const cells = [...given].sort(
    (a, b) => a.level - b.level || a.bucket - b.bucket || a.setId - b.setId || (a.workspace < b.workspace ? -1 : 1),
  )
  const sums = cells.map(cellSums)
  const texts = cells.map(cellTexts)
  const { rows } = await query(putCells, [
    ...placesOf(cells),
    ...sumColumns.map((_, index) => bigintArray(sums.map((of) => of[index] ?? 0))),
    ...histogramColumns.map((_, index) => textArray(texts.map((of) => of[index] ?? ''))),
  ])
  if (rows.length === 0) return
  const long = rows.map((row) => ({
    level: Number(row['level']),
    workspace: String(row['workspace']),
    bucket: Number(row['bucket']),
    setId: Number(row['set_id']),
    texts: histogramColumns.map((column): Text => compacted(String(row[column]))),
  }))
  await query(compactCells, [
    ...placesOf(long),
    ...histogramColumns.map((_, index) => textArray(long.map((of) => of.texts[index] ?? ''))),
  ])
}

function placesOf(cells: readonly Pick<Cell, 'level' | 'workspace' | 'bucket' | 'setId'>[]): readonly Buffer[] {
  return [
    bigintArray(cells.map(({ level }) => level)),
    textArray(cells.map(({ workspace }) => workspace)),
    bigintArray(cells.map(({ bucket }) => bucket)),
    bigintArray(cells.map(({ setId }) => setId)),
  ]
}

const cellColumns = ['level', 'workspace', 'bucket', 'set_id', ...sumColumns, ...histogramColumns]
const cellTypes = cellColumns.map((name) =>
  name === 'workspace' || histogramColumns.includes(name) ? 'text' : 'bigint',
)
const arrays = (types: readonly string[]): string => types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')

/** A sum that 64 bits do not hold would end the statement: it stays at the largest. */
const summed = (column: string): string =>
  `CASE WHEN excluded.${column} > ${maxSum} - greatest(rollups.${column}, 0) THEN ${maxSum}
     ELSE rollups.${column} + excluded.${column} END`

const putCells = `WITH put AS (
  INSERT INTO rollups (${cellColumns.join(', ')}) SELECT * FROM unnest(${arrays(cellTypes)})
  ON CONFLICT (level, workspace, bucket, set_id) DO UPDATE SET ${[
    ...sumColumns.map((column) => `${column} = ${summed(column)}`),
    ...histogramColumns.map((column) => `${column} = rollups.${column} || excluded.${column}`),
  ].join(', ')}
  RETURNING level, workspace, bucket, set_id, ${histogramColumns.join(', ')}
) SELECT * FROM put WHERE greatest(${histogramColumns.map((column) => `length(${column})`).join(', ')}) >= ${COMPACT_FROM}`

const compactCells = `UPDATE rollups SET ${histogramColumns.map((column) => `${column} = long.${column}`).join(', ')}
  FROM unnest(${arrays(['bigint', 'text', 'bigint', 'bigint', ...histogramColumns.map(() => 'text')])})
    AS long(level, workspace, bucket, set_id, ${histogramColumns.join(', ')})
  WHERE rollups.level = long.level AND rollups.workspace = long.workspace AND rollups.bucket = long.bucket
    AND rollups.set_id = long.set_id`
