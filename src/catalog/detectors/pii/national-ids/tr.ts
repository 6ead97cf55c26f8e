import { weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

export const trTckn = defineCode({
  rule: 'tr-tckn',
  category: 'national-id',
  shapes: ['11'],
  valid: (code) => {
    if (code[0] === '0') return false
    const tenth = ((weighted(code, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10) + 10) % 10 === Number(code[9])
    return tenth && weighted(code, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10 === Number(code[10])
  },
  context: words('t\\.?c\\.?', 'tckn', 'kimlik\\w*', 'vatanda[şs]l[ıi]k\\w*', 'turkish id\\w*'),
  bare: 0.55,
  shaped: 0.55,
  named: 0.97,
})
