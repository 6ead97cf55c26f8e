import fc from 'fast-check'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

/** Bodies of Responses clients with everything that the API reference has, valid for the vendor but otherwise odd. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const anyText = fc.oneof(text, fc.constantFrom('', ' ', '\n\n'))

function record(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields).map((made) => JSON.parse(JSON.stringify(made)) as JsonObject)
}

const part = fc.oneof(
  record({ type: fc.constant('input_text'), text: anyText, prompt_cache_breakpoint: maybe(fc.constant({})) }),
  fc.constantFrom<JsonObject>(
    { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' },
    { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
    { type: 'input_image', file_id: 'file-1' },
    { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
    { type: 'input_file', filename: 'a.txt', file_data: 'SGk=' },
    { type: 'input_file', file_url: 'https://example.com/a.pdf' },
    { type: 'input_file', file_id: 'file-2' },
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    { type: 'from_the_future', payload: [1, { a: null }] },
  ),
)
const output = fc.oneof(
  anyText,
  fc.array(
    fc.constantFrom<JsonObject>(
      { type: 'input_text', text: 'x' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
    ),
    { maxLength: 2 },
  ),
)
const reasoning = fc.constantFrom<JsonObject>(
  { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAABo' },
  { type: 'reasoning', id: 'rs_2', summary: [{ type: 'summary_text', text: 'Hm.' }] },
  { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'portcullis:s:c2ln' },
  { type: 'reasoning', id: 'rs_3', summary: [], encrypted_content: 'portcullis:r:eHl6' },
  { type: 'reasoning', id: 'rs_4', summary: [], encrypted_content: 'portcullis:s:openai:rs_9 gAAA' },
)
const said = fc.oneof(
  anyText.map((value): JsonObject => ({ role: 'assistant', content: value })),
  anyText.map(
    (value): JsonObject => ({
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [
        { type: 'output_text', text: value, annotations: [], logprobs: [] },
        { type: 'refusal', refusal: value },
      ],
    }),
  ),
)
const names = ['weather', 'bell', 'grep']

const turn = fc
  .record({
    role: fc.constantFrom('user', 'user', 'system', 'developer'),
    ask: fc.oneof(anyText, fc.array(part, { maxLength: 3 })),
    thinking: maybe(reasoning),
    say: maybe(said),
    calls: fc.array(
      fc.tuple(fc.constantFrom(...names), fc.constantFrom('{}', '', '{"a":1}', 'broken {', '[1]'), output),
      {
        maxLength: 2,
      },
    ),
    seed: fc.nat(3),
    odd: maybe(fc.constantFrom<JsonObject>({ type: 'web_search_call', id: 'ws_1' }, { type: 'new_item', a: [1] })),
  })
  .map(({ role, ask, thinking, say, calls, seed, odd }): JsonObject[] => {
    const id = (index: number): string => `call_${seed}_${index}${'x'.repeat(seed * 30)}`
    return [
      { role, content: role === 'user' || typeof ask === 'string' ? ask : 'Rules' },
      ...(thinking === undefined ? [] : [thinking]),
      ...(say === undefined ? [] : [say]),
      ...calls.map(
        ([name, args], index): JsonObject =>
          name === 'grep'
            ? { type: 'custom_tool_call', call_id: id(index), name, input: args }
            : { type: 'function_call', id: `fc_${index}`, call_id: id(index), name, arguments: args },
      ),
      ...calls.map(
        ([name, , result], index): JsonObject => ({
          type: name === 'grep' ? 'custom_tool_call_output' : 'function_call_output',
          call_id: id(index),
          output: result,
        }),
      ),
      ...(odd === undefined ? [] : [odd]),
    ]
  })

const schema = fc.constantFrom<JsonObject>(
  { type: 'object', properties: {} },
  { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
)

export const responsesBody: fc.Arbitrary<JsonObject> = fc
  .tuple(
    record({
      model: fc.constant('m'),
      instructions: maybe(anyText),
      stream: maybe(fc.boolean()),
      max_output_tokens: maybe(fc.integer({ min: 1, max: 100_000 })),
      temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
      top_p: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      reasoning: maybe(
        record({
          effort: maybe(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'constructor')),
          summary: maybe(fc.constantFrom('auto', 'detailed')),
        }),
      ),
      text: maybe(
        record({
          format: maybe(
            fc.oneof(
              fc.constantFrom<JsonObject>({ type: 'text' }, { type: 'json_object' }),
              schema.map((of) => ({ type: 'json_schema', name: 'n', strict: true, schema: of })),
            ),
          ),
          verbosity: maybe(fc.constantFrom('low', 'high')),
        }),
      ),
      tools: maybe(
        fc.array(
          fc.oneof(
            record({
              type: fc.constant('function'),
              name: fc.constantFrom('weather', 'bell'),
              description: maybe(text),
              parameters: maybe(schema),
              strict: maybe(fc.boolean()),
            }),
            fc.constantFrom<JsonObject>(
              { type: 'custom', name: 'grep', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
              { type: 'web_search', filters: {} },
              { type: 'mcp', server_label: 's', server_url: 'https://example.com' },
            ),
          ),
          { maxLength: 3 },
        ),
      ),
      tool_choice: maybe(
        fc.constantFrom<JsonObject | string>(
          'auto',
          'none',
          'required',
          { type: 'function', name: 'bell' },
          { type: 'custom', name: 'grep' },
          { type: 'web_search' },
          { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'bell' }] },
        ),
      ),
      parallel_tool_calls: maybe(fc.boolean()),
      metadata: maybe(fc.constant({ a: 'b' })),
      service_tier: maybe(fc.constantFrom('auto', 'default', 'flex', 'priority')),
      user: maybe(text),
      store: maybe(fc.boolean()),
      include: maybe(fc.constant(['reasoning.encrypted_content', 'message.output_text.logprobs'])),
      truncation: maybe(fc.constantFrom('auto', 'disabled')),
      background: maybe(fc.boolean()),
    }),
    fc.oneof(
      text,
      fc.array(turn, { minLength: 1, maxLength: 3 }).map((turns) => turns.flat()),
    ),
  )
  .map(([fields, input]) => ({ ...fields, input }))
