/** Answers the two questions: what was accessed, and what was decided. From the facts beside the calls. */
import type { AccessAnswer, AccessQuery, DecisionPage, DecisionQuery } from '../../../core/record/access.ts'
import type { RolledDimension } from '../../../core/record/analytics.ts'
import { tooMuch } from '../../../core/record/analytics-answer.ts'
import { type CallDecision, decisionsOf } from '../../../core/record/call-decisions.ts'
import type { CallFact } from '../../../core/record/call-facts.ts'
import { conditions, readAnalytics } from './call-analytics.ts'
import { cursorOf, placeOf, readCursor } from './call-cursor.ts'
import type { CallDatabase, Place } from './call-database.ts'
import { callColumnOf } from './call-figures.ts'
import { summaryOf } from './call-rows.ts'
import { walk } from './walk-places.ts'

const MAX_FACTS = 500_000
/** What one page of decisions looks at; the cursor goes on from there. */
const MAX_LOOKED_AT = 20_000
const MAX_GROUPS = 10_000

/** Throws `invalid_request`, `range_too_large`. */
export async function readAccess(database: CallDatabase, query: AccessQuery): Promise<AccessAnswer> {
  const groups = await readAnalytics(database, {
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
  const destinations = new Map<string, { account: string; provider: string; calls: number; earlierAttempts: number }>()
  const destination = (account: string, provider: string) => {
    const known = destinations.get(account) ?? { account, provider, calls: 0, earlierAttempts: 0 }
    destinations.set(account, known)
    return known
  }
  const models = new Map<string, { provider: string; model: string; calls: number; tokens: number; costUsd: number }>()
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
  for (const { name, detail, calls } of await factCounts(database, query, 'attempt')) {
    destination(name, detail.slice(detail.indexOf(' ') + 1)).earlierAttempts += calls
  }
  const tools = new Map<string, number>()
  for (const { name, calls } of await factCounts(database, query, 'tool')) tools.set(name, calls)
  return {
    from: groups.from,
    to: groups.to,
    models: [...models.values()].sort((a, b) => b.calls - a.calls),
    destinations: [...destinations.values()].sort((a, b) => b.calls - a.calls),
    tools: [...tools].map(([name, calls]) => ({ name, calls })).sort((a, b) => b.calls - a.calls),
    dataCategories: await dataCategories(database, query),
    notes: [
      'Categories of data are those that guardrails have found; what no guardrail looks for, or was not inspected, is not known.',
      'Tools are those that answers on record asked to call; where bodies are not recorded, they are not known.',
      ...((await isBehind(database))
        ? ['Tools and attempts of calls from before an update are still being added.']
        : []),
      ...(groups.groups > groups.data.length ? ['There are more models; only the most used are here.'] : []),
    ],
  }
}

async function dataCategories(database: CallDatabase, query: AccessQuery): Promise<AccessAnswer['dataCategories']> {
  const found = await factCounts(database, query, 'data')
  return found.map(({ name, detail, calls }) => {
    const slash = name.indexOf('/')
    return { detector: name.slice(0, slash), category: name.slice(slash + 1), point: detail, calls }
  })
}

async function isBehind({ all }: CallDatabase): Promise<boolean> {
  return (await all('SELECT 1 AS found FROM fact_backfill')).length > 0
}

async function factCounts(
  { all, sql }: CallDatabase,
  { filters, from, to }: AccessQuery,
  kind: CallFact['kind'],
): Promise<readonly { readonly name: string; readonly detail: string; readonly calls: number }[]> {
  const [counted] = await all(
    `SELECT count(*) AS n FROM
       (SELECT 1 FROM call_facts WHERE kind = ? AND started_at >= ? AND started_at < ? LIMIT ?) AS counted`,
    [kind, from, to, MAX_FACTS + 1],
  )
  if (Number(counted?.['n']) > MAX_FACTS)
    throw tooMuch(`More than ${MAX_FACTS} tool calls or attempts would be read for it.`)
  const where = conditions(sql, filters, (name) => callColumnOf(sql, name as RolledDimension))
  const rows = await all(
    `SELECT name, detail, count(*) AS calls FROM call_facts ${sql.joinInOrder} calls USING (seq, started_at)
     WHERE kind = ? AND started_at >= ? AND started_at < ? ${where.sql} GROUP BY name, detail ORDER BY calls DESC LIMIT ?`,
    [kind, from, to, ...where.values, MAX_GROUPS],
  )
  return rows.map((row) => ({
    name: String(row['name']),
    detail: String(row['detail']),
    calls: Number(row['calls']),
  }))
}

/** Newest first. Throws `invalid_request`. */
export async function readDecisions(database: CallDatabase, query: DecisionQuery): Promise<DecisionPage> {
  const { filters, from, to, kind, rule, limit } = query
  const isWanted = (decision: CallDecision): boolean =>
    (kind === undefined || decision.kind === kind) && (rule === undefined || decision.rule === rule)
  const { sql } = database
  const start = query.cursor === undefined ? { startedAt: to, seq: 0 } : readCursor(query.cursor)
  const where = conditions(sql, filters, (name) => callColumnOf(sql, name as RolledDimension))
  const found: CallDecision[] = []
  let last: Place | undefined
  const places = walk(MAX_LOOKED_AT, async (after = start, atMost) => {
    // A call with several decisions is looked at once.
    const rows = await database.all(
      `SELECT DISTINCT started_at, seq FROM call_facts WHERE kind = 'decision' ${kind === undefined ? '' : 'AND name = ?'}
         AND started_at >= ? AND (started_at, seq) < (?, ?) ORDER BY started_at DESC, seq DESC LIMIT ?`,
      [...(kind === undefined ? [] : [kind]), from, after.startedAt, after.seq, atMost],
    )
    return rows.map(placeOf)
  })
  for await (const some of places) {
    const at = sql.at(some)
    const rows = await database.all(`SELECT * FROM calls WHERE ${at.sql} ${where.sql}`, [...at.values, ...where.values])
    const calls = new Map(rows.map((row) => [Number(row['seq']), row]))
    for (const place of some) {
      if (found.length >= limit) return { data: found, nextCursor: cursorOf(last) }
      last = place
      const call = calls.get(place.seq)
      if (call === undefined) continue
      found.push(...decisionsOf(summaryOf(call)).filter(isWanted))
    }
  }
  return { data: found, nextCursor: places.isCutShort() ? cursorOf(last) : null }
}
