import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryReply, assembled, grouped } from '../../../test/support/arbitrary-reply.ts'
import { commonRequest } from '../../../test/support/arbitrary-request.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { ModelRequest, UserPart } from '../../core/model/model-request.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { cohere } from './cohere.ts'

const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const asked = { model: 'command-a-03-2025', stream: false }
const again = (body: JsonObject): JsonObject => JSON.parse(JSON.stringify(body))
const hello = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] } as const
const plain: ModelRequest = { ...asked, messages: [hello], other: [] }

describe('a request', () => {
  it('is written and read without losing anything that Cohere can say', () => {
    fc.assert(
      fc.property(commonRequest, (common) => {
        const request = { ...sayable(common), model: asked.model }
        const { body, dropped } = cohere.encodeRequest(request, {})
        expect(dropped).toEqual([])
        const { streamUsage: _, ...read } = cohere.decodeRequest(again(body), asked)
        expect(read).toEqual(request)
      }),
    )
  })

  it('with what only Cohere knows is the same behind the neutral form', () => {
    const body = {
      ...asked,
      stream: true,
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a', detail: 'low' } }] },
        {
          role: 'assistant',
          content: [{ type: 'thinking', thinking: 'Two cities.' }],
          tool_plan: 'I look.',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'n', arguments: '{"x":1}' } }],
        },
        {
          role: 'tool',
          tool_call_id: 'a',
          content: [
            { type: 'document', document: { data: { city: 'Oslo' }, id: 'doc:0' } },
            { type: 'text', text: 'x' },
          ],
        },
      ],
      tools: [
        {
          type: 'function',
          function: { name: 'n', parameters: { type: 'object', properties: { x: {} }, required: ['x'] } },
        },
      ],
      strict_tools: true,
      tool_choice: 'NONE',
      max_tokens: 9,
      stop_sequences: ['a', 'b', 'c', 'd', 'e'],
      temperature: 0.3,
      p: 0.5,
      k: 3,
      seed: 7,
      frequency_penalty: 0.5,
      presence_penalty: 1,
      logprobs: true,
      thinking: { type: 'enabled', token_budget: 512 },
    }
    expect(cohere.encodeRequest(cohere.decodeRequest(body, asked), {})).toEqual({ body, dropped: [] })
  })

  it('names what another dialect cannot be told', () => {
    const { other } = cohere.decodeRequest(
      {
        model: 'm',
        messages: [{ role: 'user', content: 'x' }],
        documents: ['x'],
        citation_options: { mode: 'FAST' },
        safety_mode: 'STRICT',
        tool_choice: 'SOMETIMES',
      },
      asked,
    )
    expect(other.toSorted()).toEqual(['citation_options', 'documents', 'safety_mode', 'tool_choice'])
  })

  it('names what Cohere has no word for, and sends the nearest value of what is out of its range', () => {
    const { body, dropped } = cohere.encodeRequest(
      {
        ...plain,
        messages: [
          { role: 'user', name: 'zoe', parts: [{ type: 'text', text: 'Hello', cache: {} }] },
          {
            role: 'user',
            parts: [
              { type: 'document', source: { type: 'base64', mediaType: 'application/pdf', data: 'AA==' } },
              { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
              { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'AA==' } },
              { type: 'image', source: { type: 'file', fileId: 'f' } },
            ],
          },
        ],
        tools: [{ name: 'a', strict: true }],
        parallelToolCalls: false,
        responseFormat: { type: 'json' },
        stop: ['1', '2', '3', '4', '5', '6'],
        maxOutputTokens: 0,
        topP: 1,
        topK: 1000,
        seed: -1,
        frequencyPenalty: -2,
        presencePenalty: 2,
        choiceCount: 2,
        logitBias: { 1: 1 },
        logprobs: { top: 3 },
        endUser: 'u',
        metadata: { a: 'b' },
        serviceTier: 'flex',
        verbosity: 'low',
        other: ['x'],
      },
      {},
    )
    expect(body).toMatchObject({ max_tokens: 1, p: 0.99, k: 500, seed: 0, frequency_penalty: 0, presence_penalty: 1 })
    expect(JSON.stringify(body)).not.toMatch(/"(strict|strict_tools|response_format|user|cache_control)":|zoe/)
    expect(dropped.toSorted()).toEqual(
      [
        'cache_control',
        'document.url',
        'file',
        'frequency_penalty',
        'image.file_id',
        'input_audio',
        'logit_bias',
        'max_tokens',
        'metadata',
        'n',
        'name',
        'parallel_tool_calls',
        'presence_penalty',
        'response_format',
        'seed',
        'service_tier',
        'stop',
        'strict',
        'top_k',
        'top_logprobs',
        'top_p',
        'user',
        'verbosity',
        'x',
      ].toSorted(),
    )
  })

  it('forces one tool by offering no other', () => {
    const tools = [{ name: 'a' }, { name: 'b' }]
    const { body, dropped } = cohere.encodeRequest({ ...plain, tools, toolChoice: { type: 'tool', name: 'b' } }, {})
    expect(body).toMatchObject({ tools: [{ function: { name: 'b' } }], tool_choice: 'REQUIRED' })
    expect(dropped).toEqual([])
    const unknown = cohere.encodeRequest({ ...plain, tools, toolChoice: { type: 'tool', name: 'c' } }, {})
    expect(unknown.body['tools']).toHaveLength(2)
    expect(unknown.dropped).toEqual(['tool_choice'])
  })

  it('asks for thinking as far as the model thinks', () => {
    const thinking = (reasoning: ModelRequest['reasoning'], supportsReasoning?: boolean) => {
      const traits = supportsReasoning === undefined ? {} : { supportsReasoning }
      const { body, dropped } = cohere.encodeRequest({ ...plain, ...(reasoning && { reasoning }) }, traits)
      return [body['thinking'], ...dropped]
    }
    expect(thinking({ mode: 'on', effort: 'minimal' })).toEqual([{ type: 'enabled', token_budget: 2048 }])
    expect(thinking({ mode: 'on', effort: 'xhigh' }, true)).toEqual([{ type: 'enabled' }])
    expect(thinking({ mode: 'on', budgetTokens: 300, effort: 'low' })).toEqual([{ type: 'enabled', token_budget: 300 }])
    expect(thinking({ mode: 'adaptive' })).toEqual([undefined])
    expect(thinking({ mode: 'off' })).toEqual([{ type: 'disabled' }])
    expect(thinking({ mode: 'off' }, false)).toEqual([undefined])
    expect(thinking({ mode: 'on' }, false)).toEqual([undefined, 'reasoning_effort'])
  })
})

describe('a reply', () => {
  it('says the same in a stream and in one piece, and what was said', () => {
    fc.assert(
      fc.property(arbitraryReply(1), (parts) => {
        const whole = cohere.decodeReply(again(cohere.encodeReply(parts, context)))
        const encoder = cohere.encodeEvents(context)
        const decoder = cohere.decodeEvents()
        const streamed = parts.flatMap((part) => [...encoder.push(part)]).flatMap((event) => [...decoder.push(event)])
        expect(comparable(streamed)).toEqual(comparable(whole))
        expect(comparable(whole)).toEqual(comparable(parts))
      }),
    )
  })

  it('has calls one after the other, however their pieces come', () => {
    const encoder = cohere.encodeEvents(context)
    const call = (index: number): ReplyPart => ({
      type: 'tool-call-start',
      choice: 0,
      index,
      id: `t${index}`,
      name: 'n',
    })
    const piece = (index: number, json: string): ReplyPart => ({ type: 'tool-call-delta', choice: 0, index, json })
    const parts: ReplyPart[] = [call(0), call(1), piece(1, '{"b"'), piece(0, '{"a":1}'), piece(1, ':2}'), call(2)]
    const events = [...parts, { type: 'reply-end' } as const].flatMap((part) => [...encoder.push(part)])
    expect(events.map(({ event }) => event)).toEqual([
      'message-start',
      ...[0, 1, 2].flatMap((index) => [
        'tool-call-start',
        ...(index === 1 ? ['tool-call-delta'] : []),
        'tool-call-delta',
        'tool-call-end',
      ]),
      'message-end',
    ])
    const decoder = cohere.decodeEvents()
    const { choices } = assembled(events.flatMap((event) => [...decoder.push(event)]))
    expect(choices[0]?.blocks.map(({ input }) => input)).toEqual([{ a: 1 }, { b: 2 }, {}])
  })

  it('of Cohere is read with its plan, its thinking and its counts', () => {
    const usage = {
      billed_units: { input_tokens: 37, output_tokens: 28 },
      tokens: { input_tokens: 913, output_tokens: 83 },
      cached_tokens: 500,
    }
    const call = { id: 'get_0', type: 'function', function: { name: 'get', arguments: '{}' } }
    const message = { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.' }], tool_plan: 'I look.' }
    const parts = cohere.decodeReply({
      id: 'r',
      finish_reason: 'TOOL_CALL',
      message: { ...message, tool_calls: [call] },
      usage,
    })
    expect(parts).toEqual([
      { type: 'reply-start', id: 'r' },
      { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
      { type: 'text-delta', choice: 0, text: 'I look.' },
      { type: 'tool-call-start', choice: 0, index: 0, id: 'get_0', name: 'get' },
      { type: 'tool-call-delta', choice: 0, index: 0, json: '{}' },
      {
        type: 'usage-report',
        usage: {
          inputTokens: 913,
          outputTokens: 83,
          cachedInputTokens: 500,
          billed: { inputTokens: 37, outputTokens: 28 },
        },
      },
      { type: 'choice-end', choice: 0, reason: 'tool-calls' },
      { type: 'reply-end' },
    ])
  })

  it.each([
    ['COMPLETE', 'stop'],
    ['STOP_SEQUENCE', 'stop-sequence'],
    ['MAX_TOKENS', 'length'],
    ['TIMEOUT', 'length'],
    ['ERROR_TOXIC', 'content-filter'],
    ['max_tokens', 'length'],
    ['SOMETHING_NEW', 'other'],
  ])('that ends in %s ends in %s', (finish_reason, reason) => {
    const parts = cohere.decodeReply({ message: { role: 'assistant', content: [] }, finish_reason })
    expect(parts).toContainEqual({ type: 'choice-end', choice: 0, reason })
  })

  it('that failed is a fault, in one piece and inside a stream', () => {
    expect(() => cohere.decodeReply({ message: { content: [] }, finish_reason: 'ERROR' })).toThrow('reported a fault')
    expect(() => cohere.decodeReply({ message: 'no credit' })).toThrow('no credit')
    const read = (data: unknown) => [...cohere.decodeEvents().push({ data: JSON.stringify(data) })]
    const fault = (message: string) => [{ type: 'reply-error', status: 502, message, vendorType: 'ERROR' }]
    expect(read({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'out of luck' } })).toEqual(
      fault('out of luck'),
    )
    expect(read({ message: 'too many tokens' })).toEqual(fault('too many tokens'))
    expect(read({ type: 'error', error: { message: 'oh' } })).toEqual(fault('oh'))
    expect(read({ type: 'citation-start', index: 0, delta: {} })).toEqual([])
    expect(() => cohere.decodeEvents().push({ data: '{"type' })).toThrow('not JSON')
  })
})

/** Cohere knows no end users, tiers or documents beside a conversation, no choice of one tool, and no form beside tools. */
function sayable(request: ModelRequest): ModelRequest {
  const { endUser: _, serviceTier: __, parallelToolCalls: ___, toolChoice: choice, responseFormat, ...rest } = request
  return {
    ...rest,
    ...(choice?.type === 'required' || choice?.type === 'tool' ? { toolChoice: { type: 'required' } } : {}),
    ...(responseFormat === undefined || rest.tools !== undefined ? {} : { responseFormat }),
    messages: rest.messages.map((message) => {
      if (message.role !== 'user') return message
      return {
        ...message,
        parts: message.parts.map(
          (part): UserPart => (part.type === 'document' ? { type: 'text', text: part.name ?? '' } : part),
        ),
      }
    }),
  }
}

/** Signatures, the parts of usage and the kinds of refusal have no place there. */
function comparable(parts: readonly ReplyPart[]): unknown {
  const { choices, usage } = assembled(parts)
  const { text, reasoning, refusal, calls, reason } = grouped(choices[0] ?? { blocks: [], reason: undefined })
  const { inputTokens, outputTokens, cachedInputTokens } = usage
  return { text: `${text}${refusal}`, reasoning, calls, reason, inputTokens, outputTokens, cachedInputTokens }
}
