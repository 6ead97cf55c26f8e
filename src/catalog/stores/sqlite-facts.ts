/** Keeps what calls are found by beside their rows, in the transaction of the calls, and answers the two questions from it. */
import type { DatabaseSync } from 'node:sqlite'
import type { AccessAnswer, AccessQuery, DecisionPage, DecisionQuery } from '../../core/access.ts'
import type { RolledDimension } from '../../core/analytics.ts'
import { tooMuch } from '../../core/analytics-answer.ts'
import { type CallDecision, decisionsOf } from '../../core/call-decisions.ts'
import { type CallFact, factsOf } from '../../core/call-facts.ts'
import { isJsonObject, parseJson } from '../../core/json.ts'
import { answered, conditions, inOneMoment } from './sqlite-analytics.ts'
import { callColumnOf, text } from './sqlite-call-figures.ts'
import { summaryOf } from './sqlite-call-rows.ts'
import { cursorOf, type Place, readCursor } from './sqlite-cursor.ts'

export interface Facts {
  add(seq: number | bigint, startedAt: number, facts: readonly CallFact[]): void
  /** Within a transaction: of a call that is taken away. */
  remove(seq: number | bigint, startedAt: number): void
  /** Within a transaction: takes a bounded part of the calls that were there before. True when there are more. */
  backfill(): boolean
}

const BACKFILL_CALLS = 500
const MAX_FACTS = 500_000
/** What one page of decisions looks at; the cursor goes on from there. */
const MAX_LOOKED_AT = 20_000
const MAX_GROUPS = 10_000

export function createFacts(database: DatabaseSync): Facts {
  const put = database.prepare('INSERT OR REPLACE INTO call_facts VALUES (?, ?, ?, ?, ?)')
  const drop = database.prepare(
    `DELETE FROM call_facts WHERE kind IN ('tool', 'attempt', 'decision') AND started_at = ? AND seq = ?`,
  )
  const left = database.prepare('SELECT next, last FROM fact_backfill')
  const older = database.prepare(
    `SELECT seq, started_at, error_code, cache, meta, output FROM calls LEFT JOIN bodies USING (seq)
     WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
  )
  const move = database.prepare('UPDATE fact_backfill SET next = ?')
  const end = database.prepare('DELETE FROM fact_backfill')
  const add: Facts['add'] = (seq, startedAt, facts) => {
    for (const { kind, name, detail } of facts) put.run(kind, startedAt, seq, name, detail)
  }
  return {
    add,
    remove: (seq, startedAt) => void drop.run(startedAt, seq),
    backfill() {
      const behind = left.get()
      if (behind === undefined) return false
      const rows = older.all(Number(behind['next']), Number(behind['last']), BACKFILL_CALLS)
      for (const row of rows) {
        const read = parseJson(String(row['meta']))
        const meta = isJsonObject(read) ? read : {}
        const call = { ...meta, errorCode: text(row['error_code']), cache: text(row['cache']) }
        add(Number(row['seq']), Number(row['started_at']), factsOf(call, text(row['output'])))
      }
      if (rows.length < BACKFILL_CALLS) end.run()
      else move.run(Number(rows.at(-1)?.['seq']))
      return rows.length === BACKFILL_CALLS
    },
  }
}

/** Throws `invalid_request`, `range_too_large`. */
export function readAccess(database: DatabaseSync, query: AccessQuery): AccessAnswer {
  return inOneMoment(database, () => {
    const groups = answered(database, {
      ...query,
      measures: ['calls', 'cacheHits', 'tokens', 'costUsd'],
      by: ['provider', 'account', 'model'],
      timeZone: 'UTC',
      limit: MAX_GROUPS,
    })
    const used = groups.data.flatMap(({ group, values }) =>
      group['provider'] === null
        ? []
        : [{ of: group, calls: Number(values['calls']), hits: Number(values['cacheHits']), values }],
    )
    const destinations = new Map<
      string,
      { account: string; provider: string; calls: number; earlierAttempts: number }
    >()
    const destination = (account: string, provider: string) => {
      const known = destinations.get(account) ?? { account, provider, calls: 0, earlierAttempts: 0 }
      destinations.set(account, known)
      return known
    }
    const models = new Map<
      string,
      { provider: string; model: string; calls: number; tokens: number; costUsd: number }
    >()
    for (const { of, calls, hits, values } of used) {
      const [provider, account, model] = [of['provider'], of['account'], of['model']].map((name) => String(name ?? ''))
      const name = JSON.stringify([provider, model])
      const sum = models.get(name) ?? { provider: provider ?? '', model: model ?? '', calls: 0, tokens: 0, costUsd: 0 }
      sum.calls += calls
      sum.tokens += Number(values['tokens'])
      sum.costUsd += Number(values['costUsd'])
      models.set(name, sum)
      // What the cache answered was sent nowhere.
      if (calls > hits) destination(account ?? '', provider ?? '').calls += calls - hits
    }
    for (const { name, detail, calls } of factCounts(database, query, 'attempt')) {
      destination(name, detail.slice(detail.indexOf(' ') + 1)).earlierAttempts += calls
    }
    const tools = new Map<string, number>()
    for (const { name, calls } of factCounts(database, query, 'tool')) tools.set(name, calls)
    return {
      from: groups.from,
      to: groups.to,
      models: [...models.values()].sort((a, b) => b.calls - a.calls),
      destinations: [...destinations.values()].sort((a, b) => b.calls - a.calls),
      tools: [...tools].map(([name, calls]) => ({ name, calls })).sort((a, b) => b.calls - a.calls),
      dataCategories: null,
      notes: [
        'Categories of data are not known: calls are not inspected yet.',
        'Tools are those that answers on record asked to call; where bodies are not recorded, they are not known.',
        ...(isBehind(database) ? ['Tools and attempts of calls from before an update are still being added.'] : []),
        ...(groups.groups > groups.data.length ? ['There are more models; only the most used are here.'] : []),
      ],
    }
  })
}

function isBehind(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM fact_backfill').get() !== undefined
}

function factCounts(
  database: DatabaseSync,
  { filters, from, to }: AccessQuery,
  kind: CallFact['kind'],
): readonly { readonly name: string; readonly detail: string; readonly calls: number }[] {
  const counted = database
    .prepare(
      'SELECT count(*) AS n FROM (SELECT 1 FROM call_facts WHERE kind = ? AND started_at >= ? AND started_at < ? LIMIT ?)',
    )
    .get(kind, from, to, MAX_FACTS + 1)
  if (Number(counted?.['n']) > MAX_FACTS)
    throw tooMuch(`More than ${MAX_FACTS} tool calls or attempts would be read for it.`)
  const where = conditions(filters, (name) => callColumnOf[name as RolledDimension])
  return database
    .prepare(
      `SELECT name, detail, count(*) AS calls FROM call_facts CROSS JOIN calls USING (seq, started_at)
       WHERE kind = ? AND started_at >= ? AND started_at < ? ${where.sql} GROUP BY name, detail ORDER BY calls DESC LIMIT ?`,
    )
    .all(kind, from, to, ...where.values, MAX_GROUPS)
    .map((row) => ({ name: String(row['name']), detail: String(row['detail']), calls: Number(row['calls']) }))
}

/** Newest first. Throws `invalid_request`. */
export function readDecisions(database: DatabaseSync, query: DecisionQuery): DecisionPage {
  const { filters, from, to, kind, limit } = query
  const after = query.cursor === undefined ? { startedAt: to, seq: 0 } : readCursor(query.cursor)
  const where = conditions(filters, (name) => callColumnOf[name as RolledDimension])
  // A call with several decisions is looked at once.
  const rows = database
    .prepare(
      `SELECT DISTINCT started_at, seq FROM call_facts WHERE kind = 'decision' ${kind === undefined ? '' : 'AND name = ?'}
         AND started_at >= ? AND (started_at, seq) < (?, ?) ORDER BY started_at DESC, seq DESC LIMIT ?`,
    )
    .iterate(...(kind === undefined ? [] : [kind]), from, after.startedAt, after.seq, MAX_LOOKED_AT)
  const look = database.prepare(`SELECT * FROM calls WHERE seq = ? ${where.sql}`)
  const found: CallDecision[] = []
  let last: Place | undefined
  let looked = 0
  for (const row of rows) {
    if (found.length >= limit) return { data: found, nextCursor: cursorOf(last) }
    last = { startedAt: Number(row['started_at']), seq: Number(row['seq']) }
    looked++
    const call = look.get(last.seq, ...where.values)
    if (call === undefined) continue
    found.push(...decisionsOf(summaryOf(call)).filter((decision) => kind === undefined || decision.kind === kind))
  }
  return { data: found, nextCursor: looked === MAX_LOOKED_AT ? cursorOf(last) : null }
}
