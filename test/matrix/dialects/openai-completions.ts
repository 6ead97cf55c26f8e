import type { JsonObject } from '../../../src/core/wire/json.ts'
import { parseEvents } from '../../../src/core/wire/sse.ts'
import type { Json } from '../../support/client.ts'
import { stream, unary } from '../../support/mock-replies.ts'
import { type Answer, type Ask, ItemRow, type MatrixDialect, need, type Read, type Seen } from '../neutral.ts'
import { doneEvents, inHalves, openAiRefusal, readDoneEvents } from '../wire.ts'

const oneText = 'A prompt of Completions is one text, and so is its answer.'
const cannot = {
  image: oneText,
  'image-url': oneText,
  document: oneText,
  'document-url': oneText,
  tools: oneText,
  'parallel-tools': oneText,
  'forced-tool': oneText,
  'json-schema': oneText,
  reasoning: oneText,
  signatures: oneText,
}

/** OpenAI's legacy Completions: https://platform.openai.com/docs/api-reference/completions */
export const openaiCompletions: MatrixDialect = {
  id: 'openai-completions',
  title: 'OpenAI Completions',
  client: {
    cannot: { ...cannot, system: 'A prompt of Completions has no roles.' },
    request: (ask) => ({ path: '/v1/completions', body: requestBody(ask) }),
    read: (body, isStream) => read(isStream ? joined(body) : JSON.parse(body.toString())),
    readError: (body) => need(JSON.parse(body.toString()).error.message, 'error.message'),
    readBrokenStream: (body) => {
      const events = readDoneEvents(body)
      return {
        text: events.map(({ choices }) => choices?.[0]?.text ?? '').join(''),
        error: need(events.find(({ error }) => error !== undefined)?.error.message, 'error.message'),
      }
    },
  },
  provider: {
    cannot,
    path: /^\/v1\/completions$/,
    basePath: '/v1',
    account: { provider: 'openai', model: 'gpt-3.5-turbo-instruct' },
    see: ({ json }) => see(json as Json),
    answer: (answer, isStream) => (isStream ? stream(doneEvents(chunks(answer))) : unary(completion(answer))),
    refuse: openAiRefusal,
    breakOff: (text, message) => stream(doneEvents([choice(text, null), { error: { message, type: 'server_error' } }])),
    signed: () => [],
  },
}

function requestBody(ask: Ask): JsonObject {
  return {
    model: ask.model,
    prompt: ask.turns.map((turn) => (turn.role === 'user' ? turn.text : '')).join(''),
    max_tokens: ask.maxTokens,
    ...(ask.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...(ask.stop === undefined ? {} : { stop: [...ask.stop] }),
  }
}

function joined(body: Buffer): Json {
  if (parseEvents(body).at(-1)?.data !== '[DONE]') throw new Error('the stream has no [DONE]')
  const events = readDoneEvents(body)
  const choices: Json[] = events.flatMap((event) => event.choices)
  return {
    object: events[0]?.object,
    choices: [
      {
        text: choices.map(({ text }) => text).join(''),
        finish_reason: choices.findLast(({ finish_reason }) => finish_reason !== null)?.finish_reason,
      },
    ],
    usage: events.at(-1)?.usage,
  }
}

function read({ object, choices: [{ text, finish_reason: reason }], usage }: Json): Read {
  if (object !== 'text_completion') throw new Error(`object is ${object}`)
  return {
    text,
    calls: [],
    end: need(ends[reason], `a meaning of ${reason}`),
    usage: {
      input: usage.prompt_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      output: usage.completion_tokens,
    },
    kept: text,
  }
}

const ends: Readonly<Record<string, Answer['end']>> = { stop: 'stop', length: 'length', content_filter: 'refusal' }

/** A conversation stands in the prompt with the names of those who speak. */
function see(body: Json): Seen {
  const row = new ItemRow()
  const { 1: system, 2: user = body.prompt } = /^System: (.*?)\n\nUser: (.*)\n\nAssistant:$/s.exec(body.prompt) ?? []
  row.say('user', user)
  return {
    stream: body.stream === true,
    ...(system === undefined ? {} : { system }),
    items: row.items,
    signed: [],
    tools: [],
    ...(body.stop === undefined ? {} : { stop: body.stop }),
    maxTokens: body.max_tokens,
    thinks: false,
  }
}

const reasons: Readonly<Record<Answer['end'], string>> = {
  stop: 'stop',
  length: 'length',
  tools: 'stop',
  refusal: 'content_filter',
}

const head = { id: 'cmpl-mock', object: 'text_completion', created: 1_764_000_000, model: 'gpt-3.5-turbo-instruct' }

function choice(text: string, reason: string | null): JsonObject {
  return { ...head, choices: [{ text, index: 0, logprobs: null, finish_reason: reason }] }
}

function wireUsage({ usage: { input, cached, output } }: Answer): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  }
}

function completion(answer: Answer): JsonObject {
  return { ...choice(answer.text, reasons[answer.end]), usage: wireUsage(answer) }
}

function chunks(answer: Answer): JsonObject[] {
  return [
    ...inHalves(answer.text).map((piece) => choice(piece, null)),
    choice('', reasons[answer.end]),
    { ...head, choices: [], usage: wireUsage(answer) },
  ]
}
