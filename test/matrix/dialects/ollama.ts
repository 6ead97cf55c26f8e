import type { JsonObject } from '../../../src/core/wire/json.ts'
import type { Json } from '../../support/client.ts'
import type { MockReply } from '../../support/mock-provider.ts'
import { stream, unary } from '../../support/mock-replies.ts'
import {
  type Answer,
  type Ask,
  ItemRow,
  type MatrixDialect,
  type MatrixProvider,
  need,
  type Read,
  type Seen,
  type Turn,
} from '../neutral.ts'
import { functionTools, inHalves, refusalStatus, seenTools, systemMessages } from '../wire.ts'

const noDocuments = 'A message of Ollama holds text and images, and no documents.'
export const ofOllama = {
  document: noDocuments,
  'document-url': noDocuments,
  'image-url': 'Ollama takes images in the message, and fetches none.',
}
const unsayable = { ...ofOllama, 'forced-tool': 'Ollama has no choice of tools.' }
export const unread = {
  signatures: 'Thinking at Ollama is text without a signature.',
  'cached-usage': 'Ollama counts no cached tokens.',
  refusal: 'A reply of Ollama cannot say that it is a refusal.',
}

/** Ollama's own chat API: https://docs.ollama.com/api/chat */
export const ollama: MatrixDialect = {
  id: 'ollama',
  title: 'Ollama Chat',
  client: {
    cannot: unsayable,
    unread,
    request: (ask) => ({ path: '/api/chat', body: requestBody(ask) }),
    read: (body, isStream) => read(isStream ? joined(linesOf(body)) : JSON.parse(body.toString())),
    readError,
    readBrokenStream: (body) => readBroken(body, ({ message }) => message?.content),
  },
  provider: {
    cannot: { ...unsayable, ...unread },
    path: /^\/api\/chat$/,
    basePath: '',
    account: { provider: 'ollama', model: 'qwen3:8b' },
    see: ({ json }) => see(json as Json),
    answer: (answer, isStream) => (isStream ? ndjson(lines(answer)) : unary(whole(answer))),
    refuse,
    breakOff: (text, message) => ndjson([line({ content: text }), { error: message }]),
    signed: () => [],
  },
}

function requestBody(ask: Ask): JsonObject {
  return {
    model: ask.model,
    stream: ask.stream,
    messages: [...systemMessages(ask), ...ask.turns.flatMap(messages)],
    ...functionTools(ask),
    ...settings(ask),
  }
}

export function settings({ schema, thinks, maxTokens, stop }: Ask): JsonObject {
  return {
    ...(schema === undefined ? {} : { format: schema }),
    ...(thinks === undefined ? {} : { think: true }),
    options: { num_predict: maxTokens, ...(stop === undefined ? {} : { stop: [...stop] }) },
  }
}

function messages(turn: Turn): JsonObject[] {
  if (turn.role === 'kept') return [turn.kept]
  if (turn.role === 'results')
    return turn.results.map(({ call, text }) => ({ role: 'tool', tool_name: call.name, content: text }))
  const { text, image } = turn
  return [{ role: 'user', content: text, ...(image === undefined ? {} : { images: [image] }) }]
}

export function linesOf(body: Buffer): Json[] {
  return body
    .toString()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text))
}

function joined(list: readonly Json[]): Json {
  const message: Json = { role: 'assistant', content: '' }
  for (const { message: piece } of list) {
    message.content += piece.content
    if (piece.thinking) message.thinking = (message.thinking ?? '') + piece.thinking
    if (piece.tool_calls) message.tool_calls = [...(message.tool_calls ?? []), ...piece.tool_calls]
  }
  return { ...list.at(-1), message }
}

function read({ message, done, done_reason, prompt_eval_count: input, eval_count: output }: Json): Read {
  if (done !== true) throw new Error('the reply is not done')
  const calls = message.tool_calls ?? []
  return {
    text: message.content,
    ...(message.thinking === undefined ? {} : { reasoning: message.thinking }),
    calls: calls.map(({ id, function: { name, arguments: args } }: Json, index: number) => ({
      id: id ?? `${index}`,
      name,
      arguments: args,
    })),
    end: done_reason === 'length' ? 'length' : calls.length > 0 ? 'tools' : 'stop',
    usage: { input, cached: 0, output },
    kept: message,
  }
}

function see(body: Json): Seen {
  const row = new ItemRow()
  let system: string | undefined
  for (const { role, content, images = [], tool_calls = [], tool_name, tool_call_id } of body.messages) {
    if (role === 'system') system = content
    else if (role === 'tool') row.result({ id: tool_call_id, name: tool_name }, content)
    else row.say(role, content)
    for (const image of images) row.show('image', image)
    for (const { id, function: called } of tool_calls) row.call(id, called.name, called.arguments)
  }
  return {
    ...(system === undefined ? {} : { system }),
    items: row.items,
    signed: row.signed,
    tools: seenTools(body),
    ...seenSettings(body),
  }
}

export function seenSettings({ stream: isStream, format, options, think }: Json): SeenSettings {
  return {
    // Nothing said means a stream.
    stream: isStream !== false,
    ...(typeof format === 'object' ? { schema: format } : {}),
    ...(options?.stop === undefined ? {} : { stop: options.stop }),
    maxTokens: options?.num_predict,
    thinks: think === true,
  }
}

type SeenSettings = Pick<Seen, 'stream' | 'schema' | 'stop' | 'maxTokens' | 'thinks'>

export const head = { model: 'qwen3:8b', created_at: '2026-11-25T12:00:00.123456Z' }

export function ending({ end, usage }: Answer): JsonObject {
  return {
    done: true,
    done_reason: end === 'length' ? 'length' : 'stop',
    total_duration: 900_000_000,
    load_duration: 1_000_000,
    prompt_eval_count: usage.input,
    prompt_eval_duration: 100_000_000,
    eval_count: usage.output,
    eval_duration: 800_000_000,
  }
}

function wireCalls({ calls }: Answer): JsonObject {
  if (calls.length === 0) return {}
  return {
    tool_calls: calls.map(({ id, name, arguments: args }, index) => ({
      id,
      function: { index, name, arguments: args },
    })),
  }
}

function whole(answer: Answer): JsonObject {
  const { text, reasoning } = answer
  const thinking = reasoning === undefined ? {} : { thinking: reasoning }
  return {
    ...head,
    message: { role: 'assistant', content: text, ...thinking, ...wireCalls(answer) },
    ...ending(answer),
  }
}

function line(message: JsonObject): JsonObject {
  return { ...head, message: { role: 'assistant', content: '', ...message }, done: false }
}

function lines(answer: Answer): JsonObject[] {
  return [
    ...inHalves(answer.reasoning ?? '').map((thinking) => line({ thinking })),
    ...inHalves(answer.text).map((content) => line({ content })),
    ...(answer.calls.length === 0 ? [] : [line(wireCalls(answer))]),
    { ...line({}), ...ending(answer) },
  ]
}

export function ndjson(list: readonly JsonObject[]): MockReply {
  const text = list.map((body) => `${JSON.stringify(body)}\n`).join('')
  return stream(text, { headers: { 'content-type': 'application/x-ndjson' } })
}

export function refuse(...[message, kind, headers]: Parameters<MatrixProvider['refuse']>): MockReply {
  return unary({ error: message }, { status: refusalStatus[kind], headers })
}

export function readError(body: Buffer): string {
  return need(JSON.parse(body.toString()).error, 'error')
}

export function readBroken(body: Buffer, textOf: (line: Json) => string | undefined): { text: string; error: string } {
  const read = linesOf(body)
  return {
    text: read.map((line) => textOf(line) ?? '').join(''),
    error: need(read.find(({ error }) => error !== undefined)?.error, 'error'),
  }
}
