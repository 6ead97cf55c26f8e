import { two, weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** Social insurance number: serial, check digit, birth date. */
export const atSvnr = defineCode({
  rule: 'at-svnr',
  category: 'national-id',
  shapes: ['10', '4 6', '4-6', '3 1 6', '4 2 2 2'],
  valid: (code) =>
    code[0] !== '0' &&
    two(code, 4) >= 1 &&
    two(code, 4) <= 31 &&
    two(code, 6) <= 15 &&
    weighted(code, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(code[3]),
  context: words('svnr', 'sv-?nummer', 'sv-nr', 'sozialversicherung\\S*', 'versicherungsnummer', 'e-?card'),
  bare: 0,
  shaped: 0.45,
  named: 0.95,
})
