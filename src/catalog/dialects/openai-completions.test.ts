import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryReply, assembled, grouped } from '../../../test/support/arbitrary-reply.ts'
import { text } from '../../../test/support/arbitrary-request.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { given } from './given.ts'
import { openaiCompletions } from './openai-completions.ts'

const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const asked = { model: 'm', stream: false }
const again = (body: JsonObject): JsonObject => JSON.parse(JSON.stringify(body))
const user = (said: string): ModelRequest['messages'][number] => ({
  role: 'user',
  parts: [{ type: 'text', text: said }],
})

const request = fc
  .record(
    {
      prompt: text,
      stream: fc.boolean(),
      maxOutputTokens: fc.integer({ min: 1, max: 9000 }),
      choiceCount: fc.integer({ min: 1, max: 5 }),
      stop: fc.array(text, { minLength: 1, maxLength: 4 }),
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      topP: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.integer(),
      frequencyPenalty: fc.double({ min: -2, max: 2, noNaN: true }),
      presencePenalty: fc.double({ min: -2, max: 2, noNaN: true }),
      endUser: fc.stringMatching(/^[a-z]{1,64}$/),
      logitBias: fc.constant({ 50256: -100 }),
    },
    { requiredKeys: ['prompt', 'stream', 'maxOutputTokens'] },
  )
  .map(({ prompt, stream, maxOutputTokens, ...fields }): ModelRequest => {
    return { model: 'm', stream, maxOutputTokens, messages: [user(prompt)], ...given(fields), other: [] }
  })

describe('a request', () => {
  it('is written and read without losing anything that it can say', () => {
    fc.assert(
      fc.property(request, (wanted) => {
        const { body, dropped } = openaiCompletions.encodeRequest(wanted, {})
        expect(dropped).toEqual([])
        const { streamUsage: _, ...read } = openaiCompletions.decodeRequest(again(body), asked)
        expect(read).toEqual(JSON.parse(JSON.stringify(wanted)))
      }),
    )
  })

  it('may have its one prompt in an array', () => {
    const { messages } = openaiCompletions.decodeRequest({ model: 'm', prompt: ['Hello'] }, asked)
    expect(messages).toEqual([user('Hello')])
  })

  it.each([
    ['several prompts', ['a', 'b', 'c'], 'holds 3 prompts'],
    ['tokens', [1212, 318], 'holds tokens'],
    ['arrays of tokens', [[1212], [318]], 'holds tokens'],
    ['no prompt', null, 'is missing'],
    ['an empty array', [], 'is missing'],
    ['an object', { text: 'x' }, 'has the wrong type'],
  ])('for another dialect is refused with %s', (_name, prompt, says) => {
    expect(() => openaiCompletions.decodeRequest({ model: 'm', prompt }, asked)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', param: 'prompt', message: expect.stringContaining(says) }),
    )
  })

  it('names what a chat cannot be told, and only that', () => {
    const { other } = openaiCompletions.decodeRequest(
      { model: 'm', prompt: 'x', suffix: 'y', echo: true, best_of: 3, logprobs: 0, n: 2, next_year: 1 },
      asked,
    )
    expect(other.toSorted()).toEqual(['best_of', 'echo', 'logprobs', 'next_year', 'suffix'])
    const silent = { suffix: null, echo: false, best_of: 2, logprobs: null, n: 2 }
    expect(openaiCompletions.decodeRequest({ model: 'm', prompt: 'x', ...silent }, asked).other).toEqual([])
  })

  it('has a conversation as one prompt, and names what is lost of it', () => {
    const { body, dropped } = openaiCompletions.encodeRequest(
      {
        ...asked,
        messages: [
          { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
          {
            role: 'user',
            parts: [
              { type: 'text', text: 'Weather?' },
              { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            ],
          },
          {
            role: 'assistant',
            parts: [
              { type: 'reasoning', text: 'Hm.' },
              { type: 'text', text: 'I look.' },
              { type: 'tool-call', id: 'a', name: 'n', arguments: '{}' },
            ],
          },
          {
            role: 'tool',
            parts: [{ type: 'tool-result', toolCallId: 'a', content: [{ type: 'text', text: '4 °C' }] }],
          },
        ],
        tools: [{ name: 'n' }],
        responseFormat: { type: 'json' },
        reasoning: { mode: 'on' },
        topK: 3,
        other: ['x'],
      },
      { unsupported: ['max_tokens'] },
    )
    expect(body).toEqual({
      model: 'm',
      prompt: 'System: Be brief.\n\nUser: Weather?\n\nAssistant: I look.\n\nTool: 4 °C\n\nAssistant:',
    })
    expect(dropped.toSorted()).toEqual([
      'image_url',
      'max_tokens',
      'reasoning_effort',
      'response_format',
      'thinking',
      'tool_calls',
      'tools',
      'top_k',
      'x',
    ])
  })

  it('leaves an answer more than the 16 tokens that OpenAI gives it', () => {
    const { body } = openaiCompletions.encodeRequest({ ...asked, messages: [user('x')], other: [] }, {})
    expect(body['max_tokens']).toBe(1024)
  })
})

describe('a reply', () => {
  it('says the same in a stream and in one piece, and what was said', () => {
    fc.assert(
      fc.property(arbitraryReply(3), (parts) => {
        const whole = openaiCompletions.decodeReply(again(openaiCompletions.encodeReply(parts, context)))
        const encoder = openaiCompletions.encodeEvents(context)
        const decoder = openaiCompletions.decodeEvents()
        const events = parts.flatMap((part) => [...encoder.push(part)])
        expect(events.at(-1)).toEqual(openaiCompletions.terminator)
        const streamed = events.flatMap((event) => [...decoder.push(event)])
        expect(comparable(streamed)).toEqual(comparable(whole))
        expect(comparable(whole)).toEqual(comparable(parts))
      }),
    )
  })

  it('has its usage in a stream only for a client that asked for it', () => {
    const encoder = openaiCompletions.encodeEvents({ ...context, streamUsage: false })
    const events = (
      [
        { type: 'text-delta', choice: 0, text: 'Hi' },
        { type: 'usage-report', usage: { inputTokens: 1, outputTokens: 1 } },
        { type: 'choice-end', choice: 0, reason: 'length' },
        { type: 'reply-end' },
      ] as const
    ).flatMap((part) => [...encoder.push(part)])
    const head = '{"id":"cmpl-c1","object":"text_completion","created":1,"model":"m","choices":'
    expect(events.map(({ data }) => data)).toEqual([
      `${head}[{"text":"Hi","index":0,"logprobs":null,"finish_reason":null}]}`,
      `${head}[{"text":"","index":0,"logprobs":null,"finish_reason":"length"}]}`,
      '[DONE]',
    ])
  })

  it('of a chat is none', () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }]
    expect(() => openaiCompletions.decodeReply({ choices })).toThrow('have no `text`')
  })

  it('that is a fault is read as one', () => {
    const error = { message: 'no such model', code: 404 }
    expect(() => openaiCompletions.decodeReply({ error })).toThrow('no such model')
    expect([...openaiCompletions.decodeEvents().push({ data: JSON.stringify({ error }) })]).toMatchObject([
      { type: 'reply-error', status: 404, message: 'no such model' },
    ])
  })
})

/** There is a place for text, and none for thinking, calls and kinds of refusal. */
function comparable(parts: readonly ReplyPart[]): unknown {
  const { choices, usage } = assembled(parts)
  const { inputTokens, cachedInputTokens, outputTokens } = usage
  const said = choices.map((choice) => {
    const { text: content, refusal, reason } = grouped(choice)
    return { text: `${content}${refusal}`, reason: reason === 'tool-calls' ? 'stop' : reason }
  })
  return { said, inputTokens, cachedInputTokens, outputTokens }
}
