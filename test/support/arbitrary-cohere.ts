import fc from 'fast-check'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const anyText = fc.oneof(text, fc.constantFrom('', ' ', '\n\n'))

function record(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields).map((made) => JSON.parse(JSON.stringify(made)) as JsonObject)
}

const said = record({ type: fc.constant('text'), text: anyText })
const image = fc.constantFrom<JsonObject>(
  { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
  { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
)
const document = fc.constantFrom<JsonObject>(
  { type: 'document', document: { data: { title: 'Plan', rows: [1, { a: null }] }, id: 'doc:0' } },
  { type: 'document', document: { data: 'no JSON' } },
)
const calls = fc.array(
  record({
    id: anyText,
    type: fc.constant('function'),
    function: maybe(record({ name: maybe(anyText), arguments: maybe(fc.constantFrom('{"a":1}', '', '[', '7')) })),
  }),
  { maxLength: 2 },
)

const message = fc.oneof(
  record({ role: fc.constant('system'), content: fc.oneof(anyText, fc.array(said, { maxLength: 2 })) }),
  record({ role: fc.constant('user'), content: fc.oneof(anyText, fc.array(fc.oneof(said, image), { maxLength: 3 })) }),
  record({
    role: fc.constant('assistant'),
    content: maybe(
      fc.oneof(
        anyText,
        fc.array(fc.oneof(said, record({ type: fc.constant('thinking'), thinking: anyText })), { maxLength: 2 }),
      ),
    ),
    tool_plan: maybe(anyText),
    tool_calls: maybe(calls),
    citations: maybe(fc.constant([{ start: 0, end: 2 }])),
  }),
  record({
    role: fc.constant('tool'),
    tool_call_id: anyText,
    content: fc.oneof(anyText, fc.array(fc.oneof(said, document), { maxLength: 2 })),
  }),
)

/** Bodies of Cohere clients with everything that the API reference has, valid for the vendor but otherwise odd. */
export const cohereBody: fc.Arbitrary<JsonObject> = record({
  model: fc.constant('m'),
  messages: fc.array(message, { minLength: 1, maxLength: 5 }),
  stream: maybe(fc.boolean()),
  tools: maybe(
    fc.array(
      record({
        type: fc.constant('function'),
        function: record({
          name: fc.constantFrom('weather', 'bell', 'toString'),
          description: maybe(anyText),
          parameters: maybe(
            fc.constantFrom<JsonObject>({ type: 'object', properties: { a: {} }, required: ['a'] }, {}),
          ),
        }),
      }),
      { maxLength: 2 },
    ),
  ),
  strict_tools: maybe(fc.boolean()),
  tool_choice: maybe(fc.constantFrom('REQUIRED', 'NONE', 'odd')),
  response_format: maybe(
    fc.constantFrom<JsonObject>(
      { type: 'text' },
      { type: 'json_object' },
      { type: 'json_object', json_schema: { type: 'object' } },
      { type: 'odd' },
    ),
  ),
  thinking: maybe(
    fc.constantFrom<JsonObject>(
      { type: 'enabled' },
      { type: 'enabled', token_budget: 500 },
      { type: 'disabled' },
      { type: 'odd' },
    ),
  ),
  max_tokens: maybe(fc.integer({ min: 0, max: 9000 })),
  stop_sequences: maybe(fc.array(anyText, { maxLength: 6 })),
  temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
  p: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  k: maybe(fc.integer({ min: 0, max: 900 })),
  seed: maybe(fc.integer()),
  frequency_penalty: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  presence_penalty: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  logprobs: maybe(fc.boolean()),
  documents: maybe(fc.constantFrom<unknown>(['a text'], [{ data: { a: 1 } }])),
  citation_options: maybe(fc.constant({ mode: 'FAST' })),
  safety_mode: maybe(fc.constant('STRICT')),
  priority: maybe(fc.nat(9)),
})
