import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

const odd: Readonly<Record<string, number>> = Object.fromEntries(
  [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23].flatMap(
    (value, place) => [[String.fromCharCode(65 + place), value], ...(place < 10 ? [[String(place), value]] : [])],
  ),
)

/** D.M. 23/12/1976: name, birth, place, and a letter that checks all; digits may be replaced by letters. */
export const itFiscalCode = defineCode({
  rule: 'it-fiscal-code',
  category: 'national-id',
  pattern: /[A-Z]{3} ?[A-Z]{3} ?[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2} ?[A-Z][\dLMNP-V]{3} ?[A-Z]/,
  valid: (code) => {
    let sum = 0
    for (let place = 0; place < 15; place++) {
      const sign = code[place] ?? ''
      sum += place % 2 === 0 ? (odd[sign] ?? 0) : sign <= '9' ? Number(sign) : sign.charCodeAt(0) - 65
    }
    return sum % 26 === code.charCodeAt(15) - 65
  },
  context: words('codice fiscale', 'c\\.?f\\.?', 'cod\\.? fisc\\w*', 'fiscal code', 'tax code'),
  bare: 0.95,
  shaped: 0.9,
  named: 1,
})
