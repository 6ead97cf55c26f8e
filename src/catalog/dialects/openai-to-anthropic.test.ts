import { describe, expect, it } from 'vitest'
import type { TargetTraits } from '../../core/dialect.ts'
import type { JsonObject } from '../../core/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { openaiChat } from './openai-chat.ts'

const hello = [{ role: 'user', content: 'Hello' }]

/** What an Anthropic provider gets for a body of an OpenAI client. */
function sent(
  fields: JsonObject,
  model = 'claude-sonnet-4-5',
  traits: TargetTraits = {},
): { body: Record<string, never> & JsonObject; dropped: readonly string[]; messages: JsonObject[] } {
  const request = openaiChat.decodeRequest({ model: 'alias', messages: hello, ...fields })
  const { body, dropped } = anthropicMessages.encodeRequest({ ...request, model }, traits)
  const wire = JSON.parse(JSON.stringify(body)) as Record<string, never> & JsonObject
  return { body: wire, dropped, messages: wire['messages'] as unknown as JsonObject[] }
}

const weather = { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }
const call = (id: string, name = 'weather', args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})

describe('sampling', () => {
  it('leaves out what newer Claude models refuse, and names it', () => {
    for (const model of ['claude-opus-4-7', 'claude-opus-4-8-20260528', 'claude-sonnet-5', 'claude-fable-5']) {
      const { body, dropped } = sent({ temperature: 0.2, top_p: 0.9, top_k: 5 }, model)
      expect(body).not.toHaveProperty('temperature')
      expect(body).not.toHaveProperty('top_p')
      expect(body).not.toHaveProperty('top_k')
      expect(dropped).toEqual(expect.arrayContaining(['temperature', 'top_p', 'top_k']))
    }
  })

  it('sends one of temperature and top_p to the models that refuse both together', () => {
    for (const model of ['claude-opus-4-1', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5', 'claude-opus-4-6']) {
      const { body, dropped } = sent({ temperature: 0.2, top_p: 0.9 }, model)
      expect(body).toMatchObject({ temperature: 0.2 })
      expect(body).not.toHaveProperty('top_p')
      expect(dropped).toEqual(['top_p'])
      expect(sent({ top_p: 0.9 }, model)).toMatchObject({ body: { top_p: 0.9 }, dropped: [] })
    }
    for (const model of ['claude-sonnet-4-20250514', 'claude-3-5-sonnet-20241022', 'kimi-k2']) {
      expect(sent({ temperature: 0.2, top_p: 0.9 }, model)).toMatchObject({
        body: { temperature: 0.2, top_p: 0.9 },
        dropped: [],
      })
    }
  })

  it('sends the nearest temperature of the range, and names it', () => {
    expect(sent({ temperature: 1.7 })).toMatchObject({ body: { temperature: 1 }, dropped: ['temperature'] })
  })

  it('keeps the stop sequences that Anthropic takes and names that others went', () => {
    expect(sent({ stop: ['END', '\n', ''] })).toMatchObject({ body: { stop_sequences: ['END'] }, dropped: ['stop'] })
    const { body, dropped } = sent({ stop: '\n\n' })
    expect(body).not.toHaveProperty('stop_sequences')
    expect(dropped).toEqual(['stop'])
    expect(sent({ stop: [] }).body).not.toHaveProperty('stop_sequences')
  })

  it('does not call a default a loss', () => {
    const defaults = { frequency_penalty: 0, presence_penalty: 0, n: 1, logit_bias: {}, logprobs: false }
    expect(sent(defaults).dropped).toEqual([])
  })
})

describe('the output limit', () => {
  it('is never raised above what the client set, thinking included', () => {
    expect(sent({ max_completion_tokens: 4000, reasoning_effort: 'high' }).body).toMatchObject({
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 2976 },
    })
    const { body, dropped } = sent({ max_completion_tokens: 500, reasoning_effort: 'high' })
    expect(body).toMatchObject({ max_tokens: 500 })
    expect(body).not.toHaveProperty('thinking')
    expect(dropped).toEqual(['reasoning_effort'])
  })

  it('is what the model can write at the most, where the client asks for more', () => {
    const { body, dropped } = sent({ max_tokens: 999_999 }, 'claude-sonnet-4-5', { maxOutputTokens: 64_000 })
    expect(body).toMatchObject({ max_tokens: 64_000 })
    expect(dropped).toEqual(['max_tokens'])
  })

  it('leaves room for the answer beside the thinking where nobody set one', () => {
    const { body } = sent({ reasoning_effort: 'high' }, 'claude-next')
    const thinking = body['thinking'] as unknown as { budget_tokens: number }
    expect(Number(body['max_tokens'])).toBeGreaterThan(thinking.budget_tokens + 1000)
  })
})

describe('reasoning', () => {
  it('is adaptive with an effort on models that think so, with its text shown', () => {
    expect(sent({ reasoning_effort: 'high' }, 'claude-opus-4-7').body).toMatchObject({
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'high' },
    })
    expect(sent({ reasoning_effort: 'minimal' }, 'claude-opus-4-6').body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    })
    expect(sent({ reasoning_effort: 'xhigh' }, 'claude-opus-4-6').body).toMatchObject({
      output_config: { effort: 'high' },
    })
    expect(sent({ reasoning_effort: 'xhigh' }, 'claude-opus-4-7').body).toMatchObject({
      output_config: { effort: 'xhigh' },
    })
  })

  it('keeps both an adaptive mode and its effort', () => {
    expect(sent({ thinking: { type: 'adaptive' }, reasoning_effort: 'low' }, 'claude-opus-4-8').body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    })
  })

  it('turns an adaptive mode into a budget for models that know only budgets', () => {
    expect(sent({ thinking: { type: 'adaptive' } }, 'claude-sonnet-4-5').body).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: expect.any(Number) },
    })
  })

  it('turns a budget into adaptive thinking for models that refuse budgets', () => {
    const { body } = sent({ thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 9000 }, 'claude-opus-4-7')
    expect(body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } })
  })

  it('is switched off where it can be, and named where it cannot', () => {
    expect(sent({ reasoning_effort: 'none' }, 'claude-sonnet-5').body).toMatchObject({ thinking: { type: 'disabled' } })
    const fable = sent({ reasoning_effort: 'none' }, 'claude-fable-5')
    expect(fable.body).not.toHaveProperty('thinking')
    expect(fable.dropped).toEqual(['reasoning_effort'])
    const old = sent({ reasoning_effort: 'none' }, 'claude-3-haiku-20240307')
    expect(old.body).not.toHaveProperty('thinking')
    expect(old.dropped).toEqual([])
  })

  it('is named as dropped for models that cannot think', () => {
    const { body, dropped } = sent({ reasoning_effort: 'high' }, 'claude-3-5-haiku-20241022')
    expect(body).not.toHaveProperty('thinking')
    expect(dropped).toEqual(['reasoning_effort'])
  })

  it('gives way to a tool that must be called', () => {
    const { body, dropped } = sent({ reasoning_effort: 'high', tools: [weather], tool_choice: 'required' })
    expect(body).toMatchObject({ tool_choice: { type: 'any' } })
    expect(body).not.toHaveProperty('thinking')
    expect(dropped).toEqual(['reasoning_effort'])
  })

  it('keeps thinking where it cannot be switched off, and asks for the tool instead of forcing it', () => {
    const forced = { type: 'function', function: { name: 'weather' } }
    const { body, dropped } = sent({ tools: [weather], tool_choice: forced }, 'claude-opus-5-5')
    expect(body).toMatchObject({ tool_choice: { type: 'auto' } })
    expect(dropped).toEqual(['tool_choice'])
  })

  it('is left out in a tool loop whose thinking the client did not keep, as Anthropic would refuse the turn', () => {
    const history = [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: null, tool_calls: [call('call_1')] },
      { role: 'tool', tool_call_id: 'call_1', content: '4 °C' },
    ]
    const lost = sent({ reasoning_effort: 'high', tools: [weather], messages: history })
    expect(lost.body).not.toHaveProperty('thinking')
    expect(lost.dropped).toEqual(['reasoning_effort'])
    const [user, assistant, tool] = history
    const thinking_blocks = [{ type: 'thinking', thinking: 'Hm.', signature: 'sig' }]
    const kept = sent({
      reasoning_effort: 'high',
      tools: [weather],
      messages: [user, { ...assistant, thinking_blocks }, tool] as JsonObject[],
    })
    expect(kept.body).toMatchObject({ thinking: { type: 'enabled' } })
    expect(
      sent({ reasoning_effort: 'high', tools: [weather], messages: history }, 'claude-opus-4-6').body,
    ).toMatchObject({
      thinking: { type: 'adaptive' },
    })
  })

  it('drops temperature and top_k beside thinking, and a top_p below 0.95', () => {
    const { body, dropped } = sent(
      { reasoning_effort: 'low', temperature: 0.3, top_k: 3, top_p: 0.5 },
      'claude-sonnet-4-20250514',
    )
    expect(body).toMatchObject({ thinking: { type: 'enabled' } })
    for (const name of ['temperature', 'top_k', 'top_p']) expect(body).not.toHaveProperty(name)
    expect(dropped).toEqual(expect.arrayContaining(['temperature', 'top_k', 'top_p']))
  })

  it('goes back with its signatures, in LiteLLM’s and in OpenRouter’s form', () => {
    const forms: JsonObject[] = [
      {
        thinking_blocks: [
          { type: 'thinking', thinking: 'One.', signature: 'sig1' },
          { type: 'redacted_thinking', data: 'xyz' },
        ],
      },
      {
        reasoning: 'One.',
        reasoning_details: [
          { type: 'reasoning.text', text: 'One.', signature: 'sig1', format: 'anthropic-claude-v1', index: 0 },
          { type: 'reasoning.encrypted', data: 'xyz', format: 'anthropic-claude-v1', index: 1 },
        ],
      },
    ]
    for (const form of forms) {
      const { messages, dropped } = sent({
        messages: [...hello, { role: 'assistant', content: 'Yes.', ...form }, ...hello],
      })
      expect(messages[1]?.['content']).toEqual([
        { type: 'thinking', thinking: 'One.', signature: 'sig1' },
        { type: 'redacted_thinking', data: 'xyz' },
        { type: 'text', text: 'Yes.' },
      ])
      expect(dropped).toEqual([])
    }
  })
})

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

describe('structured output', () => {
  const format = (schema: JsonObject, strict = true): JsonObject => ({
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict, schema } },
  })
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  }

  it('is native where the model has it, and told to the model and named where it has not', () => {
    expect(sent(format(schema))).toMatchObject({
      body: { output_config: { format: { type: 'json_schema', schema } } },
      dropped: [],
    })
    const old = sent(format(schema), 'claude-3-5-sonnet-20241022')
    expect(old.body).not.toHaveProperty('output_config')
    expect(JSON.stringify(old.body['system'])).toContain('\\"city\\"')
    expect(old.dropped).toEqual(['response_format'])
  })

  it('has its objects closed and the limits that Anthropic refuses said in words', () => {
    const loose = {
      type: 'object',
      properties: { age: { type: 'integer', minimum: 0, maximum: 150, description: 'Years' } },
    }
    const { body, dropped } = sent(format(loose, false))
    const out = body['output_config'] as unknown as { format: { schema: JsonObject } }
    expect(out.format.schema).toEqual({
      type: 'object',
      properties: { age: { type: 'integer', description: 'Years (minimum: 0, maximum: 150)' } },
      additionalProperties: false,
    })
    expect(dropped).toEqual([])
  })

  it('of a recursive or open schema is told to the model and named', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#' } }, additionalProperties: false }
    const map = { type: 'object', additionalProperties: { type: 'string' } }
    for (const odd of [tree, map]) {
      const { body, dropped } = sent(format(odd))
      expect(body).not.toHaveProperty('output_config')
      expect(dropped).toEqual(['response_format'])
    }
  })

  it('keeps the description that the model should read', () => {
    const { body } = sent({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', description: 'Where it is', schema } },
    })
    const out = body['output_config'] as unknown as { format: { schema: JsonObject } }
    expect(out.format.schema).toEqual({ ...schema, description: 'Where it is' })
  })
})

it('service tiers mean the same', () => {
  expect(sent({ service_tier: 'default' })).toMatchObject({ body: { service_tier: 'standard_only' }, dropped: [] })
  expect(sent({ service_tier: 'auto' })).toMatchObject({ body: { service_tier: 'auto' }, dropped: [] })
  expect(sent({ service_tier: 'flex' }).dropped).toEqual(['service_tier'])
})

it('what cannot be said is named, nested fields too', () => {
  const { dropped } = sent({
    seed: 1,
    n: 2,
    logprobs: true,
    top_logprobs: 3,
    logit_bias: { 1: 2 },
    presence_penalty: 1,
    frequency_penalty: 1,
    metadata: { a: 'b' },
    verbosity: 'low',
    prediction: { type: 'content', content: 'x' },
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'wav' },
    web_search_options: {},
    prompt_cache_key: 'k',
    store: true,
    user: 'u1',
    safety_identifier: 's1',
    stream: true,
    stream_options: { include_usage: true, include_obfuscation: false },
  })
  expect([...dropped].sort()).toEqual(
    [
      'seed',
      'n',
      'logprobs',
      'top_logprobs',
      'logit_bias',
      'presence_penalty',
      'frequency_penalty',
      'metadata',
      'verbosity',
      'prediction',
      'modalities',
      'audio',
      'web_search_options',
      'prompt_cache_key',
      'store',
      'user',
      'stream_options.include_obfuscation',
    ].sort(),
  )
})
