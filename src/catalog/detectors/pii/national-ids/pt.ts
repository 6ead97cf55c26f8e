import { weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

export const ptNif = defineCode({
  rule: 'pt-nif',
  category: 'national-id',
  shapes: ['9', '3 3 3', '3.3.3'],
  valid: (code) => {
    if (!/^[1235689]/.test(code)) return false
    const rest = weighted(code, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return (rest < 2 ? 0 : 11 - rest) === Number(code[8])
  },
  context: words('nif', 'contribuinte', 'n[úu]mero de identifica[çc][ãa]o fiscal', 'fiscal', 'finan[çc]as'),
  bare: 0,
  shaped: 0.3,
  named: 0.92,
})
