import { isDay, two, weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

const centuries: Readonly<Record<number, true>> = { 0: true, 20: true, 40: true, 60: true, 80: true }

/** PESEL: birth date with the century in the month, weights 1 3 7 9. */
export const plPesel = defineCode({
  rule: 'pl-pesel',
  category: 'national-id',
  shapes: ['11'],
  valid: (code) => {
    const month = two(code, 2)
    if (!centuries[month - (month % 20)] || !isDay(two(code, 0), month % 20, two(code, 4))) return false
    return weighted(code, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  },
  context: words('pesel', 'numer ewidencyjny', 'polish id'),
  bare: 0.5,
  shaped: 0.5,
  named: 0.97,
})

export const plNip = defineCode({
  rule: 'pl-nip',
  category: 'national-id',
  shapes: ['10', '3-3-2-2', '3-2-2-3'],
  valid: (code) => weighted(code, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(code[9]),
  context: words('nip', 'identyfikacji podatkowej', 'podatnik\\w*', 'vat'),
  bare: 0,
  shaped: 0.55,
  named: 0.92,
})
