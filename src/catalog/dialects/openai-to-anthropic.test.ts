import { describe, expect, it } from 'vitest'
import { call, hello, sent, weather } from '../../../test/support/openai-to-anthropic.ts'
import type { JsonObject } from '../../core/wire/json.ts'

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

  it('stays in a tool loop that began with it, as Claude thinks once per turn', () => {
    const thinking_blocks = [{ type: 'thinking', thinking: 'Hm.', signature: 'sig' }]
    const messages = [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: null, thinking_blocks, tool_calls: [call('call_1')] },
      { role: 'tool', tool_call_id: 'call_1', content: '4 °C' },
      { role: 'assistant', content: null, tool_calls: [call('call_2')] },
      { role: 'tool', tool_call_id: 'call_2', content: '5 °C' },
    ]
    expect(sent({ reasoning_effort: 'high', tools: [weather], messages })).toMatchObject({
      body: { thinking: { type: 'enabled' } },
      dropped: [],
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

  it('without a schema is any JSON', () => {
    const { body } = sent({ response_format: { type: 'json_schema', json_schema: { name: 'x' } } })
    expect(body).not.toHaveProperty('output_config')
    expect(body).toMatchObject({ system: expect.stringContaining('JSON') })
  })

  it('keeps the description that the model should read', () => {
    const { body } = sent({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', description: 'Where it is', schema } },
    })
    const out = body['output_config'] as unknown as { format: { schema: JsonObject } }
    expect(out.format.schema).toEqual({ ...schema, description: 'Where it is' })
  })
})

it('a user who is named by address or number becomes an opaque id, as Anthropic refuses the other', () => {
  const id = (user: string): unknown => sent({ user }).body['metadata']
  expect(id('user-17')).toEqual({ user_id: 'user-17' })
  for (const user of ['ann@example.com', '+49 170 1234567', 'x'.repeat(300)])
    expect(id(user)).toEqual({ user_id: expect.stringMatching(/^[0-9a-f]{64}$/) })
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
