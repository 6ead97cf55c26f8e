import { weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** PPS number: seven digits and a letter modulo 23, since 2013 with a second letter. */
export const iePps = defineCode({
  rule: 'ie-pps',
  category: 'national-id',
  pattern: /\d{7}[A-W][ABHWTX]?/,
  valid: (code) => {
    const second =
      code.length === 9 && code[8] !== 'W' && code[8] !== 'T' && code[8] !== 'X' ? code.charCodeAt(8) - 64 : 0
    const sum = weighted(code, [8, 7, 6, 5, 4, 3, 2]) + second * 9
    return 'WABCDEFGHIJKLMNOPQRSTUV'[sum % 23] === code[7]
  },
  context: words('ppsn?', 'pps number', 'personal public service', 'rsi'),
  bare: 0.6,
  shaped: 0.6,
  named: 0.95,
})
