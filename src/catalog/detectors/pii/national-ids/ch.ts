import { ean13 } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** AHV/AVS: 756 and the check digit of EAN-13. */
export const chAhv = defineCode({
  rule: 'ch-ahv',
  category: 'national-id',
  shapes: ['13', '3.4.4.2', '3 4 4 2', '3-4-4-2'],
  valid: (code) => code.startsWith('756') && ean13(code),
  context: words('ahv\\S*', 'avs', 'oasi', 'sozialversicherung\\S*', 'nss'),
  bare: 0.8,
  shaped: 0.95,
  named: 0.98,
})
