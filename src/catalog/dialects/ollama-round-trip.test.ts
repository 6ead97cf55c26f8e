import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryReply, assembled, grouped } from '../../../test/support/arbitrary-reply.ts'
import { commonRequest } from '../../../test/support/arbitrary-request.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { ModelRequest, UserPart } from '../../core/model/model-request.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { ollama } from './ollama.ts'
import { ollamaGenerate } from './ollama-generate.ts'

const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const again = (body: JsonObject): JsonObject => JSON.parse(JSON.stringify(body))

describe('ollama', () => {
  it('writes and reads a request without losing anything that it can say', () => {
    fc.assert(
      fc.property(commonRequest, (common) => {
        const request = { ...sayable(common), model: 'qwen3' }
        const { body, dropped } = ollama.encodeRequest(request, {})
        expect(dropped).toEqual([])
        const { streamUsage: _, ...read } = ollama.decodeRequest(again(body), {
          model: 'qwen3',
          stream: request.stream,
        })
        expect(read).toEqual(request)
      }),
    )
  })

  it('says the same in a stream and in one piece, and what was said', () => {
    fc.assert(
      fc.property(arbitraryReply(1), (parts) => {
        const whole = ollama.decodeReply(again(ollama.encodeReply(parts, context)))
        const streamed = readStream(parts)
        expect(comparable(streamed)).toEqual(comparable(whole))
        expect(comparable(whole)).toEqual(comparable(parts))
      }),
    )
  })

  it('names what it cannot say', () => {
    const { dropped } = ollama.encodeRequest(
      {
        model: 'qwen3',
        stream: false,
        messages: [
          { role: 'user', parts: [{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }] },
          {
            role: 'user',
            parts: [{ type: 'document', source: { type: 'base64', mediaType: 'application/pdf', data: 'AA==' } }],
          },
        ],
        tools: [{ name: 'a' }],
        toolChoice: { type: 'required' },
        choiceCount: 2,
        logitBias: { 1: 1 },
        parallelToolCalls: false,
        other: ['x'],
      },
      {},
    )
    expect(dropped.toSorted()).toEqual(
      ['document', 'image.url', 'logit_bias', 'n', 'parallel_tool_calls', 'tool_choice', 'x'].toSorted(),
    )
  })

  it('gives results to the calls that they answer, by id, by name, or in order', () => {
    const call = (name: string) => ({ function: { name, arguments: { a: 1 } } })
    const { messages } = ollama.decodeRequest(
      {
        model: 'm',
        messages: [
          { role: 'assistant', content: '', tool_calls: [call('x'), call('y'), call('x')] },
          { role: 'tool', content: 'of y', tool_name: 'y' },
          { role: 'tool', content: 'of the first x', tool_name: 'x' },
          { role: 'tool', content: 'of the second x' },
        ],
      },
      { model: 'm', stream: false },
    )
    const [assistant, results] = messages
    const ids = assistant?.parts.map((part) => ('id' in part ? part.id : ''))
    expect(results?.parts.map((part) => ('toolCallId' in part ? part.toolCallId : ''))).toEqual([
      ids?.[1],
      ids?.[0],
      ids?.[2],
    ])
  })

  it('reads a fault in a line of a stream, and calls without ids as calls of their own', () => {
    const decoder = ollama.decodeEvents()
    const line = {
      model: 'm',
      created_at: '2026-01-01T00:00:00.5Z',
      message: { role: 'assistant', content: '' },
      done: false,
    }
    const call = { function: { name: 'f', arguments: { big: [1] } } }
    const parts = [...decoder.push({ data: JSON.stringify({ ...line, message: { tool_calls: [call, call] } }) })]
    const ids = parts.flatMap((part) => (part.type === 'tool-call-start' ? [part.id] : []))
    expect(new Set(ids).size).toBe(2)
    expect([...decoder.push({ data: '{"error":"out of memory"}' })]).toMatchObject([
      { type: 'reply-error', message: 'out of memory' },
    ])
    expect(() => [...decoder.push({ data: '{"mess' })]).toThrow('not JSON')
  })
})

describe('ollama-generate', () => {
  it('asks what was asked and says what was said', () => {
    const body = { model: 'm', prompt: 'Hello', system: 'Be brief.', images: ['iVBORw0KGgo='], options: { seed: 7 } }
    const request = ollamaGenerate.decodeRequest(body, { model: 'm', stream: true })
    expect(ollamaGenerate.encodeRequest(request, {})).toEqual({ body: { ...body, stream: true }, dropped: [] })
    const parts: ReplyPart[] = [
      { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'usage-report', usage: { inputTokens: 3, outputTokens: 2 } },
      { type: 'choice-end', choice: 0, reason: 'length' },
      { type: 'reply-end' },
    ]
    const reply = ollamaGenerate.encodeReply(parts, context)
    expect(reply).toMatchObject({ response: 'Hi', thinking: 'Hm.', done: true, done_reason: 'length', eval_count: 2 })
    expect(comparable(ollamaGenerate.decodeReply(reply))).toEqual(comparable(parts))
  })

  it('refuses an empty prompt, which would load a model', () => {
    expect(() => ollamaGenerate.decodeRequest({ model: 'm' }, { model: 'm', stream: true })).toThrow('no model to load')
  })
})

/** Ollama has one text for each message with images beside it, opens no URLs and no documents, and forces no tool. */
function sayable(request: ModelRequest): ModelRequest {
  const { endUser: _, serviceTier: __, parallelToolCalls: ___, toolChoice: ____, responseFormat, ...rest } = request
  const format =
    responseFormat?.type === 'json-schema'
      ? { responseFormat: { type: 'json-schema' as const, schema: responseFormat.schema } }
      : {}
  return {
    ...rest,
    ...format,
    messages: rest.messages.map((message) => {
      if (message.role !== 'user') return message
      const texts = message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
      const images = message.parts.filter((part) => part.type === 'image' && part.source.type === 'base64')
      const parts: UserPart[] = [{ type: 'text', text: texts.join('\n\n') }, ...images]
      return { ...message, parts }
    }),
  }
}

/** Signatures, the parts of usage and the kinds of refusal have no place there. */
function comparable(parts: readonly ReplyPart[]): unknown {
  const { choices, usage } = assembled(parts)
  const { text, reasoning, refusal, calls, reason } = grouped(choices[0] ?? { blocks: [], reason: undefined })
  return {
    text: `${text}${refusal}`,
    reasoning,
    calls,
    isCutShort: reason === 'length',
    input: usage.inputTokens ?? 0,
    output: usage.outputTokens ?? 0,
  }
}

function readStream(parts: readonly ReplyPart[]): ReplyPart[] {
  const encoder = ollama.encodeEvents(context)
  const decoder = ollama.decodeEvents()
  const writer = ollama.framing.writer()
  const text = parts.flatMap((part) => [...encoder.push(part)].map((event) => String(writer.write(event)))).join('')
  return ollama.framing.parse(Buffer.from(text)).flatMap((event) => [...decoder.push(event)])
}
