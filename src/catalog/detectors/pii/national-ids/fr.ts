import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** NIR: sex, year, month, place, serial, key 97 - n mod 97. Corsica counts 2A as 19 and 2B as 18. */
export const frNir = defineCode({
  rule: 'fr-nir',
  category: 'national-id',
  shapes: ['15', '1 2 2 2 3 3 2', '13 2', '1 2 2 2 3 3'],
  pattern: /[12] ?\d{2} ?\d{2} ?2[AB] ?\d{3} ?\d{3} ?\d{2}/,
  valid: (code) => {
    if (!/^[12]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)/.test(code)) return false
    if (code.length < 15) return true
    const body = code.slice(0, 13).replace('2A', '19').replace('2B', '18')
    return 97n - (BigInt(body) % 97n) === BigInt(code.slice(13))
  },
  context: words(
    'nir',
    's[ée]curit[ée] sociale',
    'num[ée]ro de s[ée]cu\\w*',
    'n° ?s[ée]cu\\w*',
    'insee',
    'n° ss',
    'carte vitale',
    'social security',
    'assur[ée]\\w*',
  ),
  bare: 0.8,
  shaped: 0.85,
  named: 0.98,
})

/** SPI, the tax number of a person: 13 digits, the last three mod 511. */
export const frTax = defineCode({
  rule: 'fr-tax',
  category: 'national-id',
  shapes: ['13', '2 2 3 3 3'],
  valid: (code) => /^[0-3]/.test(code) && Number(code.slice(0, 10)) % 511 === Number(code.slice(10)),
  context: words('spi', 'num[ée]ro fiscal', 'n° fiscal', 'identifiant fiscal', 'imp[oô]ts?', 'tax number', 'fiscal'),
  bare: 0.4,
  shaped: 0.6,
  named: 0.95,
})
