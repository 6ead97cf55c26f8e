import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AnthropicError,
  AnthropicEvent,
  AnthropicReply,
  AnthropicRequest,
} from '../../../test/support/anthropic-shapes.ts'
import { anthropicBody, openaiBody } from '../../../test/support/arbitrary-body.ts'
import { arbitraryReply } from '../../../test/support/arbitrary-reply.ts'
import { askedBy } from '../../../test/support/asked.ts'
import { openaiFaults } from '../../../test/support/openai-shapes.ts'
import { type ErrorCode, errorCatalogue, GatewayError } from '../../core/errors.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'

const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const runs = { numRuns: 100 }

function reparsed(body: unknown): JsonObject {
  return JSON.parse(JSON.stringify(body)) as JsonObject
}

function codes(): ErrorCode[] {
  return Object.keys(errorCatalogue) as ErrorCode[]
}

describe('what we write as OpenAI, held against OpenAI’s types or its own description', () => {
  it('a request for an Anthropic client is one that OpenAI knows, field by field', () => {
    const faults = openaiFaults('CreateChatCompletionRequest')
    fc.assert(
      fc.property(anthropicBody, fc.constantFrom('gpt-5.2', 'gpt-5-mini', 'gpt-4o', 'other'), (body, model) => {
        const request = anthropicMessages.decodeRequest(body, askedBy(body))
        const sent = reparsed(openaiChat.encodeRequest({ ...request, model }, {}).body)
        expect(faults(sent)).toEqual([])
      }),
      runs,
    )
  })

  it('a reply is one, whole and streamed', () => {
    const ofWhole = openaiFaults('CreateChatCompletionResponse')
    const ofChunk = openaiFaults('CreateChatCompletionStreamResponse')
    fc.assert(
      fc.property(arbitraryReply(3), fc.boolean(), (parts, streamUsage) => {
        expect(ofWhole(reparsed(openaiChat.encodeReply(parts, context)))).toEqual([])
        const encoder = openaiChat.encodeEvents({ ...context, streamUsage })
        const events = parts.flatMap((part) => [...encoder.push(part)]).map(({ data }) => data)
        expect(events.at(-1)).toBe('[DONE]')
        for (const event of events.slice(0, -1)) expect(ofChunk(JSON.parse(event))).toEqual([])
      }),
      runs,
    )
  })

  it('a refusal and a reply with nothing in it are ones too', () => {
    const faults = openaiFaults('CreateChatCompletionResponse')
    for (const parts of [
      [
        { type: 'refusal-delta', choice: 0, text: 'No.' },
        { type: 'choice-end', choice: 0, reason: 'refusal' },
      ],
      [{ type: 'choice-end', choice: 0, reason: 'other' }],
    ] satisfies ReplyPart[][])
      expect(faults(reparsed(openaiChat.encodeReply([...parts, { type: 'reply-end' }], context)))).toEqual([])
  })

  it('every error is one', () => {
    const faults = openaiFaults('ErrorResponse')
    for (const code of codes()) {
      for (const details of [{}, { param: 'messages', vendorCode: 'x', vendorType: 'y', status: 529 }]) {
        const error = new GatewayError(code, 'What happened.', details)
        expect(faults(openaiChat.encodeError(error))).toEqual([])
        expect(faults(JSON.parse(openaiChat.encodeErrorEvent(error).data))).toEqual([])
      }
    }
  })

  it('they are strict enough to mean something', () => {
    expect(openaiFaults('CreateChatCompletionRequest')({ model: 'm', messages: [] })).not.toEqual([])
    expect(
      openaiFaults('CreateChatCompletionRequest')({ model: 'm', messages: [{ role: 'user', content: 'x' }], top_k: 1 }),
    ).not.toEqual([])
    expect(openaiFaults('CreateChatCompletionStreamResponse')({ id: 'x', choices: [{ index: 0 }] })).not.toEqual([])
  })
})

describe('what we write as Anthropic, held against the rules of its API', () => {
  const models = [
    'claude-3-5-haiku-20241022',
    'claude-sonnet-4-5',
    'claude-opus-4-6',
    'claude-opus-4-8',
    'claude-fable-5-1',
    'kimi',
  ]

  it('a request for an OpenAI client is one that Anthropic takes', () => {
    fc.assert(
      fc.property(
        openaiBody,
        fc.constantFrom(...models),
        fc.constantFrom({}, { maxOutputTokens: 8192 }),
        (body, model, traits) => {
          const request = openaiChat.decodeRequest(body, askedBy(body))
          const sent = reparsed(anthropicMessages.encodeRequest({ ...request, model }, traits).body)
          const result = AnthropicRequest.safeParse(sent)
          expect(result.error?.issues ?? [], JSON.stringify(sent)).toEqual([])
          if (model === 'claude-opus-4-8') {
            expect(sent).not.toHaveProperty('temperature')
            expect(sent['thinking']).not.toMatchObject({ type: 'enabled' })
          }
        },
      ),
      runs,
    )
  })

  it('a reply is one, whole and streamed', () => {
    fc.assert(
      fc.property(arbitraryReply(1), (parts) => {
        expect(AnthropicReply.safeParse(reparsed(anthropicMessages.encodeReply(parts, context))).error).toBeUndefined()
        const encoder = anthropicMessages.encodeEvents(context)
        const events = parts.flatMap((part) => [...encoder.push(part)])
        let open = -1
        for (const { event, data } of events) {
          const json = JSON.parse(data) as JsonObject
          expect(AnthropicEvent.safeParse(json).error).toBeUndefined()
          expect(event).toBe(json['type'])
          if (event === 'content_block_start') expect(json['index']).toBe(++open)
          if (event === 'content_block_delta' || event === 'content_block_stop') expect(json['index']).toBe(open)
        }
        expect(events[0]?.event).toBe('message_start')
        expect(events.slice(-2).map(({ event }) => event)).toEqual(['message_delta', 'message_stop'])
      }),
      runs,
    )
  })

  it('every error is one', () => {
    for (const code of codes())
      expect(
        AnthropicError.safeParse(anthropicMessages.encodeError(new GatewayError(code, 'x', { param: 'p' }))).error,
      ).toBeUndefined()
  })
})
