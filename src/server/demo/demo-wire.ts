import { createHash } from 'node:crypto'
import type { JsonObject, JsonValue } from '../../core/wire/json.ts'
import type { DemoReply } from './demo-answer.ts'
import type { DemoChatRequest, DemoEmbeddingRequest } from './demo-request.ts'
import { countTokens, tokensOf } from './tokens.ts'

/** Unix seconds of every demo reply: the same request has the same bytes as its answer. */
const createdAt = 1_767_225_600

export function chatCompletion(request: DemoChatRequest, reply: DemoReply): JsonObject {
  const { reasoning, text, refusal, toolCalls } = reply
  const message: JsonObject = {
    role: 'assistant',
    content: text ?? null,
    refusal: refusal ?? null,
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(toolCall) }),
  }
  return {
    ...head(request, 'chat.completion'),
    choices: choiceIndexes(request).map((index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: reply.finishReason,
    })),
    usage: usage(request, reply),
  }
}

/** The data of each event, without the `[DONE]` at the end. */
export function* chatCompletionChunks(request: DemoChatRequest, reply: DemoReply): Generator<JsonObject> {
  const common = head(request, 'chat.completion.chunk')
  const includesUsage = request.stream_options?.include_usage === true
  const chunk = (index: number, delta: JsonObject, finishReason: string | null = null): JsonObject => ({
    ...common,
    choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
    ...(includesUsage ? { usage: null } : {}),
  })
  for (const index of choiceIndexes(request)) {
    yield chunk(index, { role: 'assistant', content: reply.text === undefined ? null : '', refusal: null })
    for (const token of tokensOf(reply.reasoning ?? '')) yield chunk(index, { reasoning_content: token })
    for (const token of tokensOf(reply.text ?? '')) yield chunk(index, { content: token })
    for (const token of tokensOf(reply.refusal ?? '')) yield chunk(index, { refusal: token })
    for (const [position, call] of (reply.toolCalls ?? []).entries()) {
      const { id, name } = call
      const start = { index: position, id, type: 'function', function: { name, arguments: '' } }
      yield chunk(index, { tool_calls: [start] })
      for (const piece of tokensOf(call.arguments)) {
        yield chunk(index, { tool_calls: [{ index: position, function: { arguments: piece } }] })
      }
    }
    yield chunk(index, {}, reply.finishReason)
  }
  if (includesUsage) yield { ...common, choices: [], usage: usage(request, reply) }
}

export function embeddings(request: DemoEmbeddingRequest): JsonObject {
  const { input, dimensions, encoding_format: format } = request
  const inputs: readonly (string | readonly number[])[] =
    typeof input === 'string' ? [input] : isTokenList(input) ? [input] : input
  const data = inputs.map((item, index) => {
    const text = typeof item === 'string' ? item : item.join(' ')
    const vector = unitVector(text, dimensions ?? 256)
    const embedding: JsonValue = format === 'base64' ? base64(vector) : vector
    return { object: 'embedding', index, embedding }
  })
  const tokens = inputs.reduce((sum, item) => sum + (typeof item === 'string' ? countTokens(item) : item.length), 0)
  return { object: 'list', data, model: request.model, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

function isTokenList(input: DemoEmbeddingRequest['input']): input is number[] {
  return typeof input !== 'string' && typeof input[0] === 'number'
}

/** Sums a vector for each word, so that texts that share words lie closer together, as real embeddings do. */
export function unitVector(text: string, dimensions: number): number[] {
  const sum = new Array<number>(dimensions).fill(0)
  for (const word of text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.slice(0, 8192) ?? [text]) {
    addWord(sum, word)
  }
  const length = Math.hypot(...sum)
  // As 32-bit floats, so that both encodings carry the same numbers.
  return length === 0
    ? sum.fill(Math.fround(1 / Math.sqrt(dimensions)))
    : sum.map((value) => Math.fround(value / length))
}

function addWord(sum: number[], word: string): void {
  // xorshift32, seeded by the hash: `| 1` because its state must not be zero.
  let state = createHash('sha256').update(word).digest().readUInt32LE(0) | 1
  for (let index = 0; index < sum.length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    sum[index] = (sum[index] ?? 0) + state / 0x8000_0000
  }
}

function base64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}

export function modelList(names: readonly string[]): JsonObject {
  return { object: 'list', data: names.map((id) => ({ id, object: 'model', created: createdAt, owned_by: 'demo' })) }
}

export function errorBody(message: string, type: string, code: string | null, param: string | null = null): JsonObject {
  return { error: { message, type, param, code } }
}

function head(request: DemoChatRequest, object: string): JsonObject {
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 24)
  return { id: `chatcmpl-demo-${digest}`, object, created: createdAt, model: request.model, system_fingerprint: 'demo' }
}

function choiceIndexes({ n }: DemoChatRequest): number[] {
  return Array.from({ length: n ?? 1 }, (_, index) => index)
}

function usage({ n }: DemoChatRequest, reply: DemoReply): JsonObject {
  const { prompt, completion, reasoning } = reply.usage
  const total = completion * (n ?? 1)
  return {
    prompt_tokens: prompt,
    completion_tokens: total,
    total_tokens: prompt + total,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning * (n ?? 1) },
  }
}

function toolCall({ id, name, arguments: text }: NonNullable<DemoReply['toolCalls']>[number]): JsonObject {
  return { id, type: 'function', function: { name, arguments: text } }
}
