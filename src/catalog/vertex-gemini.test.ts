import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonObject } from '../core/wire/json.ts'
import { vertexBody } from './vertex-gemini.ts'

const part = fc.oneof(
  fc.record({ text: fc.string() }),
  fc.record(
    {
      functionCall: fc.record({ id: fc.string(), name: fc.string() }, { requiredKeys: ['name'] }),
      thoughtSignature: fc.string(),
    },
    { requiredKeys: ['functionCall'] },
  ),
  fc.record({ function_response: fc.record({ id: fc.string(), name: fc.string() }, { requiredKeys: [] }) }),
  fc.constant(null),
)
const body = fc.record({
  contents: fc.array(
    fc.record({ role: fc.constantFrom('user', 'model'), parts: fc.array(part) }, { requiredKeys: [] }),
  ),
  generationConfig: fc.object(),
})

it('what is fitted needs nothing more, and only ids go', () => {
  fc.assert(
    fc.property(body, (given) => {
      const before = JSON.stringify(given)
      const fitted = vertexBody(given as JsonObject)
      expect(JSON.stringify(given)).toBe(before)
      if (fitted === undefined) {
        expect(before).not.toMatch(/"(?:functionCall|function_response)":\{"id"/)
        return
      }
      expect(vertexBody(fitted)).toBeUndefined()
      expect(fitted['generationConfig']).toBe(given.generationConfig)
      for (const [index, content] of (fitted['contents'] as JsonObject[]).entries()) {
        expect(content['role']).toBe(given.contents[index]?.role ?? 'user')
        expect((content['parts'] as unknown[] | undefined)?.length).toBe(given.contents[index]?.parts?.length)
      }
    }),
  )
})

it.each([{}, { contents: 'x' }, { contents: [null, 7] }, { contents: [{ role: 'user', parts: 'x' }] }])(
  'what is no body of Gemini is left to Google to refuse: %j',
  (given) => {
    expect(vertexBody(given as JsonObject)).toBeUndefined()
  },
)
