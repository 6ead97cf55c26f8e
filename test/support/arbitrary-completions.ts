import fc from 'fast-check'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

const anyText = fc.oneof(text, fc.constantFrom('', ' ', '\n\n'))

/** Bodies of clients of the legacy Completions with everything that the API reference has, valid for the vendor but otherwise odd. */
export const completionsBody: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      model: fc.constant('m'),
      prompt: fc.oneof(
        { weight: 4, arbitrary: anyText },
        fc.array(anyText, { maxLength: 2 }),
        fc.constantFrom([1212, 318], [[1212], [318]]),
        fc.constant(null),
      ),
      suffix: anyText,
      echo: fc.boolean(),
      best_of: fc.integer({ min: 0, max: 20 }),
      logprobs: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.boolean()),
      max_tokens: fc.nat(9000),
      n: fc.integer({ min: 1, max: 3 }),
      stop: fc.oneof(anyText, fc.array(anyText, { maxLength: 6 })),
      stream: fc.boolean(),
      stream_options: fc.constantFrom({ include_usage: true }, {}),
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      top_p: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.integer(),
      frequency_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
      presence_penalty: fc.double({ min: -2, max: 2, noNaN: true }),
      logit_bias: fc.constantFrom({ 50256: -100 }, {}),
      user: anyText,
      from_the_future: fc.constant({ a: [1] }),
    },
    { requiredKeys: ['model'] },
  )
  .map((made) => JSON.parse(JSON.stringify(made)) as JsonObject)
