import { icaoDigit, mod11And10 } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** §139b AO: one digit twice or thrice among the first ten, ISO 7064 MOD 11,10. */
export const deTaxId = defineCode({
  rule: 'de-tax-id',
  category: 'national-id',
  shapes: ['11', '2 3 3 3', '3 3 3 2', '3/3/3/2'],
  valid: (code) => code[0] !== '0' && mod11And10(code) && hasOneRepeated(code.slice(0, 10)),
  context: words('steuer\\S{0,24}', 'idnr', 'id-nr', 'tax id\\w*', 'tin', 'finanzamt', 'tax number'),
  bare: 0.4,
  shaped: 0.6,
  named: 0.95,
})

function hasOneRepeated(digits: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of digits) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3
}

/** Pension insurance number: area, birth date, letter, serial, check digit. */
export const dePension = defineCode({
  rule: 'de-pension',
  category: 'national-id',
  pattern: /\d{2} ?\d{6} ?[A-Z] ?\d{3}/,
  valid: isPensionNumber,
  context: words(
    'rentenversicherung\\S*',
    'sozialversicherung\\S*',
    'rvnr',
    'svnr',
    'sv-nummer',
    'versicherungsnummer',
    'pension',
  ),
  bare: 0.6,
  shaped: 0.6,
  named: 0.95,
})

function isPensionNumber(code: string): boolean {
  const letter = String(code.charCodeAt(8) - 64).padStart(2, '0')
  const digits = code.slice(0, 8) + letter + code.slice(9)
  let sum = 0
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
  for (let place = 0; place < 12; place++) {
    const product = Number(digits[place]) * (weights[place] ?? 0)
    sum += Math.floor(product / 10) + (product % 10)
  }
  return sum % 10 === Number(code[11])
}

/** Identity card and passport of Germany: letters without vowels, ICAO 9303 check digit. */
export const deIdCard = defineCode({
  rule: 'de-id-card',
  category: 'national-id',
  pattern: /[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}\d?(?:D)?/,
  valid: (code) => /\d/.test(code) && (code.length < 10 || icaoDigit(code.slice(0, 9)) === code[9]),
  context: words('personalausweis\\S*', 'ausweis\\S*', 'reisepass\\S*', 'passnummer', 'identity card', 'id card'),
  bare: 0,
  shaped: 0,
  named: 0.85,
})
