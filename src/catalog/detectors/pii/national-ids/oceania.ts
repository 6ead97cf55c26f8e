import { weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

export const auTfn = defineCode({
  rule: 'au-tfn',
  category: 'national-id',
  shapes: ['9', '3 3 3', '3-3-3'],
  valid: (code) => weighted(code, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
  context: words('tfn', 'tax file', 'ato'),
  bare: 0,
  shaped: 0.4,
  named: 0.96,
})

export const auMedicare = defineCode({
  rule: 'au-medicare',
  category: 'health',
  shapes: ['10', '11', '4 5 1', '4-5-1', '4 5 1 1'],
  valid: (code) => /^[2-6]/.test(code) && weighted(code, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(code[8]),
  context: words('medicare', 'medicare (?:card|number)'),
  bare: 0,
  shaped: 0.65,
  named: 0.96,
})

export const auAbn = defineCode({
  rule: 'au-abn',
  category: 'national-id',
  shapes: ['11', '2 3 3 3'],
  valid: (code) => (weighted(code, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0,
  context: words('abn', 'australian business'),
  bare: 0.3,
  shaped: 0.6,
  named: 0.9,
})

export const nzIrd = defineCode({
  rule: 'nz-ird',
  category: 'national-id',
  shapes: ['8', '9', '2-3-3', '3-3-3', '2 3 3', '3 3 3'],
  valid: (code) => {
    const digits = code.padStart(9, '0')
    const check = (weights: readonly number[]) => (11 - (weighted(digits, weights) % 11)) % 11
    const first = check([3, 2, 7, 6, 5, 4, 3, 2])
    return (first === 10 ? check([7, 4, 3, 2, 5, 2, 7, 6]) : first) === Number(digits[8])
  },
  context: words('ird', 'inland revenue'),
  bare: 0,
  shaped: 0.3,
  named: 0.95,
})

export const nzNhi = defineCode({
  rule: 'nz-nhi',
  category: 'health',
  pattern: /[A-HJ-NP-Z]{3}\d{4}/,
  context: words('nhi', 'national health index'),
  bare: 0,
  shaped: 0,
  named: 0.9,
})
