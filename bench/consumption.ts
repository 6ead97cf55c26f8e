/** What the rules of consumption cost a call by themselves: its turn read, judged, and its end told. `npm run bench:consumption`, `-- --write` keeps it. */
import { randomBytes, randomUUID } from 'node:crypto'
import { openaiChat } from '../src/catalog/dialects/openai-chat.ts'
import { openRedisSums } from '../src/catalog/stores/redis/sums-store.ts'
import type { ModelCall, ModelReply } from '../src/core/calls/call.ts'
import type { ResolvedModel } from '../src/core/calls/registry.ts'
import type { ConsumptionSettings } from '../src/core/spending/consumption.ts'
import type { SumsStore } from '../src/core/spending/consumption-sums.ts'
import { watchConsumption } from '../src/gateway/consumption/watch-consumption.ts'
import { distinctPart } from '../src/policy/consumption/distinct-part.ts'
import { turnSketch } from '../src/policy/consumption/turn-sketch.ts'
import { heldFault } from '../src/registry/held-keys.ts'
import { createScopes } from '../src/registry/hold-scope.ts'
import { consumptionSettings } from '../src/server/config/consumption-section.ts'
import { createConsumptionAuthority } from '../src/server/consumption/consumption-authority.ts'
import { startOwnRedis } from '../test/services/own-redis.ts'
import { median } from './measure.ts'
import { createRandom } from './random.ts'
import { writeSection } from './results-file.ts'

const ROUNDS = 7
/** At 20 calls a minute: two days, after which the keys are known. */
const CALLS = 60_000
const EVERY_MS = 3000
const KEYS = 8
/** So many that none comes again while a loop would be looked for. */
const BODIES = 1024

const random = createRandom('words of a call')
const words =
  'report team north revenue grew quarter talk about next release customers met tuesday because mostly'.split(' ')
const text = (letters: number): string => {
  let said = ''
  while (said.length < letters) said += `${words[Math.floor(random.next() * words.length)]} `
  return said
}
const lone = (letters: number) => () => ({
  model: 'm',
  messages: [{ role: 'user', content: text(letters) }],
  max_tokens: 500,
})
const conversation = () => ({
  model: 'm',
  messages: Array.from({ length: 19 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: text(1000),
  })),
  max_tokens: 500,
})
const price = { input: 250, output: 2000 }
const resolved = {
  route: 'm',
  plan: { kind: 'target', target: { model: 'm', facts: { price } } },
} as unknown as ResolvedModel
const { networkOf } = createScopes({ trustedProxies: ['127.0.0.1'], dataRegionsOf: () => undefined })
const reply = Promise.resolve({} as ModelReply)

interface Run {
  readonly title: string
  readonly body: () => object
  readonly isWatched: boolean
  readonly agent?: string
  readonly sums?: () => SumsStore
}

const redis = await startOwnRedis()
const sumsOf = (): SumsStore =>
  openRedisSums({
    url: redis.url,
    prefix: 'bench:',
    life: randomBytes(6).toString('hex'),
    patienceMs: 250,
    tell: (sentence) => sentence !== undefined && console.error(sentence),
  })
const runs: readonly Run[] = [
  { title: 'one question of 1 KB, nothing watched', body: lone(1000), isWatched: false },
  { title: 'the same, watched', body: lone(1000), isWatched: true },
  { title: 'the same, of an agent', body: lone(1000), isWatched: true, agent: 'reporter' },
  { title: 'the same, with two gateways on one Redis', body: lone(1000), isWatched: true, sums: sumsOf },
  { title: 'a conversation of 19 messages, 20 KB, nothing watched', body: conversation, isWatched: false },
  { title: 'the same, watched', body: conversation, isWatched: true },
]

async function measured({ body, isWatched, agent, sums }: Run): Promise<number> {
  let now = Date.UTC(2026, 0, 1)
  const store = sums?.()
  const other = sums?.()
  // It is heard of, and sees nothing.
  const beat = setInterval(() => void other?.exchange([]).catch(() => undefined), 500)
  const authority = createConsumptionAuthority({
    now: () => now,
    newId: randomUUID,
    raised: ({ reason }) => {
      throw new Error(`An ordinary call was found: ${reason}`)
    },
    ...(store === undefined ? {} : { sums: store }),
  })
  const settings = consumptionSettings({ state: 'enforce' }) as ConsumptionSettings
  const watch = watchConsumption({
    settings,
    judge: authority.judge,
    ended: authority.ended,
    checkHeld: authority.held.check,
    resolve: () => resolved,
    sketch: turnSketch,
    distinct: distinctPart,
    networkOf,
    hash: (label) => label,
    refusal: heldFault,
  })
  const bodies = Array.from({ length: BODIES }, () => {
    const json = body()
    return { json, bytes: Buffer.from(JSON.stringify(json)) }
  })
  const next = (): Promise<ModelReply> => reply

  async function one(index: number): Promise<void> {
    const key = `key-${index % KEYS}`
    const { json, bytes } = bodies[index % BODIES] as (typeof bodies)[number]
    let counted = 0
    const call = {
      id: `call-${index}`,
      principal: { key, workspace: 'default', models: ['*'] },
      endpoint: { kind: 'dialect', dialect: openaiChat },
      model: 'm',
      wire: { bytes, json },
      request: () => openaiChat.decodeRequest(json as never, { model: 'm', stream: false }),
      reserved: { reservation: undefined },
      asker: { remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': `203.0.113.${index % KEYS}` } },
      ...(agent === undefined ? {} : { labels: { metadata: { agent } } }),
      emit(fact: Parameters<ModelCall['emit']>[0]) {
        if (fact.type === 'consumption-judged') counted = fact.verdict.countedNanoUsd
      },
    } as unknown as ModelCall
    await (isWatched ? watch(call, next) : next())
    if (isWatched)
      authority.ended(
        { id: call.id, key, workspace: 'default', countedNanoUsd: counted, costNanoUsd: 300_000, tokens: 400 },
        settings,
      )
  }

  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage()
    for (let index = 0; index < CALLS; index++) {
      now += EVERY_MS / KEYS
      await one(index)
      // As in a gateway, where the loop goes round between calls.
      if (index % 32 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const { user, system } = process.cpuUsage(before)
    // In the first round it is compiled, and the keys are learned.
    if (round > 0) times.push((user + system) / CALLS)
  }
  clearInterval(beat)
  await authority.close()
  await other?.close()
  return median(times)
}

const lines = [`| call | µs of CPU, median of ${ROUNDS} rounds | more than unwatched |`, '|---|---|---|']
let unwatched = 0
for (const run of runs) {
  const us = await measured(run)
  if (!run.isWatched) unwatched = us
  lines.push(`| ${run.title} | ${us.toFixed(2)} | ${run.isWatched ? (us - unwatched).toFixed(2) : ''} |`)
}
await redis.close()
const table = lines.join('\n')
console.log(table)
if (process.argv.includes('--write'))
  await writeSection(
    '## Consumption',
    `## Consumption\n\nBy \`npm run bench:consumption\`, Node ${process.version}: what \`consumption\` adds to a call, of keys that are known, with all rules enforced at their defaults. Reading the body into the neutral form is among it, which guardrails and routes that read it need anyway. On a machine with other work.\n\n${table}\n`,
  )
