import { two } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** National register: birth date, serial, 97 - n mod 97; a 2 in front from 2000 on. */
export const beNationalNumber = defineCode({
  rule: 'be-national-number',
  category: 'national-id',
  shapes: ['11', '2.2.2-3.2', '6-3-2', '6 3 2', '2 2 2 3 2', '2.2.2.3.2'],
  valid: (code) => {
    const month = two(code, 2) % 20
    if (month > 12 || two(code, 4) > 31) return false
    const body = Number(code.slice(0, 9))
    const check = Number(code.slice(9))
    return 97 - (body % 97) === check || 97 - ((2_000_000_000 + body) % 97) === check
  },
  context: words(
    'rijksregister\\S*',
    'registre national',
    'num[ée]ro national',
    'nationaal nummer',
    'insz',
    'niss',
    'national (?:register|number)',
    'rrn',
  ),
  bare: 0.55,
  shaped: 0.9,
  named: 0.97,
})
