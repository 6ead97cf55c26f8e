import { counterMark, type LoadOrder } from './load.ts'
import { proseFrom } from './prose.ts'

/** One kind of load, and what is read from it. */
export interface Scenario {
  readonly id: string
  readonly title: string
  readonly order: Pick<LoadOrder, 'body' | 'connections' | 'ending'>
  readonly programs: readonly string[]
  /** How long each program is loaded before anything is counted: until what it runs is compiled. Default: 3. */
  readonly warmUpSeconds?: number
}

const rungs = ['direct', 'nginx', 'key', 'record', 'portkey']
/** A client of Anthropic Messages behind the same mock of Chat Completions. */
const translated = [...rungs, 'translated']
const unaryEnding = '"total_tokens":430}}'
export const streamEnding = 'data: [DONE]\n\n'

/** About `bytes` long. Wishes to the mock stand in front. */
function chat(wish: string, bytes: number, stream: boolean): string {
  const request = {
    model: 'bench-model',
    ...(stream ? { stream: true } : {}),
    messages: [{ role: 'user', content: `${wish} ${'b'.repeat(Math.max(0, bytes - 120))}` }],
    temperature: 0.7,
    max_tokens: 500,
  }
  return JSON.stringify(request)
}

/** Words that detectors have to read, and no call like another, or they would know them. Wishes to the mock stand in front. */
function prose(bytes: number, wish = ''): string {
  const said = `Letter ${counterMark}. ${proseFrom(0, bytes)}`
  const content = wish === '' ? said : `${wish} ${said}`
  return JSON.stringify({
    model: 'bench-model',
    ...(wish === '' ? {} : { stream: true }),
    messages: [{ role: 'user', content: content.slice(0, bytes - 100) }],
    max_tokens: 500,
  })
}

export const scenarios: readonly Scenario[] = [
  {
    id: 'chat',
    title: '1 KB chat calls, 64 connections',
    order: { body: chat('', 1000, false), connections: 64, ending: unaryEnding },
    programs: [...translated, 'exact-hit', 'route-3', 'three-budgets'],
  },
  {
    id: 'prose',
    title: '2 KB chat calls of English prose, each another, 64 connections',
    order: { body: prose(2000), connections: 64, ending: unaryEnding },
    programs: ['direct', 'key', 'record', 'inspect', 'portkey'],
    // Of a server that runs for days, the first seconds are of no interest: V8 compiles what guardrails run for as long as that.
    warmUpSeconds: 5,
  },
  {
    // What is held back waits for what comes next: here that is there at once, so that the time is what guardrails take.
    id: 'first-token',
    title: 'streams of 4 events in one burst, asked for with 2 KB of English prose, one connection',
    order: { body: prose(2000, 'events=4 gap=0'), connections: 1, ending: streamEnding },
    programs: ['record', 'inspect'],
  },
  {
    id: 'guarded-gaps',
    title: 'streams of 100 events, 10 ms apart, asked for with 2 KB of English prose, 8 connections',
    order: { body: prose(2000, 'events=100 gap=10'), connections: 8, ending: streamEnding },
    programs: ['record', 'inspect'],
  },
  {
    id: 'latency',
    title: '1 KB chat calls, one connection',
    order: { body: chat('', 1000, false), connections: 1, ending: unaryEnding },
    programs: [...rungs, 'exact-hit'],
  },
  {
    id: 'bursts',
    title: 'streams of 100 events in one burst, 64 connections',
    order: { body: chat('events=100 gap=0', 1000, true), connections: 64, ending: streamEnding },
    programs: translated,
  },
  {
    id: 'gaps',
    title: '500 streams of 100 events, 5 ms apart',
    order: { body: chat('events=100 gap=5', 1000, true), connections: 500, ending: streamEnding },
    programs: rungs,
  },
  {
    id: 'large',
    title: '20 KB chat calls, 64 connections',
    order: { body: chat('', 20_000, false), connections: 64, ending: unaryEnding },
    programs: rungs,
  },
  {
    id: 'workers',
    title: 'two workers on two cores and one on one, 256 connections',
    order: { body: chat('', 1000, false), connections: 256, ending: unaryEnding },
    programs: ['record', 'two-workers'],
  },
]

/** Half load with large bodies, for memory. */
export const soakOrder = { body: chat('', 150_000, false), connections: 64, ending: unaryEnding }
