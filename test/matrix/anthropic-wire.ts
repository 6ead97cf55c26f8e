/** Messages of Anthropic: one format, at Anthropic itself and in the clouds that sell its models. */
import type { JsonObject } from '../../src/core/wire/json.ts'
import type { Json } from '../support/client.ts'
import { unary } from '../support/mock-replies.ts'
import {
  type Answer,
  type Ask,
  ItemRow,
  type MatrixClient,
  type MatrixProvider,
  need,
  type Read,
  type Seen,
  type Turn,
} from './neutral.ts'
import { inHalves, isUrl } from './wire.ts'

const signature = 'EqQBCkYIBxgCKkCmessagesSignature+/8=='

/** What a client says. */
export function messagesBody(ask: Ask): JsonObject {
  return {
    model: ask.model,
    max_tokens: ask.maxTokens,
    ...(ask.stream ? { stream: true } : {}),
    ...(ask.system === undefined ? {} : { system: ask.system }),
    messages: ask.turns.map(turnMessage),
    ...(ask.tools === undefined
      ? {}
      : {
          tools: ask.tools.map(({ name, description, parameters }) => ({
            name,
            description,
            input_schema: parameters,
          })),
        }),
    ...(ask.forcedTool === undefined ? {} : { tool_choice: { type: 'tool', name: ask.forcedTool } }),
    ...(ask.schema === undefined ? {} : { output_config: { format: { type: 'json_schema', schema: ask.schema } } }),
    ...(ask.stop === undefined ? {} : { stop_sequences: [...ask.stop] }),
    ...(ask.thinks === undefined ? {} : { thinking: { type: 'enabled', budget_tokens: 4000 } }),
  }
}

function turnMessage(turn: Turn): JsonObject {
  if (turn.role === 'kept') return turn.kept
  if (turn.role === 'results') {
    return {
      role: 'user',
      content: turn.results.map(({ call, text }) => ({ type: 'tool_result', tool_use_id: call.id, content: text })),
    }
  }
  const { text, image, document } = turn
  const content: JsonObject[] = [{ type: 'text', text }]
  if (image !== undefined) content.push({ type: 'image', source: sourceOf('image/png', image) })
  if (document !== undefined)
    content.push({ type: 'document', title: 'plan.pdf', source: sourceOf('application/pdf', document) })
  return { role: 'user', content }
}

function sourceOf(mediaType: string, data: string): JsonObject {
  return isUrl(data) ? { type: 'url', url: data } : { type: 'base64', media_type: mediaType, data }
}

export function readMessage({ type, role, content, stop_reason, usage }: Json): Read {
  if (type !== 'message') throw new Error(`type is ${type}`)
  const texts = (kind: string, field: string): string[] =>
    content.filter((block: Json) => block.type === kind).map((block: Json) => block[field])
  const thinking = texts('thinking', 'thinking')
  const cached = usage.cache_read_input_tokens ?? 0
  return {
    text: texts('text', 'text').join(''),
    ...(thinking.length === 0 ? {} : { reasoning: thinking.join('') }),
    calls: content
      .filter((block: Json) => block.type === 'tool_use')
      .map(({ id, name, input }: Json) => ({ id: need(id, 'id'), name, arguments: input })),
    end: need(ends[stop_reason], `a meaning of ${stop_reason}`),
    // https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching: the three counts add up.
    usage: {
      input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
      cached,
      output: usage.output_tokens,
    },
    kept: { role, content },
  }
}

const ends: Readonly<Record<string, Answer['end']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tools',
  refusal: 'refusal',
}

/** Puts the message together as SDKs do. */
export function joinedMessage(events: readonly Json[]): Json {
  if (events.at(-1)?.type !== 'message_stop') throw new Error('the stream has no message_stop')
  let whole: Json
  const inputs: string[] = []
  for (const event of events) {
    switch (event.type) {
      case 'message_start':
        whole = event.message
        break
      case 'content_block_start':
        if (event.index !== whole.content.length) throw new Error(`block ${event.index} is out of order`)
        whole.content.push(event.content_block)
        break
      case 'content_block_delta': {
        const block = whole.content[event.index]
        const { type, text, thinking, signature: signed, partial_json: json } = event.delta
        if (type === 'text_delta') block.text += text
        else if (type === 'thinking_delta') block.thinking += thinking
        else if (type === 'signature_delta') block.signature = signed
        else inputs[event.index] = (inputs[event.index] ?? '') + json
        break
      }
      case 'content_block_stop':
        if (inputs[event.index]) whole.content[event.index].input = JSON.parse(inputs[event.index] ?? '')
        break
      case 'message_delta':
        Object.assign(whole, event.delta)
        whole.usage = { ...whole.usage, ...event.usage }
        break
    }
  }
  return whole
}

/** What a provider was asked. */
export function seeMessages(body: Json): Seen {
  const row = new ItemRow()
  for (const { role, content } of body.messages) {
    const blocks: Json[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content
    for (const block of blocks) {
      switch (block.type) {
        case 'text':
          row.say(role, block.text)
          break
        case 'image':
        case 'document':
          row.show(block.type, need(block.source.data ?? block.source.url, 'source.data'))
          break
        case 'tool_use':
          row.call(block.id, block.name, block.input)
          break
        case 'tool_result':
          row.result({ id: block.tool_use_id }, textOf(block.content))
          break
        case 'thinking':
          row.signed.push(`${block.thinking}|${block.signature}`)
          break
        default:
          throw new Error(`no block: ${block.type}`)
      }
    }
  }
  const format = body.output_config?.format ?? body.output_format
  const { type } = body.thinking ?? {}
  return {
    stream: body.stream === true,
    ...(body.system === undefined ? {} : { system: textOf(body.system) }),
    items: row.items,
    signed: row.signed,
    tools: (body.tools ?? []).map(({ name, input_schema: parameters }: Json) => ({ name, parameters })),
    ...(body.tool_choice?.type === 'tool' ? { forcedTool: body.tool_choice.name } : {}),
    ...(format === undefined ? {} : { schema: format.schema }),
    ...(body.stop_sequences === undefined ? {} : { stop: body.stop_sequences }),
    maxTokens: need(body.max_tokens, 'max_tokens'),
    thinks: type === 'enabled' || type === 'adaptive',
  }
}

function textOf(content: Json): string {
  return typeof content === 'string' ? content : content.map(({ text }: Json) => text).join('\n')
}

const reasons: Readonly<Record<Answer['end'], string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tools: 'tool_use',
  refusal: 'refusal',
}

function wireUsage({ input, cached, output }: Answer['usage']): JsonObject {
  return {
    input_tokens: input - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: output,
  }
}

/** An answer in one piece. */
export function message(answer: Answer): JsonObject {
  const { text, reasoning, isSigned, calls, end, usage } = answer
  return {
    id: 'msg_mock',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content: [
      ...(reasoning === undefined
        ? []
        : [{ type: 'thinking', thinking: reasoning, signature: isSigned === undefined ? 'dW51c2Vk' : signature }]),
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...calls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input })),
    ],
    stop_reason: reasons[end],
    stop_sequence: null,
    usage: wireUsage(usage),
  }
}

function start(usage: Answer['usage']): JsonObject {
  const empty = message({ text: '', calls: [], end: 'stop', usage: { ...usage, output: 1 } })
  return { type: 'message_start', message: { ...empty, stop_reason: null } }
}

/** The same as a stream. */
export function messageEvents(answer: Answer): JsonObject[] {
  const content = message(answer)['content'] as JsonObject[]
  return [
    start(answer.usage),
    { type: 'ping' },
    ...content.flatMap((block, index): JsonObject[] => [
      { type: 'content_block_start', index, content_block: emptied(block) },
      ...deltas(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: reasons[answer.end], stop_sequence: null },
      usage: { output_tokens: answer.usage.output },
    },
    { type: 'message_stop' },
  ]
}

function emptied(block: JsonObject): JsonObject {
  if (block['type'] === 'text') return { type: 'text', text: '' }
  return block['type'] === 'thinking' ? { type: 'thinking', thinking: '', signature: '' } : { ...block, input: {} }
}

function deltas(block: JsonObject): JsonObject[] {
  if (block['type'] === 'text') return inHalves(String(block['text'])).map((text) => ({ type: 'text_delta', text }))
  if (block['type'] === 'tool_use') {
    const json = JSON.stringify(block['input'])
    return inHalves(json).map((piece) => ({ type: 'input_json_delta', partial_json: piece }))
  }
  return [
    ...inHalves(String(block['thinking'])).map((thinking) => ({ type: 'thinking_delta', thinking })),
    { type: 'signature_delta', signature: String(block['signature']) },
  ]
}

/** A stream that says `text`. */
export function begunMessage(text: string): JsonObject[] {
  return [
    start({ input: 1, cached: 0, output: 1 }),
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  ]
}

export function signedThinking({ reasoning }: Answer): readonly string[] {
  return [`${reasoning}|${signature}`]
}

/** https://docs.anthropic.com/en/api/errors */
const refusals = {
  request: [400, 'invalid_request_error'],
  rate: [429, 'rate_limit_error'],
  fault: [500, 'api_error'],
  overload: [529, 'overloaded_error'],
} as const

export const refuseMessage: MatrixProvider['refuse'] = (text, kind, headers) => {
  const [status, type] = refusals[kind]
  return unary({ type: 'error', error: { type, message: text } }, { status, headers })
}

export function readMessageError(body: Buffer): string {
  const { type, error } = JSON.parse(body.toString())
  if (type !== 'error') throw new Error(`type is ${type}`)
  return need(error.message, 'error.message')
}

export function readBrokenMessage(events: readonly Json[]): ReturnType<MatrixClient['readBrokenStream']> {
  return {
    text: events.map(({ delta }) => delta?.text ?? '').join(''),
    error: need(events.find(({ type }) => type === 'error')?.error.message, 'error.message'),
  }
}
