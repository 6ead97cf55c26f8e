import type { JsonObject } from '../../../src/core/wire/json.ts'
import type { Json } from '../../support/client.ts'
import { unary } from '../../support/mock-replies.ts'
import { type Answer, type Ask, ItemRow, type MatrixDialect, type Read, type Seen } from '../neutral.ts'
import { inHalves } from '../wire.ts'
import {
  ending,
  head,
  linesOf,
  ndjson,
  ofOllama,
  readBroken,
  readError,
  refuse,
  seenSettings,
  settings,
  unread,
} from './ollama.ts'

const onePrompt = 'Generate of Ollama takes one prompt, without tools and earlier turns.'

/** Ollama's API for one prompt: https://docs.ollama.com/api/generate */
export const ollamaGenerate: MatrixDialect = {
  id: 'ollama-generate',
  title: 'Ollama Generate',
  client: {
    cannot: {
      ...ofOllama,
      tools: onePrompt,
      'parallel-tools': onePrompt,
      'forced-tool': onePrompt,
      signatures: onePrompt,
    },
    unread,
    request: (ask) => ({ path: '/api/generate', body: requestBody(ask) }),
    read: (body, isStream) => read(isStream ? joined(linesOf(body)) : JSON.parse(body.toString())),
    readError,
    readBrokenStream: (body) => readBroken(body, ({ response }) => response),
  },
  beside: {
    cannot: unread,
    path: /^\/api\/generate$/,
    see: ({ json }) => see(json as Json),
    answer: (answer, isStream) => (isStream ? ndjson(lines(answer)) : unary(whole(answer))),
    refuse,
    breakOff: (text, message) => ndjson([line({ response: text }), { error: message }]),
    signed: () => [],
  },
}

function requestBody(ask: Ask): JsonObject {
  const said = ask.turns.flatMap((turn) => (turn.role === 'user' ? [turn] : []))
  const images = said.flatMap(({ image }) => image ?? [])
  return {
    model: ask.model,
    stream: ask.stream,
    prompt: said.map(({ text }) => text).join(''),
    ...(ask.system === undefined ? {} : { system: ask.system }),
    ...(images.length === 0 ? {} : { images }),
    ...settings(ask),
  }
}

function joined(list: readonly Json[]): Json {
  const thinking = list.map((piece) => piece.thinking ?? '').join('')
  const response = list.map((piece) => piece.response).join('')
  return { ...list.at(-1), response, ...(thinking === '' ? {} : { thinking }) }
}

function read({ response, thinking, done, done_reason, prompt_eval_count: input, eval_count: output }: Json): Read {
  if (done !== true) throw new Error('the reply is not done')
  return {
    text: response,
    ...(thinking === undefined ? {} : { reasoning: thinking }),
    calls: [],
    end: done_reason === 'length' ? 'length' : 'stop',
    usage: { input, cached: 0, output },
    kept: response,
  }
}

function see(body: Json): Seen {
  const row = new ItemRow()
  row.say('user', body.prompt)
  for (const image of body.images ?? []) row.show('image', image)
  return {
    ...(body.system === undefined ? {} : { system: body.system }),
    items: row.items,
    signed: [],
    tools: [],
    ...seenSettings(body),
  }
}

function whole(answer: Answer): JsonObject {
  const { text, reasoning } = answer
  return { ...head, response: text, ...(reasoning === undefined ? {} : { thinking: reasoning }), ...ending(answer) }
}

function line(fields: JsonObject): JsonObject {
  return { ...head, response: '', ...fields, done: false }
}

function lines(answer: Answer): JsonObject[] {
  return [
    ...inHalves(answer.reasoning ?? '').map((thinking) => line({ thinking })),
    ...inHalves(answer.text).map((response) => line({ response })),
    { ...line({}), ...ending(answer) },
  ]
}
