/**
 * How long questions about all calls take: 10,000,000 calls of thirty days as sums, made by the code that makes them of the
 * calls of a gateway, and pages of a list of 1,000,000 calls; and how many calls a second go from the spool into the store.
 * `npm run bench:analytics`, `-- --engine PostgreSQL` with BENCH_DATABASE_URL for the other engine, `-- --write` keeps it. The bars
 * are 300 ms, 50 ms and 5,000 calls. `-- --data <directory>` keeps the files of SQLite and asks those that are there: they take long to
 * make.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { figuresOfRecord } from '../src/catalog/stores/record/call-figures.ts'
import { readAnalyticsQuery } from '../src/core/record/analytics-query.ts'
import { readCallQuery } from '../src/core/record/call-query.ts'
import type { CallRecord } from '../src/core/record/call-record.ts'
import type { CallFigures } from '../src/core/record/tally.ts'
import { Ingester } from '../src/observe/ingester.ts'
import { openSpoolWriter } from '../src/observe/spool-writer.ts'
import { type BenchStore, engines } from './call-engines.ts'
import { createRandom } from './random.ts'
import { writeSection } from './results-file.ts'

const dayMs = 86_400_000
const days = 30
const end = Date.UTC(2026, 10, 25)
const start = end - days * dayMs
const rolledCalls = Number(process.env['ROLLED_CALLS'] ?? 10_000_000)
const listedCalls = Number(process.env['LISTED_CALLS'] ?? 1_000_000)
const BATCH = 2000
const ROUNDS = 7
const spooledCalls = Number(process.env['SPOOLED_CALLS'] ?? 40_000)
const bars = { question: 300, page: 50, callsASecond: 5000 }
const { values: flags } = parseArgs({
  options: {
    engine: { type: 'string', default: 'SQLite' },
    write: { type: 'boolean', default: false },
    data: { type: 'string' },
  },
})
const openStore = engines[flags.engine]
if (openStore === undefined) throw new Error(`Write --engine ${Object.keys(engines).join(' or --engine ')}.`)

const random = createRandom('analytics')
const pick = <Item>(items: readonly Item[]): Item => {
  // Some much more often than others, as people's keys and models are.
  const index = Math.floor(random.next() ** 2 * items.length)
  return items[index] ?? (items[0] as Item)
}
const names = (stem: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${stem}-${index + 1}`)
const keys = names('key', 12)
const models = names('model', 8)
const users = names('user', 3000)
const base = { endpoint: '/v1/chat/completions', decisions: [], droppedParameters: [] }

/** Three workspaces; the calls of the third name an end user each. */
function callAt(startedAt: number, id: string): CallRecord {
  const workspace = pick(['default', 'search', 'shop'])
  const model = pick(models)
  const provider = `provider-${model.charCodeAt(6) % 4}`
  const chance = random.next()
  const status = chance < 0.97 ? 200 : chance < 0.985 ? 429 : 502
  const inputTokens = Math.floor(random.next() * 4000)
  const durationMs = 200 * Math.exp(3 * random.next())
  const attempt = { account: provider, provider, model, durationMs }
  return {
    ...base,
    id,
    startedAt,
    workspace,
    key: `${workspace}-${pick(keys)}`,
    ...(workspace === 'shop' ? { user: pick(users) } : {}),
    provider,
    account: provider,
    model,
    requestedModel: model,
    stream: random.next() < 0.6,
    status,
    ...(status === 200 ? {} : { errorCode: status === 429 ? 'rate_limited' : 'provider_error' }),
    usage: { inputTokens, outputTokens: Math.floor(random.next() * 800), cachedInputTokens: inputTokens >> 1 },
    costNanoUsd: inputTokens * 1250,
    durationMs,
    overheadMs: random.next(),
    timeToFirstTokenMs: durationMs / 4,
    attempts: status === 502 ? [attempt, attempt] : [attempt],
    cache: random.next() < 0.1 ? 'hit' : 'miss',
  }
}

async function makeSums(store: BenchStore, isMade: boolean): Promise<string> {
  await (await store.openWriter()).close()
  function* batches(): Iterable<readonly CallFigures[]> {
    for (let made = 0; made < rolledCalls; made += BATCH)
      yield Array.from({ length: Math.min(BATCH, rolledCalls - made) }, (_, index) =>
        figuresOfRecord(callAt(start + Math.floor(((made + index) * (end - start)) / rolledCalls), '')),
      )
  }
  const before = performance.now()
  if (!isMade) await store.addSums(batches())
  const seconds = (performance.now() - before) / 1000
  await store.settle()
  const { rows, sets, megabytes } = await store.sizes()
  const how = isMade ? 'made before' : `made in ${seconds.toFixed(0)} s`
  return `${rolledCalls.toLocaleString('en-US')} calls are ${rows.toLocaleString('en-US')} sums of ${sets.toLocaleString('en-US')} sets, ${megabytes.toFixed(0)} MB; ${how}.`
}

async function makeCalls(store: BenchStore, isMade: boolean): Promise<string> {
  const count = `${listedCalls.toLocaleString('en-US')} calls`
  if (isMade) return `${count}, stored before.`
  const writer = await store.openWriter()
  const before = performance.now()
  for (let made = 0; made < listedCalls; ) {
    await writer.store(({ keep }) => {
      for (let index = 0; index < 500 && made < listedCalls; index++, made++) {
        const startedAt = start + Math.floor((made * (end - start)) / listedCalls)
        const record = callAt(startedAt, `call-${made}`)
        keep({
          record,
          input: '{"messages":[]}',
          output: '{"choices":[]}',
          inputTruncated: false,
          outputTruncated: false,
        })
      }
      return new Map()
    })
  }
  await writer.close()
  const seconds = (performance.now() - before) / 1000
  await store.settle()
  return `${count}, stored with their sums in ${seconds.toFixed(0)} s (${Math.round(listedCalls / seconds).toLocaleString('en-US')} a second).`
}

/** Calls of now with two kilobytes on either side: written to a spool first, then taken in by the code of a gateway, in one thread. */
async function takeIn(store: BenchStore, root: string): Promise<string> {
  const spool = openSpoolWriter({ directory: join(root, 'spool'), writerId: 'bench' })
  const said = Array.from({ length: 300 }, () => pick(models)).join(' ')
  const text = (start: string): string => `${start}${said}`.slice(0, 1950)
  const request = Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: text('ask ') }] }))
  const reply = Buffer.from(JSON.stringify({ choices: [{ message: { role: 'assistant', content: text('say ') } }] }))
  const now = Date.now()
  for (let made = 0; made < spooledCalls; made++) {
    const record = callAt(now + Math.floor(made / 10), `call-${made}`)
    spool.emit({ type: 'call-end', record, bodies: { request, reply, requestTruncated: false, replyTruncated: false } })
    if (made % 500 === 0) await spool.flush()
  }
  await spool.close()
  const ingester = new Ingester({ directory: join(root, 'spool'), openStore: store.openWriter, dialects: {} })
  const before = performance.now()
  while (await ingester.pass());
  const seconds = (performance.now() - before) / 1000
  const { storedCalls } = ingester.counts()
  await ingester.close()
  if (storedCalls !== spooledCalls) throw new Error(`${storedCalls} of ${spooledCalls} calls were taken in`)
  const rate = storedCalls / seconds
  const isMet = rate >= bars.callsASecond ? 'met' : '**not met**'
  return `From the spool, with 2 KB of request and of reply: ${Math.round(rate).toLocaleString('en-US')} calls a second, sums and positions with them; bar ${bars.callsASecond.toLocaleString('en-US')}, ${isMet}.`
}

const all = { from: String(start), to: String(end) }
const berlin = { ...all, interval: 'day', timeZone: 'Europe/Berlin' }
const week = { from: String(end - 7 * dayMs), to: String(end), interval: 'hour' }
const questions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'totals of 30 days': { ...all, measures: 'calls,errorRate,tokens,costUsd,cacheHitRate' },
  'totals of 30 days, with three percentiles': { ...all, measures: 'durationP50Ms,durationP90Ms,durationP99Ms' },
  'cost by model, 30 days': { ...all, measures: 'costUsd,calls,tokens', by: 'model' },
  'cost by key and model, 30 days': { ...all, measures: 'costUsd,calls,tokens', by: 'key,model' },
  'calls, cost and p99 by day, 30 days, UTC': {
    ...all,
    measures: 'calls,costUsd,durationP99Ms',
    interval: 'day',
  },
  'the same in Europe/Berlin': {
    ...all,
    measures: 'calls,costUsd,durationP99Ms',
    interval: 'day',
    timeZone: 'Europe/Berlin',
  },
  'the same in Asia/Kolkata': {
    ...all,
    measures: 'calls,costUsd,durationP99Ms',
    interval: 'day',
    timeZone: 'Asia/Kolkata',
  },
  'cost by day and provider, one workspace, Europe/Berlin': {
    ...all,
    measures: 'costUsd',
    by: 'provider',
    workspace: 'search',
    interval: 'day',
    timeZone: 'Europe/Berlin',
  },
  'cost and calls by day and key, Europe/Berlin': {
    ...all,
    measures: 'costUsd,calls',
    by: 'key',
    interval: 'day',
    timeZone: 'Europe/Berlin',
  },
  'p99 by day and status, Europe/Berlin': { ...berlin, measures: 'durationP99Ms', by: 'status' },
  'the same in Asia/Tokyo (half of the hours)': {
    ...berlin,
    timeZone: 'Asia/Tokyo',
    measures: 'durationP99Ms',
    by: 'status',
  },
  'p99 by day and workspace, Europe/Berlin': { ...berlin, measures: 'durationP99Ms', by: 'workspace' },
  'p99 by day and provider, Europe/Berlin': { ...berlin, measures: 'durationP99Ms', by: 'provider' },
  'p99 by day and key, Europe/Berlin': { ...berlin, measures: 'durationP99Ms', by: 'key' },
  'four percentiles by day and model, Europe/Berlin': {
    ...berlin,
    measures: 'durationP50Ms,durationP99Ms,timeToFirstTokenP99Ms,overheadP99Ms',
    by: 'model',
  },
  'calls and p99 by model and status, 30 days': { ...all, measures: 'calls,durationP99Ms', by: 'model,status' },
  'cost, calls and p99 by key and model, 30 days': { ...all, measures: 'costUsd,calls,durationP99Ms', by: 'key,model' },
  'calls and p99 by day, model and status, Europe/Berlin': {
    ...berlin,
    measures: 'calls,durationP99Ms',
    by: 'model,status',
  },
  'cost and calls by day, key and model, Europe/Berlin': { ...berlin, measures: 'costUsd,calls', by: 'key,model' },
  'cost, calls and p99 by day, key and model, Europe/Berlin': {
    ...berlin,
    measures: 'costUsd,calls,durationP99Ms',
    by: 'key,model',
  },
  'the 100 dearest of 3,000 end users, one workspace': { ...all, measures: 'costUsd', by: 'user', workspace: 'shop' },
  'calls and errors by hour, 7 days': {
    from: String(end - 7 * dayMs),
    to: String(end),
    measures: 'calls,errors',
    interval: 'hour',
  },
  'calls and p99 by hour and status, 7 days': { ...week, measures: 'calls,durationP99Ms', by: 'status' },
  'calls and p99 by hour and model, 7 days': { ...week, measures: 'calls,durationP99Ms', by: 'model' },
  'calls and p99 by hour and status, 30 days': {
    ...all,
    measures: 'calls,durationP99Ms',
    by: 'status',
    interval: 'hour',
  },
  'errors by hour and code, 30 days': { ...all, measures: 'errors', by: 'errorCode', interval: 'hour' },
  'p50 and p99 by hour, 24 hours, by provider': {
    from: String(end - dayMs),
    to: String(end),
    measures: 'durationP50Ms,durationP99Ms',
    by: 'provider',
    interval: 'hour',
  },
}

const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the newest 50': {},
  'of one workspace and key, last 7 days': { workspace: 'search', key: 'search-key-3', from: String(end - 7 * dayMs) },
  'of one model, failed': { model: 'model-4', status: 'error' },
  'of one provider, 200': { provider: 'provider-1', limit: '200' },
  'of one end user': { user: 'user-17' },
  'failed with 502, old': { status: '502', to: String(start + 5 * dayMs) },
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = performance.now()
    await work()
    times.push(performance.now() - before)
  }
  // The first opens the file and is compiled while it runs.
  return times.slice(1).sort((a, b) => a - b)[ROUNDS >> 1] ?? 0
}

const row = (title: string, ms: number, bar: number, read = ''): string =>
  `| ${title} | ${ms.toFixed(1)} | ${read} | ${ms <= bar ? 'met' : '**not met**'} |`

const stores: BenchStore[] = []
const directory = mkdtempSync(join(tmpdir(), 'portcullis-bench-'))
const kept = flags.data ?? directory
mkdirSync(kept, { recursive: true })
const isMade = (name: string): boolean => existsSync(join(kept, `${name}.db`))
try {
  const lines: string[] = []
  const hasSums = isMade('sums')
  const summed = await openStore(kept, 'sums')
  stores.push(summed)
  lines.push(
    await makeSums(summed, hasSums),
    '',
    `| question, bar ${bars.question} ms | ms | sums read | |`,
    '|---|---|---|---|',
  )
  console.log(lines[0])
  const sums = await summed.openReader()
  for (const [title, parameters] of Object.entries(questions)) {
    const query = readAnalyticsQuery(
      Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
      end,
    )
    const { read } = await sums.analytics(query)
    if (read.rollups === 0 || read.calls > 0) throw new Error(`"${title}" is not told from sums`)
    lines.push(
      row(title, await median(() => sums.analytics(query)), bars.question, read.rollups.toLocaleString('en-US')),
    )
    console.log(lines.at(-1))
  }
  await sums.close()
  const hasCalls = isMade('calls')
  const listed = await openStore(kept, 'calls')
  stores.push(listed)
  const made = await makeCalls(listed, hasCalls)
  console.log(made)
  lines.push('', made, '', `| page of a list, bar ${bars.page} ms | ms | | |`, '|---|---|---|---|')
  const calls = await listed.openReader()
  for (const [title, parameters] of Object.entries(pages)) {
    const query = readCallQuery(parameters)
    lines.push(row(title, await median(() => calls.listCalls(query)), bars.page))
    console.log(lines.at(-1))
  }
  await calls.close()
  const taking = await openStore(directory, 'taken')
  stores.push(taking)
  lines.push('', await takeIn(taking, directory))
  console.log(lines.at(-1))
  if (flags.write) {
    const machine = `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}`
    const head = `Made by \`npm run bench:analytics${flags.engine === 'SQLite' ? '' : ` -- --engine ${flags.engine}`}\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.`
    const how = `${flags.engine}${flags.engine === 'SQLite' ? '' : ' on the same cores'}, asked by one thread, medians of ${ROUNDS}, warm. The machine is shared; its load was ${loadavg()[0]?.toFixed(1)}.`
    const title = flags.engine === 'SQLite' ? '## Analytics' : '## Analytics in PostgreSQL'
    await writeSection(title, `${title}\n\n${head}\n${how}\n\n${lines.join('\n')}\n`)
  }
} finally {
  for (const store of stores) await store.remove()
  rmSync(directory, { recursive: true })
}
