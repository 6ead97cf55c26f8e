import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryReply, assembled, grouped } from '../../../test/support/arbitrary-reply.ts'
import { commonRequest } from '../../../test/support/arbitrary-request.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { ModelRequest, UserPart } from '../../core/model/model-request.ts'
import { type JsonObject, parseJson } from '../../core/wire/json.ts'
import { sse } from '../../core/wire/sse.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { bedrockInvoke } from './bedrock-invoke.ts'
import { gemini } from './gemini.ts'
import { given } from './given.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'

const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const runs = { numRuns: 150 }

type Sayable = (request: ModelRequest) => ModelRequest
const all: Sayable = (request) => request

/** The dialect, a model, and what of a request the two can say. */
const dialects: readonly (readonly [dialect: string, model: string, Dialect, Sayable])[] = [
  ['openai-chat', 'gpt-5.2', openaiChat, all],
  ['anthropic-messages', 'claude-sonnet-4-5', anthropicMessages, all],
  ['bedrock-converse', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', bedrockConverse, sayableInConverse],
  ['bedrock-invoke', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', bedrockInvoke, all],
  ['openai-responses', 'gpt-5.2', openaiResponses, sayableInResponses],
  ['gemini', 'gemini-3-flash', gemini, ({ reasoning: _, ...request }) => withoutNames(request)],
  [
    'gemini',
    'gemini-2.5-flash',
    gemini,
    ({ responseFormat, ...request }) =>
      withoutNames(request.tools === undefined ? { ...request, ...given({ responseFormat }) } : request),
  ],
]

/** Gemini has no names of files and users, no tiers, and calls tools side by side as it likes. */
function withoutNames({ endUser: _, serviceTier: __, parallelToolCalls: ___, ...request }: ModelRequest): ModelRequest {
  return {
    ...request,
    messages: request.messages.map((message) =>
      message.role !== 'user'
        ? message
        : {
            ...message,
            parts: message.parts.map((part) =>
              part.type === 'document' ? { type: 'document', source: part.source } : part,
            ),
          },
    ),
  }
}

describe.each(dialects)('%s, %s', (_name, model, dialect, sayable) => {
  it('writes and reads a request without losing anything that both dialects can say', () => {
    fc.assert(
      fc.property(commonRequest, (common) => {
        const request = sayable(common)
        const { body, dropped } = dialect.encodeRequest({ ...request, model }, {})
        expect(dropped).toEqual([])
        const again = dialect.decodeRequest(parseJson(JSON.stringify(body)) as JsonObject, {
          model,
          stream: request.stream,
        })
        expect(again.other).toEqual([])
        expect(comparable(again)).toEqual(comparable({ ...request, model }))
      }),
      runs,
    )
  })

  it('says the same in a stream and in one piece, and what was said', () => {
    const maxChoices = dialect === openaiChat || dialect === gemini ? 3 : 1
    fc.assert(
      fc.property(arbitraryReply(maxChoices), (parts) => {
        const whole = comparableReply(dialect, dialect.decodeReply(reparsed(dialect.encodeReply(parts, context))))
        const streamed = comparableReply(dialect, decoded(dialect, streamOf(dialect, parts)))
        expect(streamed).toEqual(whole)
        expect(whole.choices).toEqual(comparableReply(dialect, parts).choices)
        expect(whole.usage).toMatchObject(comparableReply(dialect, parts).usage)
      }),
      runs,
    )
  })

  it('reads a stream the same however its bytes are cut', () => {
    fc.assert(
      fc.property(
        arbitraryReply(1),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (parts, sizes, lineEnd) => {
          const stream = streamOf(dialect, parts)
          const bytes =
            dialect.framing === sse ? Buffer.from(`: comment\n\n${stream}`.replaceAll('\n', lineEnd)) : stream
          expect(decoded(dialect, bytes, sizes)).toEqual(decoded(dialect, bytes))
        },
      ),
      runs,
    )
  })
})

describe('between the dialects', () => {
  it.each([
    ['an Anthropic', anthropicMessages],
    ['a Bedrock', bedrockConverse],
  ])('tool calls whose pieces come interleaved reach %s client whole and in order', (_client, dialect) => {
    const calls = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(calls, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (inputs, picks) => {
        const lanes = inputs.map((input, index): ReplyPart[] => {
          const json = JSON.stringify(input)
          const cuts = [json.slice(0, 3), json.slice(3, 6), json.slice(6)].filter((piece) => piece !== '')
          return [
            { type: 'tool-call-start', choice: 0, index, id: `t${index}`, name: 'n' },
            ...cuts.map((piece): ReplyPart => ({ type: 'tool-call-delta', choice: 0, index, json: piece })),
          ]
        })
        const parts: ReplyPart[] = []
        for (let turn = 0; lanes.some((lane) => lane.length > 0); turn++) {
          const open = lanes.filter((lane) => lane.length > 0)
          const lane = open[(picks[turn % picks.length] ?? 0) % open.length]
          const part = lane?.shift()
          if (part !== undefined) parts.push(part)
          if (turn === 2) parts.push({ type: 'text-delta', choice: 0, text: 'said' })
        }
        parts.push({ type: 'choice-end', choice: 0, reason: 'tool-calls' }, { type: 'reply-end' })
        const streamed = assembled(decoded(dialect, streamOf(dialect, parts))).choices
        const order = (list: typeof streamed) =>
          list.map(({ blocks }) => blocks.map(({ id, input, text }) => ({ id, input, text })))
        expect(order(streamed)).toEqual(order(assembled(parts).choices))
      }),
      runs,
    )
  })

  const five = [openaiChat, anthropicMessages, bedrockConverse, openaiResponses, gemini]
  for (const [from, to] of five.flatMap((one) => five.map((other) => [one, other] as const))) {
    if (from === to) continue
    it(`a reply of ${from.id} means the same in ${to.id}, in one piece and streamed`, () => {
      fc.assert(
        fc.property(arbitraryReply(1), (parts) => {
          const through = (reply: readonly ReplyPart[]) => assembled(reply).choices.map(grouped)
          const whole = to.decodeReply(
            reparsed(to.encodeReply(from.decodeReply(reparsed(from.encodeReply(parts, context))), context)),
          )
          const streamed = decoded(to, streamOf(to, decoded(from, streamOf(from, parts))))
          expect(through(whole)).toEqual(through(streamed))
          expect(through(whole).map(withoutFilter)).toEqual(through(parts).map(withoutFilter))
        }),
        runs,
      )
    })
  }
})

/** Responses knows no stop sequences, and takes no less than 16 tokens. */
function sayableInResponses({ stop: _, maxOutputTokens = 16, ...request }: ModelRequest): ModelRequest {
  return { ...request, maxOutputTokens: Math.max(16, maxOutputTokens) }
}

/** OpenAI's filter and Anthropic's refusal are the nearest of each other. */
function withoutFilter(said: Record<string, unknown>): Record<string, unknown> {
  return said['reason'] === 'refusal' ? { ...said, reason: 'content-filter' } : said
}

function reparsed(body: JsonObject): JsonObject {
  return parseJson(JSON.stringify(body)) as JsonObject
}

function streamOf(dialect: Dialect, parts: readonly ReplyPart[]): Buffer {
  const encoder = dialect.encodeEvents(context)
  const writer = dialect.framing.writer()
  const events = parts.flatMap((part) => [...encoder.push(part)])
  return Buffer.concat(events.map((event) => Buffer.from(writer.write(event))))
}

function decoded(dialect: Dialect, bytes: Buffer, sizes: readonly number[] = [bytes.length]): ReplyPart[] {
  const { framing } = dialect
  const framer = framing.framer(1e9)
  const decoder = dialect.decodeEvents()
  const parts: ReplyPart[] = []
  const read = (frame: Buffer | undefined): void => {
    for (const event of frame === undefined ? [] : framing.parse(frame)) parts.push(...decoder.push(event))
  }
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1)
    read(framer.push(bytes.subarray(start, end)))
    start = end
  }
  const rest = framer.rest()
  read(rest && framing.completed(rest))
  // The end of the connection ends a stream without a terminator.
  if (dialect.terminator === undefined) parts.push({ type: 'reply-end' })
  return parts
}

/** Bedrock opens no URLs, knows no end users, wants a name of its own for each document and a text beside it. */
function sayableInConverse({ endUser: _, serviceTier: __, parallelToolCalls, ...request }: ModelRequest): ModelRequest {
  let documents = 0
  const isForced = request.toolChoice?.type === 'required' || request.toolChoice?.type === 'tool'
  return {
    ...request,
    ...(parallelToolCalls === undefined || isForced ? {} : { parallelToolCalls }),
    messages: request.messages.map((message) => {
      if (message.role !== 'user') return message
      const parts = message.parts.map((part): UserPart => {
        if (part.type === 'document') return { ...part, name: `${++documents} ${part.name ?? ''}`.replaceAll('_', '-') }
        return part.type === 'image' && part.source.type === 'url' ? { type: 'text', text: part.source.url } : part
      })
      return { ...message, parts: [...parts, { type: 'text', text: 'Well?' }] }
    }),
  }
}

function comparable({ streamUsage: _, responseFormat, toolChoice, ...request }: ModelRequest): unknown {
  // OpenAI wants a name, Anthropic is always strict: neither changes what is asked for.
  const format = responseFormat?.type === 'json-schema' ? { schema: responseFormat.schema } : responseFormat
  // `auto` is what no choice means.
  return { ...request, format, toolChoice: toolChoice?.type === 'auto' ? undefined : toolChoice }
}

function comparableReply(
  dialect: Dialect,
  parts: readonly ReplyPart[],
): ReturnType<typeof assembled> | { choices: unknown; usage: object } {
  const { choices, usage: counted } = assembled(parts)
  const { reasoningTokens, ...usage } = counted
  if (dialect !== bedrockConverse && reasoningTokens !== undefined) Object.assign(usage, { reasoningTokens })
  if (dialect === openaiChat) return { choices: choices.map(grouped), usage }
  const { cacheWriteTokens, ...counts } = usage
  const said = choices.map(({ blocks, reason }) => withoutFilter({ blocks, reason }))
  // Gemini has no count for what was written to a cache.
  return { choices: said, usage: dialect === gemini ? counts : { ...counts, ...given({ cacheWriteTokens }) } }
}
