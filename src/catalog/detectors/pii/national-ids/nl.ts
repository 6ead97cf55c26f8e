import { weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** The eleven-test; a number of eight digits has a nought in front. */
export const nlBsn = defineCode({
  rule: 'nl-bsn',
  category: 'national-id',
  shapes: ['9', '4.2.3', '3.3.3', '3 3 3', '4 2 3'],
  valid: (code) => weighted(code, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  context: words('bsn', 'burger ?service ?nummer', 'sofi\\S*', 'citizen service', 'persoonsnummer'),
  bare: 0,
  shaped: 0.3,
  named: 0.95,
})
