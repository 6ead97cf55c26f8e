import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anthropicBody, openaiBody } from '../../../test/support/arbitrary-body.ts'
import { arbitraryReply } from '../../../test/support/arbitrary-reply.ts'
import { askedBy } from '../../../test/support/asked.ts'
import { openaiFaults } from '../../../test/support/openai-shapes.ts'
import { responsesFaults } from '../../../test/support/responses-shapes.ts'
import { type ErrorCode, errorCatalogue, GatewayError } from '../../core/errors.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'

const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const runs = { numRuns: 100 }

function reparsed(body: unknown): JsonObject {
  return JSON.parse(JSON.stringify(body)) as JsonObject
}

describe('what we write as OpenAI Responses, held against OpenAI’s types or its own description', () => {
  for (const [client, bodies] of [
    [anthropicMessages, anthropicBody],
    // An effort that nobody knows is for OpenAI to refuse.
    [openaiChat, openaiBody.filter((body) => body['reasoning_effort'] !== 'constructor')],
  ] as const) {
    it(`a request for a client of ${client.id} is one that OpenAI knows, field by field`, () => {
      const faults = responsesFaults('CreateResponse')
      fc.assert(
        fc.property(bodies, fc.constantFrom('gpt-5.2', 'gpt-5-mini', 'gpt-4o'), (body, model) => {
          const request = client.decodeRequest(body, askedBy(body))
          expect(faults(reparsed(openaiResponses.encodeRequest({ ...request, model }, {}).body))).toEqual([])
        }),
        runs,
      )
    })
  }

  it('a reply is one, whole and streamed', () => {
    const ofWhole = responsesFaults('Response')
    const ofEvent = responsesFaults('ResponseStreamEvent')
    fc.assert(
      fc.property(arbitraryReply(2), (parts) => {
        const whole = reparsed(openaiResponses.encodeReply(parts, context))
        expect(ofWhole(whole)).toEqual([])
        const events = eventsOf(parts)
        for (const event of events) expect(ofEvent(event)).toEqual([])
        expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, index) => index))
        expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress'])
        const last = events.at(-1)
        expect(last?.['type']).toMatch(/^response\.(completed|incomplete)$/)
        expect(last?.['response']).toEqual(whole)
      }),
      runs,
    )
  })

  it('each item of a stream is added once, done once, and what it was told to be in its deltas', () => {
    fc.assert(
      fc.property(arbitraryReply(1), (parts) => {
        const added = new Map<unknown, string>()
        const done = new Map<unknown, JsonObject>()
        for (const { type, output_index: index, delta, item } of eventsOf(parts)) {
          if (type === 'response.output_item.added') {
            expect(index).toBe(added.size)
            added.set(index, '')
          }
          if (typeof delta === 'string') {
            expect(done.has(index)).toBe(false)
            added.set(index, `${added.get(index)}${delta}`)
          }
          if (type === 'response.output_item.done') done.set(index, item as JsonObject)
        }
        expect([...done.keys()].sort()).toEqual([...added.keys()].sort())
        for (const [index, text] of added) expect(textOf(done.get(index))).toBe(text)
      }),
      runs,
    )
  })

  it('a refusal and a reply with nothing in it are ones too', () => {
    for (const parts of [
      [
        { type: 'text-delta', choice: 0, text: 'Well.' },
        { type: 'refusal-delta', choice: 0, text: 'No.' },
        { type: 'choice-end', choice: 0, reason: 'stop' },
      ],
      [{ type: 'choice-end', choice: 0, reason: 'other' }],
      [],
    ] satisfies ReplyPart[][]) {
      const ended: ReplyPart[] = [...parts, { type: 'reply-end' }]
      expect(responsesFaults('Response')(reparsed(openaiResponses.encodeReply(ended, context)))).toEqual([])
      for (const event of eventsOf(ended)) expect(responsesFaults('ResponseStreamEvent')(event)).toEqual([])
    }
  })

  it('every error is one', () => {
    for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
      const error = new GatewayError(code, 'What happened.', { param: 'input', vendorCode: 'x' })
      expect(openaiFaults('ErrorResponse')(openaiResponses.encodeError(error))).toEqual([])
      expect(responsesFaults('ResponseStreamEvent')(JSON.parse(openaiResponses.encodeErrorEvent(error).data))).toEqual(
        [],
      )
    }
  })

  it('they are strict enough to mean something', () => {
    const faults = responsesFaults('CreateResponse')
    expect(faults({ model: 'm', input: [], store: false, top_k: 1 })).not.toEqual([])
    expect(faults({ model: 'm', input: [{ role: 'user' }], store: false })).not.toEqual([])
    expect(responsesFaults('ResponseStreamEvent')({ type: 'response.created', sequence_number: 0 })).not.toEqual([])
  })
})

function eventsOf(parts: readonly ReplyPart[]): JsonObject[] {
  const encoder = openaiResponses.encodeEvents(context)
  return parts.flatMap((part) =>
    [...encoder.push(part)].map(({ event, data }) => {
      const json = JSON.parse(data) as JsonObject
      expect(event).toBe(json['type'])
      return json
    }),
  )
}

/** What a whole item holds of text. */
function textOf(item: JsonObject | undefined): string {
  switch (item?.['type']) {
    case 'message':
      return (item['content'] as JsonObject[]).map(({ text, refusal }) => String(text ?? refusal)).join('')
    case 'reasoning':
      return (item['summary'] as JsonObject[]).map(({ text }) => String(text)).join('')
    default:
      return String(item?.['arguments'])
  }
}
