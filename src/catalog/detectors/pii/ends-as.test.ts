import fc from 'fast-check'
import { expect, it } from 'vitest'
import { endsAs } from './ends-as.ts'

it('says what the expression says of each text', () => {
  const expressions = [/(?:^|[^a])ab?[ ,]{0,2}$/, /\b(?:a|ab|b a)\s$/i, /^a$/, /(?<!b)a(?:b|$)$/u]
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', ','), maxLength: 8 }), (text) => {
      for (const expression of expressions) expect(endsAs(expression)(text)).toBe(expression.test(text))
    }),
  )
})
