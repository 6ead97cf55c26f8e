import { isDay, luhn, two, weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

/** Sweden: birth date (60 more for a coordination number), serial, Luhn over ten digits. */
export const sePersonnummer = defineCode({
  rule: 'se-personnummer',
  category: 'national-id',
  shapes: ['10', '12', '6-4', '8-4', '6 4', '8 4'],
  pattern: /\d{6}\+\d{4}/,
  valid: (code) => {
    const digits = code.replace('+', '').slice(-10)
    const day = two(digits, 4)
    if (code.length === 12 && !/^(?:18|19|20)/.test(code)) return false
    return isDay(two(digits, 0), two(digits, 2), day > 60 ? day - 60 : day) && luhn(digits)
  },
  context: words(
    'personnummer',
    'personnr',
    'pnr',
    'samordningsnummer',
    'swedish (?:id|personal)\\w*',
    'personal (?:identity )?number',
  ),
  bare: 0.45,
  shaped: 0.75,
  named: 0.97,
})

/** Norway: birth date (40 more in the day for a D number), two check digits modulo 11. */
export const noFodselsnummer = defineCode({
  rule: 'no-fodselsnummer',
  category: 'national-id',
  shapes: ['11', '6 5', '6-5'],
  valid: (code) => {
    const day = two(code, 0) % 40
    if (!isDay(two(code, 4), two(code, 2) % 40, day)) return false
    return (
      weighted(code, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
      weighted(code, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
    )
  },
  context: words('f[øo]dsels\\S*', 'd-nummer', 'personnummer', 'fnr', 'norwegian (?:id|national)\\w*'),
  bare: 0.65,
  shaped: 0.8,
  named: 0.97,
})

/** Denmark: birth date and serial; modulo 11 is no longer kept since 2007. */
export const dkCpr = defineCode({
  rule: 'dk-cpr',
  category: 'national-id',
  shapes: ['10', '6-4', '6 4'],
  valid: (code) => isDay(two(code, 4), two(code, 2), two(code, 0)),
  context: words('cpr\\S*', 'personnummer', 'danish id', 'cpr-nr'),
  bare: 0,
  shaped: 0.5,
  named: 0.95,
})

/** Finland: birth date, a sign of the century, serial, a sign modulo 31. */
export const fiHetu = defineCode({
  rule: 'fi-hetu',
  category: 'national-id',
  pattern: /\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]/,
  valid: (code) => {
    const digits = code.length === 10 || code[6] === '+' ? code : code.slice(0, 6) + code.slice(7)
    const body = digits.replace('+', '')
    const check = '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(body.slice(0, 9)) % 31]
    return isDay(two(body, 4), two(body, 2), two(body, 0)) && check === body[9]
  },
  context: words('hetu', 'henkil[öo]tunnus', 'sotu', 'sosiaaliturvatunnus', 'finnish (?:id|personal)\\w*'),
  bare: 0.85,
  shaped: 0.85,
  named: 0.97,
})
