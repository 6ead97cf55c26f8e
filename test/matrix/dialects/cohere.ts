import type { JsonObject } from '../../../src/core/wire/json.ts'
import type { Json } from '../../support/client.ts'
import { stream, unary } from '../../support/mock-replies.ts'
import {
  type Answer,
  type Ask,
  ItemRow,
  type MatrixDialect,
  need,
  type Read,
  type Seen,
  type Turn,
} from '../neutral.ts'
import {
  dataUrl,
  functionTools,
  inHalves,
  namedEvents,
  ofDataUrl,
  readNamedEvents,
  refusalStatus,
  seenTools,
  systemMessages,
} from '../wire.ts'

const noDocuments = 'Cohere reads documents as text only.'
const unsayable = { document: noDocuments, 'document-url': noDocuments }
const unread = {
  signatures: 'Thinking at Cohere is text without a signature.',
  refusal: 'No reason in which a reply of Cohere ends means a refusal.',
}

/** Cohere Chat, version 2: https://docs.cohere.com/reference/chat */
export const cohere: MatrixDialect = {
  id: 'cohere',
  title: 'Cohere Chat',
  client: {
    cannot: { ...unsayable, 'forced-tool': 'Clients of Cohere can ask for some tool, and not for one of them.' },
    unread,
    request: (ask) => ({ path: '/v2/chat', body: requestBody(ask) }),
    read: (body, isStream) => (isStream ? readStream(body) : readReply(JSON.parse(body.toString()))),
    readError: (body) => need(JSON.parse(body.toString()).message, 'message'),
    readBrokenStream: (body) => {
      const events = readNamedEvents(body)
      const last = events.at(-1)
      if (last.delta?.finish_reason !== 'ERROR') throw new Error(`the stream ends in ${JSON.stringify(last)}`)
      return {
        text: events.map(({ delta }) => delta?.message?.content?.text ?? '').join(''),
        error: need(last.delta.error, 'delta.error'),
      }
    },
  },
  provider: {
    cannot: { ...unsayable, ...unread },
    path: /^\/v2\/chat$/,
    basePath: '',
    account: { provider: 'cohere', model: 'command-a-reasoning-08-2025' },
    see: ({ json }) => see(json as Json),
    answer: (answer, isStream) => (isStream ? stream(namedEvents(events(answer))) : unary(reply(answer))),
    refuse: (message, kind, headers) => unary({ id: 'mock', message }, { status: refusalStatus[kind], headers }),
    breakOff: (text, message) =>
      stream(
        namedEvents([
          ...contentEvents('text', text, 0).slice(0, -1),
          { type: 'message-end', delta: { finish_reason: 'ERROR', error: message } },
        ]),
      ),
    signed: () => [],
  },
}

function requestBody(ask: Ask): JsonObject {
  return {
    model: ask.model,
    ...(ask.stream ? { stream: true } : {}),
    messages: [...systemMessages(ask), ...ask.turns.flatMap(messages)],
    max_tokens: ask.maxTokens,
    ...functionTools(ask),
    ...(ask.schema === undefined ? {} : { response_format: { type: 'json_object', json_schema: ask.schema } }),
    ...(ask.stop === undefined ? {} : { stop_sequences: [...ask.stop] }),
    ...(ask.thinks === undefined ? {} : { thinking: { type: 'enabled', token_budget: 4000 } }),
  }
}

function messages(turn: Turn): JsonObject[] {
  if (turn.role === 'kept') return [turn.kept]
  if (turn.role === 'results')
    return turn.results.map(({ call, text }) => ({ role: 'tool', tool_call_id: call.id, content: text }))
  const { text, image } = turn
  if (image === undefined) return [{ role: 'user', content: text }]
  const picture = { type: 'image_url', image_url: { url: dataUrl('image/png', image) } }
  return [{ role: 'user', content: [{ type: 'text', text }, picture] }]
}

function readReply({ message, finish_reason, usage }: Json): Read {
  const blocks: Json[] = message.content ?? []
  const thoughts = blocks.filter(({ type }) => type === 'thinking')
  return {
    text: (message.tool_plan ?? '') + blocks.map(({ text }) => text ?? '').join(''),
    ...(thoughts.length === 0 ? {} : { reasoning: thoughts.map(({ thinking }) => thinking).join('') }),
    calls: (message.tool_calls ?? []).map(({ id, function: called }: Json) => ({
      id,
      name: called.name,
      arguments: JSON.parse(called.arguments),
    })),
    end: need(ends[finish_reason], `a meaning of ${finish_reason}`),
    usage: {
      input: usage.tokens.input_tokens,
      cached: usage.cached_tokens ?? 0,
      output: usage.tokens.output_tokens,
    },
    kept: message,
  }
}

const ends: Readonly<Record<string, Answer['end']>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tools',
  ERROR_TOXIC: 'refusal',
}

/** Puts the reply together as the official client does. */
function readStream(body: Buffer): Read {
  const all = readNamedEvents(body)
  const message: Json = { role: 'assistant', content: [], tool_calls: [] }
  for (const { type, index, delta } of all) {
    const piece = delta?.message
    if (type === 'content-start') message.content[index] = { ...piece.content }
    else if (type === 'content-delta') {
      for (const [name, text] of Object.entries(piece.content)) message.content[index][name] += text
    } else if (type === 'tool-plan-delta') message.tool_plan = (message.tool_plan ?? '') + piece.tool_plan
    else if (type === 'tool-call-start') message.tool_calls[index] = structuredClone(piece.tool_calls)
    else if (type === 'tool-call-delta')
      message.tool_calls[index].function.arguments += piece.tool_calls.function.arguments
  }
  const last = all.at(-1)
  if (last?.type !== 'message-end') throw new Error(`the stream ends in ${last?.type}`)
  if (message.tool_calls.length === 0) delete message.tool_calls
  if (message.content.length === 0) delete message.content
  return readReply({ message, ...last.delta })
}

function see(body: Json): Seen {
  const row = new ItemRow()
  let system: string | undefined
  for (const { role, content = [], tool_plan = '', tool_calls = [], tool_call_id } of body.messages) {
    const blocks: Json[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content
    const text = blocks.map((block) => block.text ?? '').join('')
    if (role === 'system') system = text
    else if (role === 'tool') row.result({ id: tool_call_id }, text)
    else row.say(role, text + tool_plan)
    for (const { type, image_url } of blocks) if (type === 'image_url') row.show('image', ofDataUrl(image_url.url))
    for (const { id, function: called } of tool_calls) row.call(id, called.name, JSON.parse(called.arguments))
  }
  const tools = seenTools(body)
  const [only, ...others] = tools
  return {
    stream: body.stream === true,
    ...(system === undefined ? {} : { system }),
    items: row.items,
    signed: row.signed,
    tools,
    // The only way to name a tool is to offer no other.
    ...(body.tool_choice === 'REQUIRED' && only !== undefined && others.length === 0 ? { forcedTool: only.name } : {}),
    ...(body.response_format?.type === 'json_object' ? { schema: body.response_format.json_schema } : {}),
    ...(body.stop_sequences === undefined ? {} : { stop: body.stop_sequences }),
    maxTokens: body.max_tokens,
    thinks: body.thinking?.type === 'enabled',
  }
}

const reasons: Readonly<Record<Answer['end'], string>> = {
  stop: 'COMPLETE',
  length: 'MAX_TOKENS',
  tools: 'TOOL_CALL',
  refusal: 'COMPLETE',
}

function wireUsage({ usage: { input, cached, output } }: Answer): JsonObject {
  return {
    billed_units: { input_tokens: input - cached, output_tokens: output },
    tokens: { input_tokens: input, output_tokens: output },
    cached_tokens: cached,
  }
}

function wireCall({ id, name, arguments: args }: Answer['calls'][number]): Json {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } }
}

/** What is said before a call is its plan. */
function reply(answer: Answer): JsonObject {
  const { text, reasoning, calls, end } = answer
  const isPlan = calls.length > 0
  return {
    id: 'c14c80c3-mock',
    message: {
      role: 'assistant',
      content: [
        ...(reasoning === undefined ? [] : [{ type: 'thinking', thinking: reasoning }]),
        ...(text === '' || isPlan ? [] : [{ type: 'text', text }]),
      ],
      ...(isPlan && text !== '' ? { tool_plan: text } : {}),
      ...(isPlan ? { tool_calls: calls.map(wireCall) } : {}),
    },
    finish_reason: reasons[end],
    usage: wireUsage(answer),
  }
}

function contentEvents(kind: 'text' | 'thinking', text: string, index: number): JsonObject[] {
  if (text === '') return []
  return [
    { type: 'content-start', index, delta: { message: { content: { type: kind, [kind]: '' } } } },
    ...inHalves(text).map((piece) => ({
      type: 'content-delta',
      index,
      delta: { message: { content: { [kind]: piece } } },
    })),
    { type: 'content-end', index },
  ]
}

function events(answer: Answer): JsonObject[] {
  const { text, reasoning = '', calls, end } = answer
  const thought = contentEvents('thinking', reasoning, 0)
  return [
    { type: 'message-start', id: 'c14c80c3-mock', delta: { message: { role: 'assistant', content: [] } } },
    ...thought,
    ...(calls.length > 0
      ? inHalves(text).map((piece) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan: piece } } }))
      : contentEvents('text', text, thought.length === 0 ? 0 : 1)),
    ...calls.flatMap((call, index) => {
      const { function: called, ...start } = wireCall(call)
      const first = { ...start, function: { name: called.name, arguments: '' } }
      return [
        { type: 'tool-call-start', index, delta: { message: { tool_calls: first } } },
        ...inHalves(called.arguments).map((piece) => ({
          type: 'tool-call-delta',
          index,
          delta: { message: { tool_calls: { function: { arguments: piece } } } },
        })),
        { type: 'tool-call-end', index },
      ]
    }),
    { type: 'message-end', delta: { finish_reason: reasons[end], usage: wireUsage(answer) } },
  ]
}
