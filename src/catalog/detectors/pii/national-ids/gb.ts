import { weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** NHS Data Dictionary: modulus 11, 10 never given. */
export const ukNhs = defineCode({
  rule: 'uk-nhs',
  category: 'national-id',
  shapes: ['10', '3 3 4', '3-3-4'],
  valid: (code) => weighted(code, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  context: words('nhs', 'national health', 'health service', 'patient'),
  bare: 0,
  shaped: 0.45,
  named: 0.95,
})

/** HMRC NIM39110: letters that are not used, prefixes that are not given. */
export const ukNino = defineCode({
  rule: 'uk-nino',
  category: 'national-id',
  pattern: /(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]/,
  context: words('nino', 'ni', 'ni number', 'national insurance', 'insurance n\\w*', 'hmrc', 'payroll'),
  bare: 0.75,
  shaped: 0.8,
  named: 0.95,
})

/** HMRC: unique taxpayer reference, modulus 11 with the check digit in front. */
export const ukUtr = defineCode({
  rule: 'uk-utr',
  category: 'national-id',
  shapes: ['10', '5 5'],
  valid: (code) => code[0] === '21987654321'[weighted(code.slice(1), [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11],
  context: words('utr', 'unique taxpayer', 'self assessment', 'tax reference'),
  bare: 0,
  shaped: 0.3,
  named: 0.9,
})
