import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import { ollama } from './ollama.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-completions.ts'
import { openaiResponses } from './openai-responses.ts'

const targets: readonly Dialect[] = [
  anthropicMessages,
  openaiChat,
  bedrockConverse,
  openaiResponses,
  gemini,
  ollama,
  cohere,
  openaiCompletions,
]

/** Time must grow with a body's size, not with its square: one caller would stop all others. */
// With the square of the size it would be minutes; a busy machine takes seconds.
const maxMs = 20_000
const many = 60_000

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

function translate(from: Dialect, to: Dialect, body: JsonObject): number {
  const start = performance.now()
  to.encodeRequest(
    {
      ...from.decodeRequest({ model: 'm', max_tokens: 5, ...body }, { model: 'm', stream: false }),
      model: 'claude-opus-4-8',
    },
    {},
  )
  return performance.now() - start
}

const user = { role: 'user', content: 'x' }
const call = { id: 'same', type: 'function', function: { name: 'n', arguments: '{}' } }
const text = { type: 'text', text: 'x' }

describe('a large request is read and written in time', () => {
  const bodies: Readonly<Record<string, JsonObject>> = {
    'of one user': { messages: times(many, () => user) },
    'of many parts': { messages: [{ role: 'system', content: times(3 * many, () => text) }, user] },
    'of many system prompts': { messages: [user, ...times(many, () => ({ role: 'system', content: 'x' }))] },
    'of calls with one id': { messages: [user, { role: 'assistant', tool_calls: times(many, () => call) }] },
    'of results': { messages: times(many, () => ({ role: 'tool', tool_call_id: 'same', content: 'x' })) },
    'of a user id': { messages: [user], user: 'a@'.repeat(many) },
    'of unknown fields': { messages: [user], ...Object.fromEntries(times(many, (index) => [`f${index}`, 1])) },
  }
  it.each(Object.entries(bodies))('%s', (_name, body) => {
    for (const target of targets) expect(translate(openaiChat, target, body)).toBeLessThan(maxMs)
  })

  it('of an Anthropic client', () => {
    const results = times(many, () => ({ type: 'tool_result', tool_use_id: 'same', content: [text] }))
    const body = { system: times(3 * many, () => text), messages: [user, { role: 'user', content: results }] }
    for (const target of targets) expect(translate(anthropicMessages, target, body)).toBeLessThan(maxMs)
  })

  it('of a Bedrock client', () => {
    const said = { text: 'x' }
    const point = { cachePoint: { type: 'default' } }
    const document = { document: { format: 'txt', name: 'same', source: { text: 'x' } } }
    const results = times(many, () => ({ toolResult: { toolUseId: 'same', content: [said] } }))
    const body = {
      system: times(many, () => said),
      messages: [
        { role: 'user', content: times(many, () => document) },
        { role: 'assistant', content: times(many, () => ({ toolUse: { toolUseId: 'same', name: 'n', input: {} } })) },
        { role: 'user', content: [...results, ...times(many, () => point)] },
      ],
    }
    for (const target of targets) expect(translate(bedrockConverse, target, body)).toBeLessThan(maxMs)
  })

  it('of a Cohere client', () => {
    const thought = { type: 'thinking', thinking: 'x' }
    const document = { type: 'document', document: { data: { a: 1 } } }
    const messages = [
      { role: 'assistant', content: times(many, () => thought), tool_calls: times(many, () => call) },
      ...times(many, () => ({ role: 'tool', tool_call_id: 'same', content: [document] })),
    ]
    for (const target of targets) expect(translate(cohere, target, { messages })).toBeLessThan(maxMs)
  })

  it('of a Gemini client', () => {
    const calls = times(many, () => ({ functionCall: { name: 'n' } }))
    const results = times(many, () => ({ functionResponse: { name: 'n', response: {} } }))
    const thoughts = times(many, () => ({ text: 'x', thought: true }))
    const contents = [
      { role: 'model', parts: [...thoughts, ...calls] },
      { role: 'user', parts: results },
    ]
    for (const target of targets) expect(translate(gemini, target, { contents })).toBeLessThan(maxMs)
  })

  it('of a Gemini client with names that nobody knows', () => {
    const odd = Object.fromEntries(times(many, (index) => [`a_b_${index}`, { c_d: 1 }]))
    const contents = [{ role: 'user', parts: [text] }]
    expect(translate(gemini, anthropicMessages, { ...odd, contents })).toBeLessThan(maxMs)
  })
})

describe('a large request of a Responses client is read and written in time', () => {
  const item = { type: 'function_call', call_id: 'same', name: 'n', arguments: '{}' }
  const bodies: Readonly<Record<string, JsonObject>> = {
    'of one user': { input: times(many, () => user) },
    'of many parts': { input: [{ role: 'user', content: times(3 * many, () => ({ type: 'input_text', text: 'x' })) }] },
    'of calls with one id': { input: [user, ...times(many, () => item)] },
    'of results': { input: times(many, () => ({ type: 'function_call_output', call_id: 'same', output: 'x' })) },
    'of unknown items': { input: [user, ...times(many, (index) => ({ type: `t${index}` }))] },
    'of tools and a choice': {
      input: 'x',
      tools: times(many / 10, (index) => ({ type: 'function', name: `n${index}` })),
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: times(many / 10, () => ({ type: 'function', name: 'x' })),
      },
    },
  }
  it.each(Object.entries(bodies))('%s', (_name, body) => {
    for (const target of targets) expect(translate(openaiResponses, target, body)).toBeLessThan(maxMs)
  })
})

describe('a hostile stream is written in time', () => {
  const context: ReplyContext = { callId: 'c', model: 'm', createdAt: 1, streamUsage: true }
  const start = (index: number): ReplyPart => ({
    type: 'tool-call-start',
    choice: 0,
    index,
    id: `t${index}`,
    name: 'n',
  })
  const delta = (index: number, json: string): ReplyPart => ({ type: 'tool-call-delta', choice: 0, index, json })
  const streams: Readonly<Record<string, readonly ReplyPart[]>> = {
    'of calls that never get arguments': times(many, start),
    'of calls whose pieces come last': [...times(many, start), ...times(many, (index) => delta(index, '{}'))],
    'of one call that closes brackets while another waits': [
      start(0),
      delta(0, '{"a":['),
      start(1),
      ...times(many, () => delta(0, '{},'.repeat(20))),
    ],
  }
  it.each(Object.entries(streams))('%s', (_name, parts) => {
    for (const dialect of [anthropicMessages, bedrockConverse, openaiResponses, gemini, ollama, cohere]) {
      const begin = performance.now()
      const encoder = dialect.encodeEvents(context)
      for (const part of [
        ...parts,
        { type: 'choice-end', choice: 0, reason: 'tool-calls' } as const,
        { type: 'reply-end' } as const,
      ])
        encoder.push(part)
      expect(performance.now() - begin).toBeLessThan(maxMs)
    }
  })
})
