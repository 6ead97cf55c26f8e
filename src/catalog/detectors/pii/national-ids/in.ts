import { verhoeff } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** UIDAI: twelve digits, the first 2 to 9, Verhoeff. */
export const inAadhaar = defineCode({
  rule: 'in-aadhaar',
  category: 'national-id',
  shapes: ['12', '4 4 4', '4-4-4'],
  valid: (code) => code[0] !== '0' && code[0] !== '1' && verhoeff(code),
  context: words('aa?dh?aa?r', 'uidai', 'uid', 'आधार'),
  bare: 0.4,
  shaped: 0.75,
  named: 0.97,
})

/** Income Tax Department: the fourth letter says who holds it. */
export const inPan = defineCode({
  rule: 'in-pan',
  category: 'national-id',
  pattern: /[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]/,
  context: words('pan', 'pan card', 'permanent account', 'income tax'),
  bare: 0.65,
  shaped: 0.65,
  named: 0.95,
})
