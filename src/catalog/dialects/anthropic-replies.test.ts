import { describe, expect, it } from 'vitest'
import {
  anthropicReply,
  chunk,
  firstMessage,
  partsOf,
  toOpenai,
  translated,
} from '../../../test/support/translated-replies.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'

describe('an Anthropic reply', () => {
  it('with a tool call without arguments has JSON in it, in a stream too', () => {
    const use = { type: 'tool_use', id: 'toolu_1', name: 'bell', input: {} }
    const stream = [
      { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: use },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 3 } },
      { type: 'message_stop' },
    ]
    const args = (events: JsonObject[]): string =>
      events
        .flatMap(({ choices }) => (Array.isArray(choices) ? choices : []))
        .flatMap((choice) =>
          isJsonObject(choice) && isJsonObject(choice['delta']) ? [choice['delta']['tool_calls']] : [],
        )
        .flatMap((calls) => (Array.isArray(calls) ? calls : []))
        .map((item) =>
          isJsonObject(item) && isJsonObject(item['function']) ? String(item['function']['arguments'] ?? '') : '',
        )
        .join('')
    expect(args(translated(anthropicMessages, openaiChat, stream))).toBe('{}')
    const early = stream.map((event) =>
      event.type === 'content_block_start' ? { ...event, content_block: { ...use, input: { loud: true } } } : event,
    )
    expect(args(translated(anthropicMessages, openaiChat, early))).toBe('{"loud":true}')
    expect(firstMessage(toOpenai(anthropicReply([use])))).toMatchObject({
      tool_calls: [{ function: { arguments: '{}' } }],
    })
  })

  it('keeps the cached tokens when a later report does not repeat them', () => {
    const list = partsOf(anthropicMessages, [
      {
        type: 'message_start',
        message: { usage: { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 1 } },
      },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 10, output_tokens: 7 } },
    ])
    const usage = Object.assign({}, ...list.map((part) => (part.type === 'usage-report' ? part.usage : {})))
    expect(usage).toMatchObject({ inputTokens: 100, cachedInputTokens: 90, outputTokens: 7 })
    const late = partsOf(anthropicMessages, [
      { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } },
      { type: 'message_delta', delta: {}, usage: { cache_read_input_tokens: 90, output_tokens: 7 } },
      { type: 'message_delta', delta: {}, usage: { input_tokens: 0, output_tokens: 7 } },
    ])
    expect(Object.assign({}, ...late.map((part) => (part.type === 'usage-report' ? part.usage : {})))).toMatchObject({
      inputTokens: 100,
    })
  })

  it('that is a refusal says why to an OpenAI client', () => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'It could do harm.' }
    const reply = toOpenai(anthropicReply([], { stop_reason: 'refusal', stop_details }))
    expect(reply).toMatchObject({
      choices: [{ finish_reason: 'content_filter', message: { content: null, refusal: 'It could do harm.' } }],
    })
    const events = translated(anthropicMessages, openaiChat, [
      { type: 'message_start', message: { usage: { input_tokens: 1 } } },
      { type: 'message_delta', delta: { stop_reason: 'refusal', stop_details }, usage: { output_tokens: 0 } },
      { type: 'message_stop' },
    ])
    expect(JSON.stringify(events)).toContain('"refusal":"It could do harm."')
  })

  it('that is an error with status 200 is an error', () => {
    const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    expect(() => anthropicMessages.decodeReply(body)).toThrowError(
      expect.objectContaining({ code: 'upstream_overloaded', status: 529, message: 'Overloaded' }),
    )
    expect(() => anthropicMessages.decodeReply({})).toThrowError(GatewayError)
  })

  it('that ends its turn after a tool call ends in it', () => {
    const use = { type: 'tool_use', id: 't', name: 'bell', input: {} }
    expect(toOpenai(anthropicReply([use]))).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] })
  })

  it('gives each thinking block whole with its signature, so that a client of a stream can send it back', () => {
    const block = (index: number, text: string, signature: string): JsonObject[] => [
      { type: 'content_block_start', index, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking: text.slice(0, 2) } },
      { type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking: text.slice(2) } },
      { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature } },
      { type: 'content_block_stop', index },
    ]
    const events = translated(anthropicMessages, openaiChat, [
      { type: 'message_start', message: { usage: { input_tokens: 1 } } },
      ...block(0, 'First.', 's1'),
      ...block(1, 'Second.', 's2'),
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
      { type: 'message_stop' },
    ])
    const deltas = events
      .flatMap(({ choices }) => (Array.isArray(choices) ? choices : []))
      .flatMap((choice) => (isJsonObject(choice) && isJsonObject(choice['delta']) ? [choice['delta']] : []))
    expect(deltas.flatMap(({ thinking_blocks: blocks }) => (Array.isArray(blocks) ? blocks : []))).toEqual([
      { type: 'thinking', thinking: 'First.', signature: 's1' },
      { type: 'thinking', thinking: 'Second.', signature: 's2' },
    ])
    expect(deltas.map(({ reasoning_content: text }) => text ?? '').join('')).toBe('First.Second.')
  })
})

describe('a stream', () => {
  it('begins for the client when it begins at the provider, however long the first word takes', () => {
    const started = { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 1 } } }
    expect(translated(anthropicMessages, openaiChat, [started])).toMatchObject([
      { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] },
    ])
    expect(translated(openaiChat, anthropicMessages, [chunk({ role: 'assistant', content: '' })])).toMatchObject([
      { type: 'message_start' },
    ])
  })
})

describe('errors', () => {
  it('keep Anthropic’s own code', () => {
    const error = { type: 'invalid_request_error', message: 'x', details: { error_code: 'organization_on_hold' } }
    expect(anthropicMessages.decodeError(400, JSON.stringify({ type: 'error', error }))).toMatchObject({
      vendorType: 'invalid_request_error',
      vendorCode: 'organization_on_hold',
    })
  })

  it('have the type that the client’s dialect has for the status', () => {
    for (const [status, type] of [
      [400, 'invalid_request_error'],
      [401, 'authentication_error'],
      [402, 'billing_error'],
      [403, 'permission_error'],
      [404, 'not_found_error'],
      [408, 'timeout_error'],
      [409, 'conflict_error'],
      [413, 'request_too_large'],
      [422, 'invalid_request_error'],
      [429, 'rate_limit_error'],
      [500, 'api_error'],
      [502, 'api_error'],
      [503, 'overloaded_error'],
      [504, 'timeout_error'],
      [529, 'overloaded_error'],
    ] as const)
      expect(
        anthropicMessages.encodeError(new GatewayError('upstream_error', 'x', { status })),
        String(status),
      ).toMatchObject({
        type: 'error',
        error: { type },
      })
  })
})
