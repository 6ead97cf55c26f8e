/**
 * What guardrails cost a call: `npm run bench:guardrails [-- --preset strict]`, `-- --write` keeps it. No network: the guard is called as the
 * pipeline calls it, with texts that are others each time, or it would know them. Times are of one thread, the collector's pauses among them.
 */
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { openaiChat } from '../src/catalog/dialects/openai-chat.ts'
import type { FrameSink, ModelCall, ModelReply, StreamBody } from '../src/core/calls/call.ts'
import type { JsonObject } from '../src/core/wire/json.ts'
import { createApprovals } from '../src/gateway/inspection/approvals.ts'
import { guardCalls } from '../src/gateway/inspection/guard.ts'
import { createInspector } from '../src/gateway/inspection/inspector.ts'
import { EventFrame, frameDecoder } from '../src/gateway/provider-call/event-frame.ts'
import { guardrailPolicy } from '../src/policy/guardrails/judge.ts'
import { guardrailConfig } from '../src/server/config/compile-guardrails.ts'
import { presets } from '../src/server/config/guardrails-section.ts'
import { proseFrom } from './prose.ts'
import { writeSection } from './results-file.ts'

const { values } = parseArgs({
  options: { preset: { type: 'string', default: 'strict' }, write: { type: 'boolean', default: false } },
})
const preset = presets.find((known) => known === values.preset)
if (preset === undefined) throw new Error(`--preset is one of ${presets.join(', ')}.`)

const guardrails = guardrailConfig({ entries: [], inspection: { preset } }, {}, () => undefined)
const guard = guardCalls({
  ...guardrails,
  inspector: createInspector({ guardrails, policy: guardrailPolicy, clock: () => performance.now() }),
  policy: guardrailPolicy,
  policyVersion: guardrails.version,
  atOnce: () => guardrails.all,
  approvals: createApprovals([], new Uint8Array(32)),
  reachesOf: undefined,
  routeOf: () => undefined,
  readDocument: () => Promise.reject(new Error('No call of this has a document.')),
  readTokens: () => Promise.reject(new Error('No call of this has numbers of tokens.')),
  now: Date.now,
})

type Writing = (number: number, bytes: number) => string

const prose: Writing = (number, bytes) => `Letter ${number}. ${proseFrom(number, bytes)}`.slice(0, bytes)

const words = proseFrom(0, 2048).split(' ')
const source = await readFile(import.meta.filename, 'utf8')
/** Pieces of this file. */
const code: Writing = (number, bytes) => {
  const start = (number * 997) % (source.length - bytes)
  return `// Piece ${number}\n${source.slice(start, start + bytes)}`
}

/** Only what the guard reads of a call. Of several parts each is looked at, and what the end of one cuts. */
function callOf(number: number, bytes: number, parts = 1, writing = prose): ModelCall {
  const said = writing(number, bytes)
  const size = Math.ceil(said.length / parts)
  const cut = Array.from({ length: parts }, (_, index) => said.slice(index * size, (index + 1) * size))
  const content = parts === 1 ? said : cut.map((text) => ({ type: 'text', text }))
  const json: JsonObject = { model: 'm', messages: [{ role: 'user', content }] }
  const call: Partial<ModelCall> = {
    id: `call-${number}`,
    principal: { key: 'k', workspace: 'w', models: ['*'] },
    model: 'm',
    stream: true,
    endpoint: { kind: 'pass-through', path: '/v1/chat/completions' } as ModelCall['endpoint'],
    wire: { bytes: Buffer.from(JSON.stringify(json)), json },
    headers: [],
    query: '',
    lifetime: { reason: undefined } as ModelCall['lifetime'],
    emit: () => undefined,
  }
  return call as ModelCall
}

const unary = {
  body: { kind: 'unary', bytes: Buffer.from('{}'), contentType: 'application/json', parts: [] },
} as unknown as ModelReply

const rows: string[] = []

const WARM_UP = 1000
const ROUNDS = 9
const CALLS = 400

async function request(what: string, bytes: number, parts = 1, writing = prose): Promise<void> {
  const rounds = Array.from({ length: ROUNDS }, (): number[] => [])
  for (let number = 0; number < WARM_UP + ROUNDS * CALLS; number++) {
    const call = callOf(number, bytes, parts, writing)
    const from = performance.now()
    let until = from
    const passed = guard(call, async () => {
      until = performance.now()
      return unary
    })
    // A refusal takes its time too.
    await passed.catch(() => {
      until = performance.now()
    })
    if (number >= WARM_UP) rounds[Math.floor((number - WARM_UP) / CALLS)]?.push(until - from)
  }
  told(what, rounds)
}

const EVENTS = 200
const STREAMS = 12
const WARM_UP_STREAMS = 30

/** `blocks`: each word in one of so many, in order. */
async function stream(what: string, blocks = 1): Promise<void> {
  const rounds = Array.from({ length: ROUNDS }, (): number[] => [])
  const held: number[] = []
  for (let number = 0; number < WARM_UP_STREAMS + ROUNDS * STREAMS; number++) {
    const decoder = frameDecoder(openaiChat)
    let provider: FrameSink | undefined
    const body: StreamBody = {
      kind: 'stream',
      contentType: 'text/event-stream',
      open: (sink) => {
        provider = sink
      },
      pause: () => undefined,
      resume: () => undefined,
    }
    const reply = await guard(callOf(number, 200), async () => ({ dialect: openaiChat, body }) as unknown as ModelReply)
    if (reply.body.kind !== 'stream') throw new Error('The stream is none.')
    let out = 0
    reply.body.open({ frame: () => void out++, end: () => undefined, fail: (fault) => console.error(fault.message) })
    for (let event = 1; event <= EVENTS; event++) {
      const text = ` ${words[(number + event) % words.length]}`
      const index = Math.floor(((event - 1) * blocks) / EVENTS)
      const content = blocks === 1 ? text : [{ type: 'text', index, text }]
      const choices = [{ index: 0, delta: { content } }]
      const frame = new EventFrame(Buffer.from(`data: ${JSON.stringify({ choices })}\n\n`), decoder, false)
      const from = performance.now()
      provider?.frame(frame)
      if (number < WARM_UP_STREAMS) continue
      rounds[Math.floor((number - WARM_UP_STREAMS) / STREAMS)]?.push(performance.now() - from)
      held.push(event - out)
    }
  }
  held.sort((a, b) => a - b)
  told(what, rounds, `${at(held, 0.5)}, 99 % ${at(held, 0.99)}`)
}

/** What else runs on the machine hits some rounds and not others: of each figure, the median of the rounds and the best. */
function told(what: string, rounds: readonly number[][], held = ''): void {
  for (const times of rounds) times.sort((a, b) => a - b)
  const shown = [0.5, 0.95, 0.99].map((part) => {
    const ofRounds = rounds.map((times) => at(times, part)).sort((a, b) => a - b)
    return `${at(ofRounds, 0.5).toFixed(3)} (${at(ofRounds, 0).toFixed(3)})`
  })
  rows.push(`| ${what} | ${shown.join(' | ')} | ${held} |`)
  console.log(rows.at(-1))
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(sorted.length * part)] ?? 0
}

await request('a prompt of 2 KB of prose', 2048)
await request('2 KB of TypeScript', 2048, 1, code)
await request('20 KB of prose', 20_480)
await request('2 KB in 4 parts', 2048, 4)
await request('20 KB in 10 parts', 20_480, 10)
await stream('an event of a stream')
await stream('an event of a stream of 10 blocks', 10)
await stream('an event of a stream of a block for each', EVENTS)

const lines = [
  '## Guardrails',
  '',
  `Made by \`npm run bench:guardrails\` on ${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}.`,
  `Preset \`${preset}\`, one thread, no network, other words each time. The bars are 0.5 ms (99 %) for 2 KB, 4 ms for 20 KB and 1 ms for an event. The machine is shared: each figure is the median of ${ROUNDS} rounds, and in brackets the best of them, which is what guardrails take where nothing else runs.`,
  '',
  '| what is looked at | median ms | 95 % ms | 99 % ms | events held back, median |',
  '|---|---|---|---|---|',
  ...rows,
]
if (values.write) await writeSection('## Guardrails', lines.join('\n'))
