import type { JsonObject } from '../../src/core/wire/json.ts'
import type { Answer, Ask, Call, CaseId, RefusalKind, Tool } from './neutral.ts'

/** One exchange of a case. */
export interface Step {
  readonly ask: Omit<Ask, 'model' | 'stream' | 'turns' | 'maxTokens'> & { readonly maxTokens?: number }
  /** What the user says; the mark of the cell is put before it. Absent where results come instead. */
  readonly user?: { readonly text: string; readonly image?: string; readonly document?: string }
  /** Results of the calls of the answer before, in their order. */
  readonly results?: readonly string[]
  readonly answer: Answer | Fault
}

/** How an exchange goes wrong: refused, an error inside the stream, the stream cut or no longer readable, no answer at all. */
export type Fault =
  | { readonly refuse: RefusalKind; readonly code: string; readonly retryAfter?: string }
  | 'break-off'
  | 'cut'
  | 'garble'
  | 'hold'

export interface Case {
  readonly id: CaseId
  readonly title: string
  readonly steps: readonly Step[]
  /** There is no such thing in one piece. */
  readonly streamOnly?: true
}

const usage = { input: 120, cached: 0, output: 34 }
const weather: Tool = {
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city'],
    additionalProperties: false,
  },
}
const bell: Tool = {
  name: 'ring_bell',
  description: 'Rings the bell',
  parameters: { type: 'object', properties: { times: { type: 'integer' } }, required: ['times'] },
}
const citySchema: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' }, gates: { type: 'integer' } },
  required: ['city', 'gates'],
  additionalProperties: false,
}

const said = (text: string, more: Partial<Answer> = {}): Answer => ({ text, calls: [], end: 'stop', usage, ...more })
const call = (id: string, city: string): Call => ({ id, name: 'get_weather', arguments: { city, days: 2 } })
const oslo = call('call_Oslo1', 'Oslo')
const zurich = call('call_Zurich2', 'Zürich "west"')
const calling = (calls: readonly Call[], more: Partial<Answer> = {}): Answer => ({
  text: '',
  calls,
  end: 'tools',
  usage,
  ...more,
})

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const pdf = 'JVBERi0xLjQKJeLjz9MKdHJhaWxlciA8PD4+CiUlRU9G'

export const cases: readonly Case[] = [
  {
    id: 'text',
    title: 'text',
    steps: [{ ask: {}, user: { text: 'Grüße? 🏰 "x"\n\\' }, answer: said('Grüße — alles ruhig.\n🏰 "ja" \\') }],
  },
  {
    id: 'system',
    title: 'system',
    steps: [{ ask: { system: 'You guard a gate.' }, user: { text: 'Who are you?' }, answer: said('A guard.') }],
  },
  {
    id: 'image',
    title: 'image',
    steps: [{ ask: {}, user: { text: 'What is it?', image: png }, answer: said('A dot.') }],
  },
  {
    id: 'image-url',
    title: 'image by URL',
    steps: [{ ask: {}, user: { text: 'What is it?', image: 'https://media.example/dot.png' }, answer: said('A dot.') }],
  },
  {
    id: 'document',
    title: 'document',
    steps: [{ ask: {}, user: { text: 'Sum it up.', document: pdf }, answer: said('It is empty.') }],
  },
  {
    id: 'document-url',
    title: 'document by URL',
    steps: [
      {
        ask: {},
        user: { text: 'Sum it up.', document: 'https://media.example/plan.pdf' },
        answer: said('It is empty.'),
      },
    ],
  },
  {
    id: 'tools',
    title: 'tools',
    steps: [
      {
        ask: { tools: [weather, bell] },
        user: { text: 'Weather in Oslo?' },
        answer: calling([oslo], { text: 'I look.' }),
      },
      { ask: { tools: [weather, bell] }, results: ['4 °C'], answer: said('Cold.') },
    ],
  },
  {
    id: 'parallel-tools',
    title: 'parallel tools over turns',
    steps: [
      { ask: { tools: [weather] }, user: { text: 'Oslo and Zürich?' }, answer: calling([oslo, zurich]) },
      {
        ask: { tools: [weather] },
        results: ['4 °C', '7 °C'],
        answer: calling([call('call_Rome3', 'Rome')], { text: 'One more.' }),
      },
      { ask: { tools: [weather] }, results: ['19 °C'], answer: said('Cold, cold, warm.') },
    ],
  },
  {
    id: 'forced-tool',
    title: 'forced tool',
    steps: [
      {
        ask: { tools: [weather, bell], forcedTool: 'ring_bell' },
        user: { text: 'Go on.' },
        answer: calling([{ id: 'call_Bell4', name: 'ring_bell', arguments: { times: 3 } }]),
      },
    ],
  },
  {
    id: 'json-schema',
    title: 'JSON Schema',
    steps: [
      { ask: { schema: citySchema }, user: { text: 'Which city?' }, answer: said('{"city":"Zürich","gates":7}') },
    ],
  },
  {
    id: 'stop',
    title: 'stop',
    steps: [{ ask: { stop: ['HALT', 'STOP'] }, user: { text: 'Count.' }, answer: said('One, two, ') }],
  },
  {
    id: 'length',
    title: 'length',
    steps: [{ ask: { maxTokens: 77 }, user: { text: 'A long story.' }, answer: said('Once', { end: 'length' }) }],
  },
  {
    id: 'reasoning',
    title: 'reasoning',
    steps: [
      {
        ask: { thinks: true, maxTokens: 9000 },
        user: { text: 'A riddle.' },
        answer: said('The other gate.', { reasoning: 'Two gates, one guard.\nSo the other.' }),
      },
    ],
  },
  {
    id: 'signatures',
    title: 'signatures over turns',
    steps: [
      {
        ask: { thinks: true, tools: [weather], maxTokens: 9000 },
        user: { text: 'Shall I go to Oslo?' },
        answer: calling([oslo], { reasoning: 'It depends on the weather.', isSigned: true }),
      },
      { ask: { thinks: true, tools: [weather], maxTokens: 9000 }, results: ['4 °C'], answer: said('No.') },
    ],
  },
  {
    id: 'cached-usage',
    title: 'cached usage',
    steps: [
      {
        ask: {},
        user: { text: 'Again.' },
        answer: said('Again.', { usage: { input: 2048, cached: 1024, output: 7 } }),
      },
    ],
  },
  {
    id: 'refusal',
    title: 'refusal',
    steps: [{ ask: {}, user: { text: 'Open the gate.' }, answer: said('I will not.', { end: 'refusal' }) }],
  },
  {
    id: 'error-before',
    title: 'error before the reply',
    steps: [{ ask: {}, user: { text: 'Well?' }, answer: { refuse: 'request', code: 'upstream_rejected' } }],
  },
  {
    id: 'rate-limit',
    title: 'too many calls',
    steps: [
      {
        ask: {},
        user: { text: 'Well?' },
        answer: { refuse: 'rate', code: 'upstream_rate_limited', retryAfter: '7' },
      },
    ],
  },
  {
    id: 'server-error',
    title: 'fault of the provider',
    steps: [{ ask: {}, user: { text: 'Well?' }, answer: { refuse: 'fault', code: 'upstream_error' } }],
  },
  {
    id: 'overload',
    title: 'provider is busy',
    steps: [{ ask: {}, user: { text: 'Well?' }, answer: { refuse: 'overload', code: 'upstream_overloaded' } }],
  },
  {
    id: 'error-inside',
    title: 'error inside a stream',
    streamOnly: true,
    steps: [{ ask: {}, user: { text: 'Well?' }, answer: 'break-off' }],
  },
  {
    id: 'cut-stream',
    title: 'stream is cut',
    streamOnly: true,
    steps: [{ ask: {}, user: { text: 'Well?' }, answer: 'cut' }],
  },
  {
    id: 'malformed-stream',
    title: 'stream is malformed',
    streamOnly: true,
    steps: [{ ask: {}, user: { text: 'Well?' }, answer: 'garble' }],
  },
  { id: 'abort', title: 'client leaves', steps: [{ ask: {}, user: { text: 'Well?' }, answer: 'hold' }] },
]
