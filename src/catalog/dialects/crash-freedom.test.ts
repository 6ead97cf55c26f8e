import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anthropicBody, openaiBody } from '../../../test/support/arbitrary-body.ts'
import { cohereBody } from '../../../test/support/arbitrary-cohere.ts'
import { completionsBody } from '../../../test/support/arbitrary-completions.ts'
import { converseBody } from '../../../test/support/arbitrary-converse.ts'
import { geminiBody } from '../../../test/support/arbitrary-gemini-body.ts'
import { ollamaBody } from '../../../test/support/arbitrary-ollama.ts'
import { arbitraryReply } from '../../../test/support/arbitrary-reply.ts'
import { damaged } from '../../../test/support/arbitrary-request.ts'
import { askedBy } from '../../../test/support/asked.ts'
import { responsesBody } from '../../../test/support/responses-body.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { WireEvent } from '../../core/model/framing.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { bedrockInvoke } from './bedrock-invoke.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import { ollama } from './ollama.ts'
import { ollamaGenerate } from './ollama-generate.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-completions.ts'
import { openaiResponses } from './openai-responses.ts'
import { vertexMessages } from './vertex-messages.ts'

/** InvokeModel reads no body without it. */
const version = { anthropic_version: 'bedrock-2023-05-31' }
const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const runs = { numRuns: 300 }
const anything = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>
const models = [
  'claude-sonnet-4-5',
  'us.anthropic.claude-opus-4-8',
  'claude-fable-5',
  'amazon.nova-2-lite-v1:0',
  'openai.gpt-oss-120b-1:0',
  'gpt-5-mini',
  'gemini-2.5-pro',
  'gemini-3-flash',
  'command-a-03-2025',
  'x',
  'constructor',
  '',
]

const dialects = [
  ['openai-chat', openaiChat, openaiBody],
  ['anthropic-messages', anthropicMessages, anthropicBody],
  ['bedrock-converse', bedrockConverse, converseBody],
  ['bedrock-invoke', bedrockInvoke, anthropicBody.map((body) => ({ ...version, ...body }))],
  ['vertex-messages', vertexMessages, anthropicBody],
  ['openai-responses', openaiResponses, responsesBody],
  ['gemini', gemini, geminiBody],
  ['ollama', ollama, ollamaBody],
  ['ollama-generate', ollamaGenerate, ollamaBody],
  ['cohere', cohere, cohereBody],
  ['openai-completions', openaiCompletions, completionsBody],
] as const
const all: readonly Dialect[] = dialects.map(([, dialect]) => dialect)

/** What it gives, or the one error that a caller is told of. Anything else is a bug, and fails the test. */
function orGatewayError<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (fault) {
    if (fault instanceof GatewayError) return undefined
    throw fault
  }
}

describe.each(dialects)('%s', (_name, dialect: Dialect, bodies) => {
  it('reads any request body or refuses it, and what it reads can be written in each dialect', () => {
    fc.assert(
      fc.property(fc.oneof(anything, damaged(bodies), bodies), fc.constantFrom(...models), (value, model) => {
        const body: JsonObject = isJsonObject(value)
          ? value
          : { model: 'm', messages: value, input: value, contents: value }
        const request = orGatewayError(() => dialect.decodeRequest(body, askedBy(body)))
        if (request === undefined) return
        for (const target of all) {
          const { body: written, dropped } = target.encodeRequest({ ...request, model }, { maxOutputTokens: 8192 })
          const text = JSON.stringify(written)
          expect(text).not.toMatch(/"(max_tokens|budget_tokens)":null/)
          for (const name of dropped) expect(typeof name).toBe('string')
          expect(isJsonObject(parseJson(text))).toBe(true)
        }
      }),
      runs,
    )
  })

  it('reads any reply or says that it cannot', () => {
    const reply = arbitraryReply(1).map(
      (parts) => JSON.parse(JSON.stringify(dialect.encodeReply(parts, context))) as JsonValue,
    )
    fc.assert(
      fc.property(fc.oneof(anything, damaged(reply)), (value) => {
        const body: JsonObject = isJsonObject(value)
          ? value
          : { choices: value, content: value, output: value, candidates: value }
        const parts = orGatewayError(() => dialect.decodeReply(body))
        if (parts !== undefined) for (const target of all) writeAll(target, parts)
      }),
      runs,
    )
  })

  it('reads any stream or says that it cannot', () => {
    const events = arbitraryReply(1).map((parts) => {
      const encoder = dialect.encodeEvents(context)
      const written = parts.flatMap((part) => [...encoder.push(part)])
      return written.map(({ event, data }) => ({ event: event ?? '', data: parseJson(data) ?? data }))
    })
    const event = fc.record({ event: fc.constantFrom('', ...eventNames), data: anything }, { noNullPrototype: true })
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.oneof(event, anything), { maxLength: 5 }), damaged(events)), (value) => {
        const decoder = dialect.decodeEvents()
        const parts: ReplyPart[] = []
        for (const item of Array.isArray(value) ? value : [value])
          parts.push(...(orGatewayError(() => [...decoder.push(wireEvent(item))]) ?? []))
        for (const target of all) writeAll(target, parts)
      }),
      runs,
    )
  })

  it('reads any error body', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          anything.map((value) => JSON.stringify(value)),
          anything.map((value) => JSON.stringify({ type: 'error', error: value })),
        ),
        (body) => {
          const fault = dialect.decodeError(500, body)
          expect(fault.message.length).toBeGreaterThan(0)
          expect(fault.message.length).toBeLessThanOrEqual(1000)
        },
      ),
      runs,
    )
  })

  it('refuses what is nested deeper than any stack', () => {
    const depth = 100_000
    const nested = parseJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) ?? null
    const user = { role: 'user', content: 'x' }
    const body = { model: 'm', max_tokens: 5, messages: [user], input: 'x' }
    const schema = { type: 'json_schema', json_schema: { name: 'n', schema: nested } }
    const input = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'n', input: nested }] }
    for (const deep of [
      { ...body, unknown: nested },
      { ...body, response_format: schema, output_config: { format: { ...schema, schema: nested } } },
      { ...body, messages: [user, input], input: [user, input] },
      { contents: [{ parts: [{ functionCall: { name: 'n', args: nested } }] }] },
    ])
      expect(() =>
        dialect.decodeRequest({ ...version, ...(deep as JsonObject) }, { model: 'm', stream: false }),
      ).toThrowError(expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining('nested') }))
    const use = { type: 'tool_use', id: 't', name: 'n', input: nested }
    const call = { id: 't', function: { name: 'n', arguments: nested } }
    const converse = { message: { content: [{ toolUse: { toolUseId: 't', name: 'n', input: nested } }] } }
    const item = { type: 'function_call', call_id: 't', name: 'n', arguments: nested }
    const output = dialect === openaiResponses ? [item] : converse
    const functionCall = { name: 'n', args: nested }
    const candidate = { content: { parts: [{ functionCall }] } }
    const reply = {
      content: [use],
      choices: [{ message: { tool_calls: [call] } }],
      output,
      candidates: [candidate],
      message: { tool_calls: [call] },
    } as JsonObject
    expect(() => dialect.decodeReply(reply)).toThrowError(expect.objectContaining({ code: 'upstream_invalid_reply' }))
  })
})

const eventNames = ['contentBlockStart', 'contentBlockDelta', 'messageStop', 'metadata', 'throttlingException', 'error']

function wireEvent(item: JsonValue): WireEvent {
  const { event, data = item }: JsonObject = isJsonObject(item) ? item : {}
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return typeof event === 'string' && event !== '' ? { event, data: text } : { data: text }
}

function writeAll(dialect: Dialect, parts: readonly ReplyPart[]): void {
  expect(isJsonObject(parseJson(JSON.stringify(dialect.encodeReply(parts, context))))).toBe(true)
  const encoder = dialect.encodeEvents(context)
  for (const part of parts)
    for (const { data } of encoder.push(part)) expect(data === '[DONE]' || isJsonObject(parseJson(data))).toBe(true)
}
