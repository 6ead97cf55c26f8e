/** Spans that match, the ones that began last first. */
import type { SpanPage, SpanSearch } from '../../../core/record/span.ts'
import { cursorOf, placeOf, readCursor } from './call-cursor.ts'
import type { CallDatabase, Place, SqlValue } from './call-database.ts'
import { spanColumns, summaryOfSpan } from './span-rows.ts'
import { textPatterns } from './text-patterns.ts'
import { walk } from './walk-places.ts'

const DEFAULT_LIMIT = 50
/** What one page looks at; the cursor goes on from there. */
const MAX_SEARCHED_SPANS = 20_000

/** Throws `invalid_request`. */
export async function searchSpans(database: CallDatabase, query: SpanSearch): Promise<SpanPage> {
  const { limit = DEFAULT_LIMIT, workspace, trace, service, from, to, isError, name, q, mayReadContent } = query
  const { sql } = database
  const start = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const terms: string[] = []
  const values: SqlValue[] = []
  const add = (term: string, ...of: SqlValue[]): void => {
    terms.push(term)
    values.push(...of)
  }
  if (workspace !== undefined) add('workspace = ?', sql.name(workspace))
  if (trace !== undefined) add('trace_id = ?', trace)
  if (service !== undefined) add('service = ?', service)
  if (isError !== undefined) add('is_error = ?', isError ? 1 : 0)
  if (from !== undefined) add('started_at >= ?', from)
  if (to !== undefined) add('started_at < ?', to)
  const hits: string[] = []
  const hitValues: SqlValue[] = []
  const addHit = (columns: readonly string[], wanted: string): void => {
    const patterns = textPatterns(wanted)
    const one = columns.flatMap((column) => patterns.map(() => `${column} ${sql.like} ? ESCAPE '\\'`))
    hits.push(`(${one.join(' OR ')})`)
    for (const _ of columns) hitValues.push(...patterns)
  }
  if (name !== undefined) addHit(['name'], name)
  if (q !== undefined) addHit(['name', 'attributes', ...(mayReadContent === true ? ['content'] : [])], q)
  const places = walk(MAX_SEARCHED_SPANS, async (after = start, atMost) => {
    const all = after === undefined ? terms : [...terms, '(started_at, seq) < (?, ?)']
    const rows = await database.all(
      `SELECT seq, started_at, ${hits.length === 0 ? '1' : `CASE WHEN ${hits.join(' AND ')} THEN 1 ELSE 0 END`} AS hit FROM spans
       ${all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`} ORDER BY started_at DESC, seq DESC LIMIT ?`,
      [...hitValues, ...values, ...(after === undefined ? [] : [after.startedAt, after.seq]), atMost],
    )
    return rows.map((row) => ({ ...placeOf(row), isHit: Number(row['hit']) === 1 }))
  })
  const found: Place[] = []
  let last: Place | undefined
  for await (const some of places) {
    for (const place of some as readonly (Place & { readonly isHit: boolean })[]) {
      if (found.length === limit) return { data: await shown(database, found), nextCursor: cursorOf(last) }
      last = place
      if (place.isHit) found.push(place)
    }
  }
  return { data: await shown(database, found), nextCursor: places.isCutShort() ? cursorOf(last) : null }
}

async function shown({ all, sql }: CallDatabase, places: readonly Place[]): Promise<SpanPage['data']> {
  if (places.length === 0) return []
  const at = sql.isOneOf(
    [['seq', 'bigint']],
    places.map(({ seq }) => [seq]),
  )
  const rows = await all(
    `SELECT seq, ${spanColumns.filter((name) => name !== 'content').join(', ')}, CASE WHEN content IS NULL THEN 0 ELSE 1 END AS has_content
     FROM spans WHERE ${at.sql}`,
    at.values,
  )
  const bySeq = new Map(rows.map((row) => [Number(row['seq']), row]))
  return places.flatMap(({ seq }) => {
    const row = bySeq.get(seq)
    return row === undefined ? [] : [summaryOfSpan(row)]
  })
}
