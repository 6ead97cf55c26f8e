import type { JsonObject } from '../../../src/core/wire/json.ts'
import { parseEvents } from '../../../src/core/wire/sse.ts'
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
  doneEvents,
  functionTools,
  inHalves,
  ofDataUrl,
  openAiRefusal,
  readDoneEvents,
  seenTools,
  systemMessages,
} from '../wire.ts'

const cannot = { 'document-url': 'Chat Completions takes documents in the message, and fetches none.' }

/** OpenAI Chat Completions: https://platform.openai.com/docs/api-reference/chat */
export const openaiChat: MatrixDialect = {
  id: 'openai-chat',
  title: 'OpenAI Chat Completions',
  client: {
    cannot,
    request: (ask) => ({ path: '/v1/chat/completions', body: requestBody(ask) }),
    read: (body, isStream) => (isStream ? readStream(body) : readWhole(JSON.parse(body.toString()))),
    readError: (body) => need(JSON.parse(body.toString()).error.message, 'error.message'),
    readBrokenStream: (body) => {
      const events = readDoneEvents(body)
      return {
        text: events.map((event) => event.choices?.[0]?.delta?.content ?? '').join(''),
        error: need(events.find(({ error }) => error !== undefined)?.error.message, 'error.message'),
      }
    },
  },
  provider: {
    cannot,
    path: /\/chat\/completions$/,
    basePath: '/v1',
    account: { provider: 'openai-compatible', model: 'gpt-4.1' },
    accountFor: {
      // OpenAI shows no thinking in this dialect; others do.
      reasoning: { provider: 'openai-compatible', model: 'deepseek-r1' },
      signatures: {
        provider: 'openrouter',
        model: 'anthropic/claude-sonnet-4.5',
        // OpenRouter is spoken to in the client's own dialect there.
        notFor: ['openai-responses'],
      },
    },
    see: ({ json }) => see(json as Json),
    answer: (answer, isStream) => (isStream ? stream(doneEvents(chunks(answer))) : unary(completion(answer))),
    refuse: openAiRefusal,
    breakOff: (text, message) =>
      stream(doneEvents([chunk({ role: 'assistant', content: text }), { error: { message, type: 'server_error' } }])),
    signed: ({ reasoning }) => [`${reasoning}|${signature}`],
  },
}

const signature = 'RXJyb3JDbGF1ZGVTaWduYXR1cmU+/w=='

function requestBody(ask: Ask): JsonObject {
  return {
    model: ask.model,
    messages: [...systemMessages(ask), ...ask.turns.flatMap(messages)],
    max_completion_tokens: ask.maxTokens,
    ...(ask.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...functionTools(ask),
    ...(ask.forcedTool === undefined ? {} : { tool_choice: { type: 'function', function: { name: ask.forcedTool } } }),
    ...(ask.schema === undefined
      ? {}
      : { response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema: ask.schema } } }),
    ...(ask.stop === undefined ? {} : { stop: [...ask.stop] }),
    ...(ask.thinks === undefined ? {} : { reasoning_effort: 'high' }),
  }
}

function messages(turn: Turn): JsonObject[] {
  if (turn.role === 'kept') return [turn.kept]
  if (turn.role === 'results')
    return turn.results.map(({ call, text }) => ({ role: 'tool', tool_call_id: call.id, content: text }))
  const { text, image, document } = turn
  if (image === undefined && document === undefined) return [{ role: 'user', content: text }]
  const parts: JsonObject[] = [{ type: 'text', text }]
  if (image !== undefined) parts.push({ type: 'image_url', image_url: { url: dataUrl('image/png', image) } })
  if (document !== undefined)
    parts.push({ type: 'file', file: { filename: 'plan.pdf', file_data: dataUrl('application/pdf', document) } })
  return [{ role: 'user', content: parts }]
}

function readWhole({ choices, usage, object }: Json): Read {
  if (object !== 'chat.completion') throw new Error(`object is ${object}`)
  return readMessage(choices[0].message, choices[0].finish_reason, usage)
}

function readMessage(message: Json, reason: string, usage: Json): Read {
  return {
    text: (message.content ?? '') + (message.refusal ?? ''),
    ...given(message.reasoning_content ?? message.reasoning),
    calls: (message.tool_calls ?? []).map((call: Json) => ({
      id: need(call.id, 'tool_calls[].id'),
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments),
    })),
    end: message.refusal ? 'refusal' : need(ends[reason], `a meaning of ${reason}`),
    usage: {
      input: usage.prompt_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      output: usage.completion_tokens,
    },
    kept: message,
  }
}

function given(reasoning: string | undefined): { readonly reasoning?: string } {
  return reasoning === undefined ? {} : { reasoning }
}

const ends: Readonly<Record<string, Answer['end']>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tools',
  content_filter: 'refusal',
}

/** Puts the message together as SDKs do. */
function readStream(body: Buffer): Read {
  if (parseEvents(body).at(-1)?.data !== '[DONE]') throw new Error('the stream has no [DONE]')
  const message: Json = { role: 'assistant', content: null }
  let reason = ''
  let usage: Json
  for (const { choices, usage: told } of readDoneEvents(body)) {
    usage = told ?? usage
    for (const { delta, finish_reason } of choices) {
      reason = finish_reason ?? reason
      for (const name of ['content', 'refusal', 'reasoning_content', 'reasoning'])
        if (delta[name]) message[name] = (message[name] ?? '') + delta[name]
      if (delta.thinking_blocks)
        message.thinking_blocks = [...(message.thinking_blocks ?? []), ...delta.thinking_blocks]
      // Pieces of one detail have one index: https://openrouter.ai/docs/use-cases/reasoning-tokens
      for (const piece of delta.reasoning_details ?? []) {
        message.reasoning_details ??= []
        const { text = '', ...known } = message.reasoning_details[piece.index] ?? {}
        message.reasoning_details[piece.index] = { ...known, ...piece, text: text + (piece.text ?? '') }
      }
      for (const { index, ...call } of delta.tool_calls ?? []) {
        message.tool_calls ??= []
        const known = message.tool_calls[index]
        if (known === undefined) message.tool_calls[index] = call
        else known.function.arguments += call.function?.arguments ?? ''
      }
    }
  }
  return readMessage(message, reason, usage)
}

function see(body: Json): Seen {
  const row = new ItemRow()
  let system: string | undefined
  for (const message of body.messages) {
    switch (message.role) {
      case 'system':
      case 'developer':
        system = message.content
        break
      case 'user':
        for (const part of typeof message.content === 'string'
          ? [{ type: 'text', text: message.content }]
          : message.content) {
          if (part.type === 'text') row.say('user', part.text)
          else if (part.type === 'image_url') row.show('image', ofDataUrl(part.image_url.url))
          else row.show('document', ofDataUrl(part.file.file_data))
        }
        break
      case 'assistant':
        for (const detail of message.reasoning_details ?? []) row.signed.push(`${detail.text}|${detail.signature}`)
        row.say('assistant', message.content ?? '')
        for (const { id, function: called } of message.tool_calls ?? [])
          row.call(id, called.name, JSON.parse(called.arguments))
        break
      case 'tool':
        row.result({ id: message.tool_call_id }, message.content)
        break
      default:
        throw new Error(`no role: ${message.role}`)
    }
  }
  const format = body.response_format?.json_schema
  return {
    stream: body.stream === true,
    ...(system === undefined ? {} : { system }),
    items: row.items,
    signed: row.signed,
    tools: seenTools(body),
    ...(body.tool_choice === undefined ? {} : { forcedTool: body.tool_choice.function.name }),
    ...(format === undefined ? {} : { schema: format.schema }),
    ...(body.stop === undefined ? {} : { stop: body.stop }),
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    thinks: body.reasoning_effort !== undefined,
  }
}

const reasons: Readonly<Record<Answer['end'], string>> = {
  stop: 'stop',
  length: 'length',
  tools: 'tool_calls',
  // The message itself says that it refuses.
  refusal: 'stop',
}

function wireUsage({ usage }: Answer): JsonObject {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}

const head = { id: 'chatcmpl-mock', created: 1_764_000_000, model: 'gpt-4.1-2025-04-14', system_fingerprint: 'fp_1' }

function completion(answer: Answer): JsonObject {
  const { text, calls, end } = answer
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: end === 'refusal' || text === '' ? null : text,
          refusal: end === 'refusal' ? text : null,
          ...reasoningFields(answer),
          ...(calls.length === 0 ? {} : { tool_calls: calls.map(wireCall) }),
        },
        logprobs: null,
        finish_reason: reasons[end],
      },
    ],
    usage: wireUsage(answer),
  }
}

function wireCall({ id, name, arguments: args }: Answer['calls'][number]): JsonObject {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } }
}

/** DeepSeek's field, or OpenRouter's with a signature. */
function reasoningFields({ reasoning, isSigned }: Answer): JsonObject {
  if (reasoning === undefined) return {}
  if (isSigned === undefined) return { reasoning_content: reasoning }
  const format = 'anthropic-claude-v1'
  return {
    reasoning,
    reasoning_details: [{ type: 'reasoning.text', text: reasoning, signature, format, index: 0 }],
  }
}

function chunk(delta: JsonObject, reason: string | null = null): JsonObject {
  return {
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    usage: null,
  }
}

function chunks(answer: Answer): JsonObject[] {
  const { text, reasoning, isSigned, calls, end } = answer
  const thought = inHalves(reasoning ?? '').map((piece) =>
    chunk(
      isSigned === undefined
        ? { reasoning_content: piece }
        : {
            reasoning: piece,
            reasoning_details: [{ type: 'reasoning.text', text: piece, format: 'anthropic-claude-v1', index: 0 }],
          },
    ),
  )
  const details = [{ type: 'reasoning.text', signature, format: 'anthropic-claude-v1', index: 0 }]
  return [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...thought,
    ...(isSigned === undefined ? [] : [chunk({ reasoning_details: details })]),
    ...inHalves(text).map((piece) => chunk(end === 'refusal' ? { refusal: piece } : { content: piece })),
    ...calls.flatMap(({ id, name, arguments: args }, index) => [
      chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
      ...inHalves(JSON.stringify(args)).map((piece) =>
        chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
      ),
    ]),
    chunk({}, reasons[end]),
    { ...head, object: 'chat.completion.chunk', choices: [], usage: wireUsage(answer) },
  ]
}
