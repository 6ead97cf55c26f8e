import { describe, expect, it } from 'vitest'
import {
  chunk,
  completion,
  context,
  partsOf,
  toAnthropic,
  translated,
} from '../../../test/support/translated-replies.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'

describe('an OpenAI reply', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"a":1}' } }

  it('that ends with `stop` after tool calls ends in them', () => {
    expect(toAnthropic(completion({ tool_calls: [call] }))['stop_reason']).toBe('tool_use')
    const events = translated(
      openaiChat,
      anthropicMessages,
      [chunk({ tool_calls: [{ index: 0, ...call }] }), chunk({}, 'stop')],
      '[DONE]',
    )
    expect(events.find(({ type }) => type === 'message_delta')).toMatchObject({ delta: { stop_reason: 'tool_use' } })
  })

  it('with an error beside its choices is an error, in a stream and whole', () => {
    const error = { code: 502, message: 'Provider disconnected' }
    const event = chunk({ content: '' }, 'error', { error })
    expect(partsOf(openaiChat, [chunk({ content: 'Hel' }), event]).at(-1)).toMatchObject({
      type: 'reply-error',
      status: 502,
      message: 'Provider disconnected',
    })
    const inChoice = { id: 'gen-1', choices: [{ index: 0, delta: {}, finish_reason: 'error', error }] }
    expect(partsOf(openaiChat, [inChoice]).at(-1)).toMatchObject({ type: 'reply-error', status: 502 })
    for (const body of [
      { error: { code: 429, message: 'Slow down' } },
      { choices: [{ error: { code: 429, message: 'Slow down' } }] },
    ]) {
      expect(() => openaiChat.decodeReply(body)).toThrowError(
        expect.objectContaining({ code: 'upstream_rate_limited', status: 429, message: 'Slow down' }),
      )
    }
  })

  it('with an error field that says nothing is whole', () => {
    for (const error of [null, false, '', {}])
      expect(toAnthropic(completion({ content: 'x' }, 'stop', { error }))['content'], JSON.stringify(error)).toEqual([
        { type: 'text', text: 'x' },
      ])
  })

  it('has the status that its error’s name means', () => {
    for (const [error, status] of [
      [{ message: 'x', type: 'insufficient_quota' }, 429],
      [{ message: 'x', type: 'requests', code: 'rate_limit_exceeded' }, 429],
      [{ message: 'x', code: 'context_length_exceeded' }, 400],
      [{ message: 'x', type: 'server_error' }, 500],
      [{ message: 'x', type: 'overloaded_error' }, 529],
      [{ message: 'x', code: 'invalid_api_key' }, 401],
      ['plain text', 502],
    ] as const) {
      expect(partsOf(openaiChat, [{ error }])[0], JSON.stringify(error)).toMatchObject({ type: 'reply-error', status })
    }
  })

  it('gives each tool call an id of its own', () => {
    const nameless = [
      { id: '', function: { name: 'a', arguments: '{}' } },
      { function: { name: 'b', arguments: '{}' } },
    ]
    const starts = (list: readonly ReplyPart[]) => list.filter((part) => part.type === 'tool-call-start')
    const whole = starts(openaiChat.decodeReply(completion({ tool_calls: nameless })))
    const streamed = starts(
      partsOf(
        openaiChat,
        nameless.map((item, index) => chunk({ tool_calls: [{ index, ...item }] })),
      ),
    )
    expect(whole).toEqual(streamed)
    const ids = whole.map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^call_gen-1_/)
  })

  it('that numbers all of its calls 0 does not mix their arguments', () => {
    const item = (id: string, name: string): JsonObject => ({
      index: 0,
      id,
      function: { name, arguments: `{"of":"${name}"}` },
    })
    const events = translated(
      openaiChat,
      anthropicMessages,
      [chunk({ tool_calls: [item('x', 'a')] }), chunk({ tool_calls: [item('y', 'b')] }), chunk({}, 'tool_calls')],
      '[DONE]',
    )
    expect(events.filter(({ type }) => type === 'content_block_start')).toMatchObject([
      { index: 0, content_block: { id: 'x', name: 'a' } },
      { index: 1, content_block: { id: 'y', name: 'b' } },
    ])
    expect(events.filter(({ type }) => type === 'content_block_delta')).toMatchObject([
      { index: 0, delta: { partial_json: '{"of":"a"}' } },
      { index: 1, delta: { partial_json: '{"of":"b"}' } },
    ])
  })

  it('that tells the name of a call late is waited for', () => {
    const list = partsOf(openaiChat, [
      chunk({ tool_calls: [{ index: 0, id: 'call_1', function: { arguments: '{' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { name: 'weather', arguments: '}' } }] }),
    ])
    expect(list.slice(1)).toEqual([
      { type: 'tool-call-start', choice: 0, index: 0, id: 'call_1', name: 'weather' },
      { type: 'tool-call-delta', choice: 0, index: 0, json: '{' },
      { type: 'tool-call-delta', choice: 0, index: 0, json: '}' },
    ])
  })

  it('has its custom tool calls read', () => {
    const custom = { id: 'call_1', type: 'custom', custom: { name: 'grep', input: 'needle' } }
    const wanted = [
      { type: 'tool-call-start', id: 'call_1', name: 'grep' },
      { type: 'tool-call-delta', json: 'needle' },
    ]
    expect(openaiChat.decodeReply(completion({ tool_calls: [custom] })).slice(1, 3)).toMatchObject(wanted)
    expect(partsOf(openaiChat, [chunk({ tool_calls: [{ index: 0, ...custom }] })]).slice(1, 3)).toMatchObject(wanted)
  })

  it('keeps thinking in each of the vendors’ forms', () => {
    const mistral = {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
        { type: 'text', text: 'Yes.' },
      ],
    }
    const openrouter = {
      content: 'Yes.',
      reasoning: 'Hm.',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Hm.', signature: 'sig' },
        { type: 'reasoning.encrypted', data: 'xyz', format: 'anthropic-claude-v1' },
      ],
    }
    expect(toAnthropic(completion(mistral))['content']).toEqual([
      { type: 'thinking', thinking: 'Hm.', signature: '' },
      { type: 'text', text: 'Yes.' },
    ])
    expect(toAnthropic(completion(openrouter))['content']).toEqual([
      { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'text', text: 'Yes.' },
    ])
    expect(partsOf(openaiChat, [chunk(mistral)]).slice(1)).toEqual([
      { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
      { type: 'text-delta', choice: 0, text: 'Yes.' },
    ])
  })

  it('that is a refusal says so to an Anthropic client', () => {
    expect(toAnthropic(completion({ refusal: 'I will not.' }))).toMatchObject({
      content: [{ type: 'text', text: 'I will not.' }],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', explanation: 'I will not.' },
    })
    const events = translated(
      openaiChat,
      anthropicMessages,
      [chunk({ refusal: 'I will ' }), chunk({ refusal: 'not.' }), chunk({}, 'stop')],
      '[DONE]',
    )
    expect(events.find(({ type }) => type === 'message_delta')).toMatchObject({
      delta: { stop_reason: 'refusal', stop_details: { type: 'refusal', explanation: 'I will not.' } },
    })
  })

  it('has its usage in whole tokens, written to the cache ones too', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 105,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
    }
    expect(toAnthropic(completion({ content: 'x' }, 'stop', { usage }))['usage']).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 30,
      output_tokens: 5,
    })
    const odd = { prompt_tokens: 7.6, completion_tokens: -1, total_tokens: 'x' }
    expect(openaiChat.decodeReply(completion({}, 'stop', { usage: odd }))).toContainEqual({
      type: 'usage-report',
      usage: { inputTokens: 8 },
    })
  })

  it('counts as output what only the total shows: reasoning that is told apart', () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 2000 }
    expect(openaiChat.decodeReply(completion({ content: 'x' }, 'stop', { usage }))).toContainEqual({
      type: 'usage-report',
      usage: { inputTokens: 1000, outputTokens: 1000 },
    })
  })

  it('has no signature that another vendor than Anthropic made', () => {
    const reasoning_details = [{ type: 'reasoning.text', text: 'Hm.', signature: 'x', format: 'google-gemini-v1' }]
    const parts = openaiChat.decodeReply(completion({ content: 'x', reasoning_details }, 'stop'))
    expect(parts.map(({ type }) => type)).not.toContain('reasoning-signature')
    expect(parts).toContainEqual({ type: 'reasoning-delta', choice: 0, text: 'Hm.' })
  })

  it('has one end per choice, and one where the provider told none', () => {
    const ends = (events: JsonObject[]) =>
      partsOf(openaiChat, events, '[DONE]').filter(({ type }) => type === 'choice-end')
    expect(ends([chunk({ content: 'x' }, 'stop'), chunk({}, 'stop')])).toEqual([
      { type: 'choice-end', choice: 0, reason: 'stop' },
    ])
    expect(ends([chunk({ content: 'x' })])).toEqual([{ type: 'choice-end', choice: 0, reason: 'other' }])
  })

  it('ends for the reasons of other vendors', () => {
    for (const [reason, stopReason] of [
      ['model_length', 'max_tokens'],
      ['max_tokens', 'max_tokens'],
      ['eos', 'end_turn'],
      ['end_turn', 'end_turn'],
      ['SAFETY', 'refusal'],
      ['', 'end_turn'],
    ] as const)
      expect(toAnthropic(completion({ content: 'x' }, reason))['stop_reason'], reason).toBe(stopReason)
  })

  it('spoken aloud has its transcript read', () => {
    expect(toAnthropic(completion({ audio: { id: 'a', data: 'AAAA', transcript: 'Hello' } }))['content']).toEqual([
      { type: 'text', text: 'Hello' },
    ])
  })

  it('streams a second tool call while it is being written', () => {
    const item = (index: number, json: string, name?: string): JsonObject =>
      chunk({
        tool_calls: [
          {
            index,
            ...(name === undefined ? {} : { id: `c${index}` }),
            function: { arguments: json, ...(name === undefined ? {} : { name }) },
          },
        ],
      })
    const decoder = openaiChat.decodeEvents()
    const encoder = anthropicMessages.encodeEvents(context)
    const steps = [item(0, '', 'a'), item(0, '{"x":1}'), item(1, '', 'b'), item(1, '{"y"'), item(1, ':2}')].map(
      (event) =>
        [...decoder.push({ data: JSON.stringify(event) })]
          .flatMap((part) => [...encoder.push(part)])
          .map(({ data }) => data),
    )
    expect(steps[3]?.join('')).toContain('{\\"y\\"')
  })

  it('keeps the order and the arguments when calls and text come interleaved', () => {
    const item = (index: number, json: string, name?: string): JsonObject =>
      chunk({
        tool_calls: [
          {
            index,
            ...(name === undefined ? {} : { id: `c${index}` }),
            function: { arguments: json, ...(name === undefined ? {} : { name }) },
          },
        ],
      })
    const events = translated(
      openaiChat,
      anthropicMessages,
      [
        item(0, '{"x"', 'a'),
        item(1, '{"y"', 'b'),
        chunk({ content: 'So' }),
        item(0, ':1}'),
        item(1, ':2}'),
        chunk({}, 'tool_calls'),
      ],
      '[DONE]',
    )
    const deltas = events.filter(({ type }) => type === 'content_block_delta')
    const of = (index: number): string =>
      deltas
        .filter((event) => event['index'] === index)
        .map(({ delta }) => (isJsonObject(delta) ? String(delta['partial_json'] ?? delta['text']) : ''))
        .join('')
    expect([of(0), of(1), of(2)]).toEqual(['{"x":1}', '{"y":2}', 'So'])
  })
})
