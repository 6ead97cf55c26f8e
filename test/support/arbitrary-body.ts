import fc from 'fast-check'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

/** Bodies of clients with everything that the API reference has, valid for the vendor but otherwise odd. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const anyText = fc.oneof(text, fc.constantFrom('', ' ', '\n\n'))
const cache_control = maybe(fc.constantFrom<JsonObject>({ type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' }))
const schema = fc.constantFrom<JsonObject>(
  { type: 'object', properties: {} },
  { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
  { type: 'object', properties: { n: { type: 'integer', minimum: 1 }, next: { $ref: '#' } } },
  { type: 'object', additionalProperties: true },
  { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }] },
)
const base64Image = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }

function record(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields).map((made) => JSON.parse(JSON.stringify(made)) as JsonObject)
}

const textBlock = record({ type: fc.constant('text'), text: anyText, cache_control })
const image = record({
  type: fc.constant('image'),
  source: fc.constantFrom(
    base64Image,
    { type: 'url', url: 'https://example.com/a.png' },
    { type: 'file', file_id: 'file_1' },
  ),
  cache_control,
})
const document = record({
  type: fc.constant('document'),
  title: maybe(text),
  context: maybe(text),
  citations: maybe(fc.constant({ enabled: true })),
  source: fc.constantFrom(
    { type: 'text', media_type: 'text/plain', data: 'Body' },
    { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
    { type: 'url', url: 'https://example.com/a.pdf' },
    { type: 'file', file_id: 'file_2' },
    { type: 'content', content: 'Body' },
    {
      type: 'content',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image', source: base64Image },
      ],
    },
  ),
  cache_control,
})
const searchResult = record({
  type: fc.constant('search_result'),
  source: text,
  title: text,
  content: fc.array(textBlock, { maxLength: 2 }),
})
const unknownBlock = fc.constantFrom<JsonObject>(
  { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
  { type: 'container_upload', file_id: 'f1' },
  { type: 'from_the_future', payload: [1, { a: null }] },
)
const userBlock = fc.oneof(textBlock, image, document, searchResult, unknownBlock)
const toolNames = ['weather', 'bell', 'mcp__server__tool-with-a-long-name']

const anthropicTurn = fc
  .record({
    ask: fc.oneof(anyText, fc.array(userBlock, { maxLength: 3 })),
    thinking: maybe(
      fc.constantFrom<JsonObject>(
        { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
        { type: 'redacted_thinking', data: 'xyz' },
      ),
    ),
    say: maybe(anyText),
    calls: fc.array(fc.constantFrom(...toolNames), { maxLength: 2 }),
    result: maybe(fc.oneof(anyText, fc.array(fc.oneof(textBlock, image, document, searchResult), { maxLength: 2 }))),
    is_error: maybe(fc.boolean()),
    seed: fc.nat(1e9),
  })
  .map(({ ask, thinking, say, calls, result, is_error, seed }): JsonObject[] => {
    const uses = calls.map(
      (name, index): JsonObject => ({ type: 'tool_use', id: `toolu_${seed}_${index}`, name, input: { n: index } }),
    )
    const content = [
      ...(thinking ? [thinking] : []),
      ...(say === undefined ? [] : [{ type: 'text', text: say }]),
      ...uses,
    ]
    const results = uses.map(
      ({ id }): JsonObject => ({ type: 'tool_result', tool_use_id: id, content: result, is_error }) as JsonObject,
    )
    return [
      { role: 'user', content: ask },
      { role: 'assistant', content },
      ...(results.length === 0
        ? []
        : [
            { role: 'user', content: results },
            { role: 'assistant', content: 'Well.' },
          ]),
    ]
  })

export const anthropicBody: fc.Arbitrary<JsonObject> = fc
  .tuple(
    record({
      model: fc.constant('m'),
      max_tokens: fc.integer({ min: 0, max: 100_000 }),
      system: maybe(fc.oneof(anyText, fc.array(textBlock, { maxLength: 2 }))),
      stream: maybe(fc.boolean()),
      temperature: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      top_p: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      top_k: maybe(fc.nat(100)),
      stop_sequences: maybe(fc.array(text, { maxLength: 6 })),
      metadata: maybe(fc.constantFrom({ user_id: 'u' }, { user_id: 'x'.repeat(150) }, { user_id: null }, {})),
      service_tier: maybe(fc.constantFrom('auto', 'standard_only')),
      thinking: maybe(
        fc.constantFrom<JsonObject>(
          { type: 'enabled', budget_tokens: 1024 },
          { type: 'adaptive', display: 'summarized' },
          { type: 'disabled' },
          { type: 'between_tools' },
        ),
      ),
      output_config: maybe(
        record({
          effort: maybe(fc.constantFrom('low', 'medium', 'high', 'xhigh', 'max')),
          format: maybe(schema.map((of) => ({ type: 'json_schema', schema: of }))),
        }),
      ),
      tools: maybe(
        fc.array(
          fc.oneof(
            record({
              name: fc.constantFrom(...toolNames),
              description: maybe(text),
              input_schema: schema,
              strict: maybe(fc.boolean()),
              cache_control,
            }),
            fc.constant({ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }),
          ),
          { maxLength: 3 },
        ),
      ),
      tool_choice: maybe(
        fc.constantFrom<JsonObject>(
          { type: 'auto' },
          { type: 'any', disable_parallel_tool_use: true },
          { type: 'tool', name: 'bell' },
          { type: 'none' },
        ),
      ),
      cache_control,
    }),
    fc.array(anthropicTurn, { maxLength: 3 }),
    fc.oneof(anyText, fc.array(userBlock, { maxLength: 3 })),
  )
  .map(([fields, turns, last]) => ({
    ...fields,
    messages: [...turns.flat(), { role: 'user', content: last }] as JsonObject[],
  }))

const openaiText = record({ type: fc.constant('text'), text: anyText, cache_control })
const openaiPart = fc.oneof(
  openaiText,
  record({
    type: fc.constant('image_url'),
    image_url: fc.constantFrom(
      { url: 'https://example.com/a.png', detail: 'high' },
      { url: 'data:image/png;base64,AAAA' },
      { url: 'data:,x' },
    ),
  }),
  record({
    type: fc.constant('file'),
    file: fc.constantFrom(
      { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
      { filename: 'a.txt', file_data: 'SGk=' },
      { file_id: 'file-1' },
    ),
  }),
  fc.constant({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }),
)
const openaiTurn = fc
  .record({
    ask: fc.oneof(anyText, fc.array(openaiPart, { minLength: 1, maxLength: 3 })),
    role: fc.constantFrom('user', 'user', 'system', 'developer'),
    say: fc.option(fc.oneof(anyText, fc.array(openaiText, { minLength: 1, maxLength: 2 }))),
    thinking: maybe(
      fc.constantFrom<JsonObject>(
        { reasoning_content: 'Hm.' },
        { thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'sig' }] },
        { reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'sig' }] },
      ),
    ),
    calls: fc.array(fc.tuple(fc.constantFrom(...toolNames), fc.constantFrom('{}', '', '{"a":1}', 'broken {', '[1]')), {
      maxLength: 2,
    }),
    idStyle: fc.constantFrom('call_', 'functions.weather:', 'ü|'),
    result: fc.oneof(anyText, fc.array(openaiText, { minLength: 1, maxLength: 2 })),
    seed: fc.nat(3),
  })
  .map(({ ask, role, say, thinking, calls, idStyle, result, seed }): JsonObject[] => {
    const made = calls.map(
      ([name, args], index): JsonObject => ({
        id: `${idStyle}${seed}${index}`,
        type: 'function',
        function: { name, arguments: args },
      }),
    )
    const plain = role === 'user' || typeof ask === 'string' ? ask : 'Rules'
    return [
      { role, content: plain },
      { role: 'assistant', content: say, ...thinking, ...(made.length === 0 ? {} : { tool_calls: made }) },
      ...made.map(({ id }): JsonObject => ({ role: 'tool', tool_call_id: id, content: result }) as JsonObject),
    ]
  })

export const openaiBody: fc.Arbitrary<JsonObject> = fc
  .tuple(
    record({
      model: fc.constant('m'),
      stream: maybe(fc.boolean()),
      stream_options: maybe(fc.constant({ include_usage: true, include_obfuscation: false })),
      max_tokens: maybe(fc.integer({ min: 1, max: 100_000 })),
      max_completion_tokens: maybe(fc.integer({ min: 1, max: 100_000 })),
      temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
      top_p: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      n: maybe(fc.integer({ min: 1, max: 3 })),
      stop: maybe(fc.oneof(anyText, fc.array(anyText, { maxLength: 4 }))),
      seed: maybe(fc.integer()),
      logit_bias: maybe(fc.constant({ 1: 2 })),
      logprobs: maybe(fc.boolean()),
      reasoning_effort: maybe(
        fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'constructor'),
      ),
      response_format: maybe(
        fc.oneof(
          fc.constant({ type: 'json_object' }),
          schema.map((of) => ({ type: 'json_schema', json_schema: { name: 'n', strict: true, schema: of } })),
        ),
      ),
      tools: maybe(
        fc.array(
          fc.oneof(
            record({
              type: fc.constant('function'),
              function: record({
                name: fc.constantFrom(...toolNames),
                parameters: maybe(schema),
                strict: maybe(fc.boolean()),
              }),
            }),
            fc.constant({ type: 'custom', custom: { name: 'grep' } }),
          ),
          { maxLength: 3 },
        ),
      ),
      tool_choice: maybe(
        fc.constantFrom(
          'auto',
          'none',
          'required',
          { type: 'function', function: { name: 'bell' } },
          {
            type: 'allowed_tools',
            allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'bell' } }] },
          },
        ),
      ),
      parallel_tool_calls: maybe(fc.boolean()),
      service_tier: maybe(fc.constantFrom('auto', 'default', 'flex', 'priority')),
      user: maybe(text),
    }),
    fc.array(openaiTurn, { minLength: 1, maxLength: 4 }),
  )
  .map(([fields, turns]) => ({ ...fields, messages: turns.flat() }))
