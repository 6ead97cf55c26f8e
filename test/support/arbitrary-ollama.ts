import fc from 'fast-check'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

const call = fc.record({
  function: fc.record({ name: text, arguments: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })) }),
})

const message = fc.record(
  {
    role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
    content: text,
    thinking: text,
    images: fc.array(fc.base64String(), { maxLength: 2 }),
    tool_calls: fc.array(call, { maxLength: 2 }),
    tool_name: text,
  },
  { requiredKeys: ['role', 'content'] },
)

/** A body of `/api/chat`, with the prompt of `/api/generate` in it. */
export const ollamaBody: fc.Arbitrary<JsonObject> = fc.record(
  {
    model: fc.constant('m'),
    messages: fc.array(message, { maxLength: 4 }),
    prompt: text,
    system: text,
    format: fc.oneof(fc.constant('json'), fc.constant({ type: 'object' }), text),
    think: fc.oneof(fc.boolean(), fc.constant('high')),
    tools: fc.array(fc.record({ type: fc.constant('function'), function: fc.record({ name: text }) }), {
      maxLength: 2,
    }),
    options: fc.record(
      { temperature: fc.double({ noNaN: true }), num_predict: fc.integer(), num_ctx: fc.nat(), stop: fc.array(text) },
      { requiredKeys: [] },
    ),
    stream: fc.boolean(),
  },
  { requiredKeys: ['model', 'messages', 'prompt'] },
) as fc.Arbitrary<JsonObject>
