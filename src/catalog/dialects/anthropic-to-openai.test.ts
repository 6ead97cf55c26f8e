import { describe, expect, it } from 'vitest'
import { askedBy } from '../../../test/support/asked.ts'
import { GatewayError } from '../../core/errors.ts'
import type { TargetTraits } from '../../core/model/dialect.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'

const hello = [{ role: 'user', content: 'Hello' }]

/** What an OpenAI provider gets for a body of an Anthropic client. */
function sent(
  fields: JsonObject,
  model = 'gpt-5.2',
  traits: TargetTraits = {},
): { body: JsonObject; dropped: readonly string[]; messages: JsonObject[] } {
  const asked = { model: 'alias', max_tokens: 100, messages: hello, ...fields }
  const request = anthropicMessages.decodeRequest(asked, askedBy(asked))
  const { body, dropped } = openaiChat.encodeRequest({ ...request, model }, traits)
  const wire = JSON.parse(JSON.stringify(body)) as JsonObject
  return { body: wire, dropped, messages: wire['messages'] as JsonObject[] }
}

const use = (id: string, name = 'weather'): JsonObject => ({ type: 'tool_use', id, name, input: {} })
const tool = { name: 'weather', input_schema: { type: 'object', properties: {} } }

describe('reasoning', () => {
  it('has an effort that the model knows', () => {
    const effort = (model: string, fields: JsonObject, traits?: TargetTraits) =>
      sent({ max_tokens: 40_000, ...fields }, model, traits).body['reasoning_effort']
    const budget = (budget_tokens: number): JsonObject => ({ thinking: { type: 'enabled', budget_tokens } })
    const config = (value: string): JsonObject => ({ thinking: { type: 'adaptive' }, output_config: { effort: value } })
    expect(effort('gpt-5.2', budget(30_000))).toBe('high')
    expect(effort('o3', budget(1024))).toBe('low')
    expect(effort('gpt-5-mini', config('max'))).toBe('high')
    expect(effort('gpt-5.2', config('max'))).toBe('xhigh')
    expect(effort('gpt-5.2', { output_config: { effort: 'low' } })).toBe('low')
    expect(effort('gpt-5.2', { thinking: { type: 'adaptive' } })).toBeUndefined()
    expect(effort('some-model', config('max'), { reasoningEfforts: ['low', 'high'] })).toBe('high')
  })

  it('is switched off as far as the model can', () => {
    const off = { thinking: { type: 'disabled' } }
    expect(sent(off, 'gpt-5.2').body).toMatchObject({ reasoning_effort: 'none' })
    expect(sent(off, 'gpt-5-mini')).toMatchObject({ body: { reasoning_effort: 'minimal' }, dropped: ['thinking'] })
    expect(sent(off, 'o4-mini-2025-04-16')).toMatchObject({ body: { reasoning_effort: 'low' }, dropped: ['thinking'] })
    const plain = sent(off, 'gpt-4o')
    expect(plain.body).not.toHaveProperty('reasoning_effort')
    expect(plain.dropped).toEqual([])
  })

  it('is named where the model does not reason', () => {
    for (const [model, traits] of [
      ['gpt-4o-mini', {}],
      ['mixtral', { supportsReasoning: false }],
    ] as const) {
      const { body, dropped } = sent(
        { max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 2000 } },
        model,
        traits,
      )
      expect(body).not.toHaveProperty('reasoning_effort')
      expect(dropped).toEqual(['thinking'])
    }
  })

  it('knows the newest modes', () => {
    expect(sent({ thinking: { type: 'between_tools' } }).body).toMatchObject({ reasoning_effort: 'low' })
    expect(sent({ thinking: { type: 'adaptive', display: 'omitted' } }).dropped).toEqual(['thinking.display'])
  })

  it('of earlier turns goes back where the provider takes it, with its signature where that is possible', () => {
    const messages = [
      ...hello,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'One.', signature: 'sig1' },
          { type: 'redacted_thinking', data: 'xyz' },
          { type: 'text', text: 'Yes.' },
        ],
      },
      ...hello,
    ]
    expect(sent({ messages }).dropped).toEqual(['thinking'])
    expect(sent({ messages }, 'x', { reasoningField: 'reasoning_content' })).toMatchObject({
      messages: [{}, { reasoning_content: 'One.', content: 'Yes.' }, {}],
      dropped: ['thinking'],
    })
    expect(sent({ messages }, 'x', { reasoningField: 'reasoning_details' })).toMatchObject({
      messages: [
        {},
        {
          reasoning_details: [
            { type: 'reasoning.text', text: 'One.', signature: 'sig1', format: 'anthropic-claude-v1', index: 0 },
            { type: 'reasoning.encrypted', data: 'xyz', format: 'anthropic-claude-v1', index: 1 },
          ],
        },
        {},
      ],
      dropped: [],
    })
  })
})

describe('parameters', () => {
  it('mean the same or are named', () => {
    expect(sent({ service_tier: 'standard_only' })).toMatchObject({ body: { service_tier: 'default' }, dropped: [] })
    expect(sent({ service_tier: 'auto' })).toMatchObject({ body: { service_tier: 'auto' }, dropped: [] })
    expect(sent({ stop_sequences: ['a', 'b', 'c', 'd', 'e'] })).toMatchObject({
      body: { stop: ['a', 'b', 'c', 'd'] },
      dropped: ['stop_sequences'],
    })
    expect(sent({ stop_sequences: [] }).body).not.toHaveProperty('stop')
    expect(sent({ top_k: 5, cache_control: { type: 'ephemeral' }, container: 'c1', speed: 'fast' }).dropped).toEqual(
      expect.arrayContaining(['top_k', 'cache_control', 'container', 'speed']),
    )
    expect(sent({ metadata: { user_id: 'u', team: 'x' } })).toMatchObject({
      body: { user: 'u' },
      dropped: ['metadata.team'],
    })
  })

  it('of sampling are left out and named where the catalogue says that the model has none', () => {
    const { body, dropped } = sent({ temperature: 0.5, top_p: 0.9, stop_sequences: ['x'] }, 'gpt-5-mini', {
      supportsSampling: false,
    })
    expect(body).not.toHaveProperty('temperature')
    expect(body).not.toHaveProperty('top_p')
    expect(dropped).toEqual(['temperature', 'top_p'])
    expect(sent({ temperature: 1 }, 'gpt-5-mini', { supportsSampling: false }).dropped).toEqual([])
  })

  it('a user id that is too long for OpenAI stays an id', () => {
    const id = `user_${'a'.repeat(64)}_account__session_${'b'.repeat(36)}`
    const { body, dropped } = sent({ metadata: { user_id: id } })
    expect(String(body['user'])).toMatch(/^[0-9a-f]{64}$/)
    expect(sent({ metadata: { user_id: id } }).body['user']).toBe(body['user'])
    expect(dropped).toEqual([])
  })

  it('warming the cache without an answer is the shortest answer there is', () => {
    expect(sent({ max_tokens: 0 })).toMatchObject({ body: { max_completion_tokens: 1 }, dropped: ['max_tokens'] })
  })
})

describe('tools', () => {
  it('that only Anthropic runs leave no choice behind that OpenAI would refuse', () => {
    const { body, dropped } = sent({
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    })
    for (const name of ['tools', 'tool_choice', 'parallel_tool_calls']) expect(body).not.toHaveProperty(name)
    expect(dropped).toEqual(['tools[].web_search_20250305', 'tool_choice'])
    const named = sent({
      tools: [tool, { type: 'web_search_20250305', name: 'web_search' }],
      tool_choice: { type: 'tool', name: 'web_search' },
    })
    expect(named.body).not.toHaveProperty('tool_choice')
    expect(named.dropped).toContain('tool_choice')
  })

  it('name the fields that OpenAI has not', () => {
    expect(sent({ tools: [{ ...tool, input_examples: [{}], defer_loading: true }] }).dropped).toEqual([
      'tools[].input_examples',
      'tools[].defer_loading',
    ])
  })

  it('are strict only with a schema that OpenAI takes as strict', () => {
    const closed = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    const open = { type: 'object', properties: { a: { type: 'string' } } }
    expect(sent({ tools: [{ name: 't', strict: true, input_schema: closed }] })).toMatchObject({
      body: { tools: [{ function: { strict: true } }] },
      dropped: [],
    })
    const { body, dropped } = sent({ tools: [{ name: 't', strict: true, input_schema: open }] })
    expect(JSON.stringify(body)).not.toContain('strict')
    expect(dropped).toEqual(['strict'])
  })

  it('give results with images, documents and errors', () => {
    const { messages } = sent({
      tools: [tool],
      messages: [
        ...hello,
        { role: 'assistant', content: [use('toolu_1'), use('toolu_2')] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: 'No such city' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_2',
              content: [
                { type: 'text', text: 'a map' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
              ],
            },
            { type: 'text', text: 'And?' },
          ],
        },
      ],
    })
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user', 'user'])
    expect(messages[1]).toMatchObject({ content: null, tool_calls: [{ id: 'toolu_1' }, { id: 'toolu_2' }] })
    expect(messages[2]).toMatchObject({ tool_call_id: 'toolu_1', content: 'Error: No such city' })
    expect(JSON.stringify(messages[4])).toContain('data:image/png;base64,AAAA')
  })
})

describe('content', () => {
  it('that is empty does not become a message that OpenAI refuses', () => {
    const { messages } = sent({
      messages: [
        { role: 'user', content: [] },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: 's' }] },
        { role: 'user', content: 'Go on' },
      ],
      system: [],
    })
    expect(messages).toEqual([
      { role: 'user', content: '' },
      { role: 'user', content: 'Go on' },
    ])
  })

  it('of search results is read as a document', () => {
    const result = {
      type: 'search_result',
      source: 'https://example.com/gate',
      title: 'The gate',
      content: [
        { type: 'text', text: 'It is old.' },
        { type: 'text', text: 'It is heavy.' },
      ],
      citations: { enabled: true },
    }
    const { messages, dropped } = sent({
      tools: [tool],
      messages: [
        { role: 'user', content: [result, { type: 'text', text: 'How old?' }] },
        { role: 'assistant', content: [use('toolu_1')] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [result] }] },
      ],
    })
    for (const place of [messages[0], messages[2]]) {
      for (const text of ['The gate', 'https://example.com/gate', 'It is old.', 'It is heavy.'])
        expect(JSON.stringify(place)).toContain(text)
    }
    expect(dropped).toEqual(['citations'])
  })

  it('of documents: context is told, mixed content keeps its images', () => {
    const { messages, dropped } = sent({
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'Body' },
              title: 'T',
              context: 'From Ann',
            },
            {
              type: 'document',
              source: {
                type: 'content',
                content: [
                  { type: 'text', text: 'Page 1' },
                  { type: 'image', source: { type: 'url', url: 'https://example.com/1.png' } },
                ],
              },
            },
          ],
        },
      ],
    })
    expect(JSON.stringify(messages)).toMatch(/T.*From Ann.*Body.*Page 1.*https:\/\/example.com\/1.png/)
    expect(dropped).toEqual([])
  })

  it('of blocks that only Anthropic knows is named', () => {
    const { dropped } = sent({
      messages: [
        ...hello,
        {
          role: 'assistant',
          content: [
            { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
            { type: 'web_search_tool_result', tool_use_id: 's1', content: [] },
            { type: 'text', text: 'Found.', citations: [{ type: 'web_search_result_location' }] },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'container_upload', file_id: 'f1' },
            { type: 'text', text: 'x' },
          ],
        },
      ],
    })
    expect(dropped).toEqual(
      expect.arrayContaining([
        'messages[].content[].server_tool_use',
        'messages[].content[].web_search_tool_result',
        'messages[].content[].citations',
        'messages[].content[].container_upload',
      ]),
    )
  })

  it('may be the blocks of earlier replies as they came', () => {
    const content = [
      { type: 'text', text: 'Looking.', citations: null },
      { ...use('toolu_1'), caller: { type: 'direct' }, toolset_name: null },
    ]
    const messages = [
      ...hello,
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '4 °C' }] },
    ]
    expect(sent({ tools: [tool], messages }).dropped).toEqual([])
  })

  it('that begins the answer cannot be continued by OpenAI, and that is named', () => {
    const { messages, dropped } = sent({ messages: [...hello, { role: 'assistant', content: '{"a":' }] })
    expect(messages.at(-1)).toEqual({ role: 'assistant', content: '{"a":' })
    expect(dropped).toEqual(['prefill'])
  })

  it('of a system turn stays where it was said, text only', () => {
    const { messages } = sent({
      messages: [
        ...hello,
        { role: 'system', content: 'Speak German.' },
        { role: 'assistant', content: 'Hallo' },
        ...hello,
      ],
    })
    expect(messages.map(({ role }) => role)).toEqual(['user', 'system', 'assistant', 'user'])
  })

  it('of Claude Code’s billing line does not go to another vendor', () => {
    const { messages } = sent({
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1; cch=abc' },
        { type: 'text', text: 'You are a tool.' },
      ],
    })
    expect(messages[0]).toEqual({ role: 'system', content: 'You are a tool.' })
  })

  it('that is wrong within a tool result is named by its place', () => {
    const messages = [
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 5 }] }] },
    ]
    expect(() => sent({ messages })).toThrowError(GatewayError)
    expect(() => sent({ messages })).toThrowError('`messages[0].content[0].content[0].text` must be a string.')
  })
})

describe('structured output', () => {
  const closed = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }

  it('is strict where OpenAI can hold it', () => {
    expect(sent({ output_config: { format: { type: 'json_schema', schema: closed } } }).body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'response', schema: closed, strict: true } },
    })
    const open = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }
    const { body } = sent({ output_format: { type: 'json_schema', schema: open } })
    expect(JSON.stringify(body['response_format'])).not.toContain('strict')
  })

  it('of an unknown kind is named', () => {
    expect(sent({ output_config: { format: { type: 'grammar' }, task_budget: { total: 1 } } }).dropped).toEqual(
      expect.arrayContaining(['output_config.format', 'output_config.task_budget']),
    )
  })
})
