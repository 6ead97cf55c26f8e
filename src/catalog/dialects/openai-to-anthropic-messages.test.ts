import { describe, expect, it } from 'vitest'
import { call, hello, sent, weather } from '../../../test/support/openai-to-anthropic.ts'
import type { JsonObject } from '../../core/wire/json.ts'

describe('turns', () => {
  it('hold no empty text, which Anthropic refuses', () => {
    const { messages } = sent({
      tools: [weather],
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: '\n\n', tool_calls: [call('call_1')] },
        { role: 'tool', tool_call_id: 'call_1', content: ' ' },
        {
          role: 'user',
          content: [
            { type: 'text', text: '  ' },
            { type: 'text', text: 'And?' },
          ],
        },
      ],
    })
    expect(messages).toEqual([
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'weather', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1' },
          { type: 'text', text: 'And?' },
        ],
      },
    ])
  })

  it('start with the user and are never none', () => {
    const greeting = sent({ messages: [{ role: 'assistant', content: 'Hi, I am Max.' }, ...hello] }).messages
    expect(greeting.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    const alone = sent({ messages: [{ role: 'system', content: 'Write a poem.' }] })
    expect(alone.body).toMatchObject({ messages: [{ role: 'user', content: 'Write a poem.' }] })
  })

  it('end with the user where the model or its thinking takes no prefill', () => {
    const messages = [...hello, { role: 'assistant', content: 'The answer is' }]
    expect(sent({ messages }).messages.at(-1)).toEqual({ role: 'assistant', content: 'The answer is' })
    expect(sent({ messages }, 'claude-opus-4-6').messages.at(-1)?.['role']).toBe('user')
    expect(sent({ messages, reasoning_effort: 'high' }).messages.at(-1)?.['role']).toBe('user')
  })

  it('put results that come late or out of order where Anthropic wants them', () => {
    const { messages } = sent({
      tools: [weather],
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
        { role: 'tool', tool_call_id: 'b', content: 'B' },
        { role: 'user', content: 'Hurry.' },
        { role: 'tool', tool_call_id: 'a', content: 'A' },
      ],
    })
    expect(messages[2]?.['content']).toEqual([
      { type: 'tool_result', tool_use_id: 'b', content: 'B' },
      { type: 'tool_result', tool_use_id: 'a', content: 'A' },
      { type: 'text', text: 'Hurry.' },
    ])
  })

  it('keep a later system prompt: as its own role where the model takes it, else marked in the user’s turn', () => {
    const messages = [...hello, { role: 'system', content: 'Speak German.' }]
    expect(sent({ messages }, 'claude-opus-4-8').messages).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'system', content: 'Speak German.' },
    ])
    expect(JSON.stringify(sent({ messages }).messages)).toContain('<system>\\nSpeak German.\\n</system>')
    // It may stand only behind a user's turn and before the assistant's, or at the end.
    const after = [
      ...hello,
      { role: 'assistant', content: 'Hi.' },
      { role: 'system', content: 'Speak German.' },
      ...hello,
    ]
    expect(sent({ messages: after }, 'claude-opus-4-8').messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
    ])
  })

  it('may be the messages of earlier replies as they came', () => {
    const echo = {
      role: 'assistant',
      content: null,
      refusal: null,
      annotations: [],
      audio: null,
      function_call: null,
      tool_calls: [{ index: 0, ...call('call_1') }],
    }
    const result = { role: 'tool', tool_call_id: 'call_1', name: 'weather', content: '4 °C' }
    expect(sent({ tools: [weather], messages: [...hello, echo, result] }).dropped).toEqual([])
  })

  it('name what they cannot carry', () => {
    expect(sent({ messages: [{ role: 'system', name: 'boss', content: 'Be brief.' }, ...hello] }).dropped).toEqual([
      'name',
    ])
    const odd = { role: 'user', content: [{ type: 'text', text: 'x', colour: 'red' }], mood: 1 }
    expect(sent({ messages: [odd] }).dropped).toEqual(['messages[].content[].colour', 'messages[].mood'])
  })
})

describe('tools', () => {
  it('get ids that Anthropic takes, unique and the same for call and result', () => {
    const { messages } = sent({
      tools: [weather],
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: null, tool_calls: [call('functions.weather:0'), call('functions.weather|0')] },
        { role: 'tool', tool_call_id: 'functions.weather:0', content: 'A' },
        { role: 'tool', tool_call_id: 'functions.weather|0', content: 'B' },
        { role: 'assistant', content: null, tool_calls: [call('functions.weather:0')] },
        { role: 'tool', tool_call_id: 'functions.weather:0', content: 'C' },
      ],
    })
    const calls = messages
      .flatMap(({ content }) => content as unknown as JsonObject[])
      .filter(({ type }) => type === 'tool_use')
    const results = messages
      .flatMap(({ content }) => content as unknown as JsonObject[])
      .filter(({ type }) => type === 'tool_result')
    const ids = calls.map(({ id }) => String(id))
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/)
    expect(new Set(ids).size).toBe(3)
    expect(results.map((result) => result['tool_use_id'])).toEqual(ids)
    expect(results.map((result) => result['content'])).toEqual(['A', 'B', 'C'])
  })

  it('of the legacy form keep calls of one function apart', () => {
    const { messages } = sent({
      functions: [{ name: 'weather', parameters: { type: 'object', properties: {} } }],
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
        { role: 'function', name: 'weather', content: 'A' },
        { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
        { role: 'function', name: 'weather', content: 'B' },
      ],
    })
    const blocks = messages.flatMap(({ content }) => content as unknown as JsonObject[])
    const ids = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    expect(blocks.filter(({ type }) => type === 'tool_result').map((block) => block['tool_use_id'])).toEqual(ids)
  })

  it('are declared when only the history has them, and may then not be called', () => {
    const { body } = sent({
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: null, tool_calls: [call('call_1')] },
        { role: 'tool', tool_call_id: 'call_1', content: '4 °C' },
      ],
    })
    expect(body).toMatchObject({
      tools: [{ name: 'weather', input_schema: { type: 'object' } }],
      tool_choice: { type: 'none' },
    })
  })

  it('that are allowed become the tools there are', () => {
    const bell = { type: 'function', function: { name: 'bell' } }
    const { body, dropped } = sent({
      tools: [weather, bell],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'bell' } }] },
      },
    })
    expect(body).toMatchObject({ tools: [{ name: 'bell' }], tool_choice: { type: 'any' } })
    expect(dropped).toEqual([])
  })

  it('that are custom do not break the call, and are named', () => {
    const custom = { type: 'custom', custom: { name: 'grep', description: 'Searches' } }
    const { messages, dropped } = sent({
      tools: [weather, custom],
      messages: [
        { role: 'user', content: 'Find it.' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_9', type: 'custom', custom: { name: 'grep', input: 'needle' } }],
        },
        { role: 'tool', tool_call_id: 'call_9', content: 'found' },
      ],
    })
    expect(messages[1]?.['content']).toEqual([
      { type: 'tool_use', id: 'call_9', name: 'grep', input: { input: 'needle' } },
    ])
    expect(dropped).toEqual(expect.arrayContaining(['tools[].custom']))
  })

  it('lose a strictness that the model does not know, and it is named', () => {
    const strict = { type: 'function', function: { ...weather.function, strict: true } }
    expect(sent({ tools: [strict] }, 'claude-sonnet-4-5')).toMatchObject({
      body: { tools: [{ strict: true }] },
      dropped: [],
    })
    expect(sent({ tools: [strict] }, 'claude-sonnet-4-20250514').dropped).toEqual(['strict'])
    const lax = { type: 'function', function: { ...weather.function, strict: false } }
    expect(sent({ tools: [lax] }, 'claude-sonnet-4-20250514').dropped).toEqual([])
  })

  it('that are strict have a schema that Anthropic can hold to, or are not strict', () => {
    const strict = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
      type: 'function',
      function: {
        name: 'age',
        strict: true,
        parameters: {
          type: 'object',
          properties,
          required: Object.keys(properties),
          additionalProperties: false,
          ...more,
        },
      },
    })
    expect(sent({ tools: [strict({ years: { type: 'integer', minimum: 0 } })] })).toMatchObject({
      body: {
        tools: [
          { strict: true, input_schema: { properties: { years: { type: 'integer', description: 'minimum: 0' } } } },
        ],
      },
      dropped: [],
    })
    const { body, dropped } = sent({ tools: [strict({ next: { $ref: '#' } })] })
    expect(JSON.stringify(body['tools'])).not.toContain('strict')
    expect(dropped).toEqual(['strict'])
  })

  it('take arguments that are not an object, or no JSON', () => {
    for (const [text, input] of [
      ['', {}],
      ['not json', { arguments: 'not json' }],
      ['[1]', { arguments: '[1]' }],
    ] as const) {
      const { messages } = sent({
        messages: [
          ...hello,
          { role: 'assistant', tool_calls: [call('c', 'weather', text)] },
          { role: 'tool', tool_call_id: 'c', content: '' },
        ],
      })
      expect(messages[1]?.['content']).toMatchObject([{ input }])
    }
  })

  it('that must be called but are not there are named', () => {
    const { body, dropped } = sent({ tool_choice: 'required' })
    expect(body).not.toHaveProperty('tool_choice')
    expect(dropped).toEqual(['tool_choice'])
  })
})

describe('cache markers', () => {
  const cache_control = { type: 'ephemeral', ttl: '1h' }

  it('stay on messages, parts and tools', () => {
    const { body, dropped } = sent({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Rules', cache_control }] },
        { role: 'user', content: 'Hello', cache_control },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
          cache_control,
        },
        { role: 'user', content: [{ type: 'text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit' } }] },
      ],
      tools: [
        { ...weather, cache_control },
        { type: 'function', function: { name: 'bell', cache_control } },
      ],
    })
    expect(body).toMatchObject({
      system: [{ text: 'Rules', cache_control }],
      messages: [
        { content: [{ text: 'Hello', cache_control }] },
        {
          content: [
            { type: 'text', text: 'a' },
            { text: 'b', cache_control },
          ],
        },
        { content: [{ text: 'x', cache_control: { type: 'ephemeral' } }] },
      ],
      tools: [{ cache_control }, { cache_control }],
    })
    expect(JSON.stringify(body['messages']).match(/cache_control/g)).toHaveLength(3)
    expect(dropped).toEqual([])
  })

  it('on a turn of tool calls alone stand on its last call', () => {
    const { messages } = sent({
      messages: [
        ...hello,
        { role: 'assistant', content: null, tool_calls: [call('a'), call('b')], cache_control },
        { role: 'tool', tool_call_id: 'a', content: '' },
        { role: 'tool', tool_call_id: 'b', content: '' },
      ],
    })
    expect(messages[1]?.['content']).toMatchObject([{ id: 'a' }, { id: 'b', cache_control }])
  })

  it('on a later system prompt are not lost', () => {
    const { messages } = sent({
      messages: [...hello, { role: 'assistant', content: 'Hi.' }, { role: 'system', content: 'Rules', cache_control }],
    })
    expect(JSON.stringify(messages)).toContain('cache_control')
  })

  it('on nothing are named', () => {
    const { dropped } = sent({
      messages: [...hello, { role: 'user', content: [{ type: 'text', text: '', cache_control }] }],
    })
    expect(dropped).toEqual(['cache_control'])
  })
})

describe('media', () => {
  const content = (part: JsonObject): JsonObject[] => {
    const { messages } = sent({ messages: [{ role: 'user', content: [{ type: 'text', text: 'See' }, part] }] })
    return messages[0]?.['content'] as unknown as JsonObject[]
  }
  const file = (fields: JsonObject): JsonObject => content({ type: 'file', file: fields })[1] as JsonObject

  it('of images have the media type that Anthropic knows', () => {
    expect(content({ type: 'image_url', image_url: { url: 'data:image/JPG;base64,AAAA' } })[1]).toEqual({
      type: 'image',
      source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' },
    })
  })

  it('of files: text becomes a text document, an image an image, bytes without a data URL what their name says', () => {
    expect(
      file({ filename: 'a.txt', file_data: `data:text/plain;base64,${Buffer.from('Grüße').toString('base64')}` }),
    ).toEqual({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'Grüße' },
      title: 'a.txt',
    })
    expect(
      file({ filename: 'a.json', file_data: `data:application/json;base64,${Buffer.from('{}').toString('base64')}` }),
    ).toMatchObject({
      source: { type: 'text', data: '{}' },
    })
    expect(file({ file_data: 'data:text/plain,a%20b' })).toMatchObject({ source: { type: 'text', data: 'a b' } })
    expect(file({ filename: 'a.png', file_data: 'data:image/png;base64,AAAA' })).toMatchObject({
      type: 'image',
      source: { type: 'base64', media_type: 'image/png' },
    })
    expect(file({ filename: 'a.pdf', file_data: 'JVBERi0=' })).toMatchObject({
      source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
    })
    expect(file({ file_data: 'https://example.com/a.pdf' })).toMatchObject({
      source: { type: 'url', url: 'https://example.com/a.pdf' },
    })
  })
})
