/** What budgets cost a call by themselves: the claims of its key, the estimate, the reservation and its settlement. `npm run bench:budgets`, `-- --write` keeps it. The bar is 15 µs. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openaiChat } from '../src/catalog/dialects/openai-chat.ts'
import type { ModelCall } from '../src/core/calls/call.ts'
import type { ResolvedModel } from '../src/core/calls/registry.ts'
import type { Demand } from '../src/core/spending/budget.ts'
import { withinBudgets } from '../src/gateway/within-budgets.ts'
import { createClaims } from '../src/registry/budget-claims.ts'
import { createBudgetLedger } from '../src/registry/budget-ledger.ts'
import { openBudgets } from '../src/server/budgets/open-budgets.ts'
import { keyBudgets } from '../src/server/config/budgets-section.ts'
import { startOwnRedis } from '../test/services/own-redis.ts'
import { writeSection } from './results-file.ts'

const ROUNDS = 7
const CALLS = 100_000
const FIRST_CALLS = 2000

const content = 'A question of about a thousand letters that somebody may really ask. '.repeat(14)
const json = { model: 'm', messages: [{ role: 'user', content }], max_tokens: 500 }
const bytes = Buffer.from(JSON.stringify(json))
const price = { input: 250, output: 2000 }
const resolved = {
  route: 'm',
  plan: { kind: 'target', target: { model: 'm', facts: { price } } },
} as unknown as ResolvedModel

const refused = (path: readonly PropertyKey[], message: string): never => {
  throw new Error(`${path.join('.')} ${message}`)
}
const sets = {
  'no budget': [],
  'three limits: requests, calls at once, requests a day': [
    { requests: 1e12, per: 'minute' },
    { concurrentCalls: 1e6 },
    { requests: 1e12, per: 'day' },
  ],
  'three limits: requests, tokens, USD': [
    { requests: 1e12, per: 'minute' },
    { tokens: 1e12, per: 'minute' },
    { costUsd: 1e6, per: 'month' },
  ],
} as const

const threeLimits = 'three limits: requests, tokens, USD'
const redis = await startOwnRedis()
const directory = await mkdtemp(join(tmpdir(), 'portcullis-bench-budgets-'))
const shared = await openBudgets({
  authority: { url: redis.url, prefix: 'bench:', whenAway: 'continue', leaseMs: 10_000 },
  dataDirectory: directory,
  isRecordShared: false,
  log: console.error,
})
const oneCall: Demand = {
  requests: 1,
  concurrentCalls: 1,
  inputTokens: 240,
  outputTokens: 20,
  tokens: 260,
  streamSeconds: 0,
  costUsd: 100_000,
}
const runs = [
  ...Object.entries(sets).map(([title, entries]) => ({ title, entries, ledger: createBudgetLedger(Date.now) })),
  { title: `${threeLimits}, counted in Redis`, entries: sets[threeLimits], ledger: shared.ledger },
]

const lines = [`| what a 1 KB chat call is under | µs of CPU a call, median of ${ROUNDS} rounds |`, '|---|---|']
for (const { title, entries, ledger } of runs) {
  const budgets = keyBudgets('bench', entries as never, refused)
  const stage = withinBudgets({
    claims: createClaims([], () => resolved),
    reserve: ledger.reserve,
    settle: ledger.settle,
    standing: ledger.standing,
    resolve: () => resolved,
    nearPriced: () => '',
  })
  const reply = Promise.resolve({} as never)
  const one = async (index: number): Promise<void> => {
    const id = `call-${index}`
    const call = {
      id,
      principal: { key: 'bench', workspace: 'default', models: ['*'], ...(budgets.length === 0 ? {} : { budgets }) },
      endpoint: { kind: 'dialect', dialect: openaiChat },
      model: 'm',
      wire: { bytes, json },
      request: () => openaiChat.decodeRequest(json, { model: 'm', stream: false }),
      reserved: { reservation: undefined },
      emit: () => undefined,
    } as unknown as ModelCall
    await stage(call, () => reply)
    if (call.reserved.reservation !== undefined) ledger.settle(call.reserved.reservation, oneCall)
  }
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage()
    for (let index = 0; index < CALLS; index++) await one(index)
    const { user, system } = process.cpuUsage(before)
    // The first round is compiled while it runs.
    if (round > 0) times.push((user + system) / CALLS)
  }
  times.sort((a, b) => a - b)
  lines.push(`| ${title} | ${(times[ROUNDS >> 1] ?? 0).toFixed(2)} |`)
}

const { portcullis_budget_authority_asks_total: asks = 0 } = shared.metrics()
const waits: number[] = []
for (let index = 0; index < FIRST_CALLS; index++) {
  // Of a key that nobody has used: nothing is leased yet.
  const claims = keyBudgets(`bench-${index}`, sets[threeLimits] as never, refused).map((budget) => ({
    budget,
    group: [],
  }))
  const from = performance.now()
  await shared.ledger.reserve({ reservation: undefined }, claims, oneCall)
  waits.push(performance.now() - from)
}
waits.sort((a, b) => a - b)
await shared.close()
await redis.close()
await rm(directory, { recursive: true })
const thousands = ((ROUNDS + 1) * CALLS) / 1000

const table = [
  ...lines,
  '',
  `With Redis as the authority, on the same machine: ${(asks / thousands).toFixed(1)} asks of it for a thousand calls, and ${(waits[FIRST_CALLS >> 1] ?? 0).toFixed(2)} ms (median) for a call that finds nothing leased.`,
].join('\n')
console.log(table)
if (process.argv.includes('--write'))
  await writeSection(
    '## Budgets',
    `## Budgets\n\nBy \`npm run bench:budgets\`, Node ${process.version}: claims, estimate, reservation and settlement, without the call itself.\n\n${table}\n`,
  )
