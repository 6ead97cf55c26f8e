import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

const letters = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** Orden INT/2058/2008: the letter is the number modulo 23. */
export const esDni = defineCode({
  rule: 'es-dni',
  category: 'national-id',
  pattern: /\d{2}[.]?\d{3}[.]?\d{3}[- ]?[A-HJ-NP-TV-Z]/,
  valid: (code) => letters[Number(code.slice(0, 8)) % 23] === code[8],
  context: words('dni', 'nif', 'documento nacional', 'identidad', 'identificaci[óo]n', 'spanish id'),
  bare: 0.75,
  shaped: 0.75,
  named: 0.95,
})

export const esNie = defineCode({
  rule: 'es-nie',
  category: 'national-id',
  pattern: /[XYZ][- ]?\d{7}[- ]?[A-HJ-NP-TV-Z]/,
  valid: (code) => letters[Number('XYZ'.indexOf(code[0] ?? '') + code.slice(1, 8)) % 23] === code[8],
  context: words('nie', 'extranjero\\w*', 'n[úu]mero de identidad', 'residencia', 'foreigner'),
  bare: 0.8,
  shaped: 0.8,
  named: 0.95,
})
