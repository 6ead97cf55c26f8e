import { luhn } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

export const caSin = defineCode({
  rule: 'ca-sin',
  category: 'national-id',
  shapes: ['9', '3-3-3', '3 3 3'],
  valid: (code) => /^[0-79]/.test(code) && luhn(code),
  context: words('sin', 'social insurance', 'nas', 'assurance sociale', 'sin number'),
  bare: 0,
  shaped: 0.6,
  named: 0.95,
})
