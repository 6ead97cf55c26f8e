import { isDay, two, weighted } from '../checksums.ts'
import { defineCode } from '../code-kind.ts'
import { words } from '../context.ts'

const provinces = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])/

/** GB 11643-1999: place, birth date, serial, ISO 7064 MOD 11-2. */
export const cnResidentId = defineCode({
  rule: 'cn-resident-id',
  category: 'national-id',
  shapes: ['18', '6 8 4'],
  pattern: /\d{17}X/,
  valid: (code) => {
    if (!provinces.test(code) || !isDay(Number(code.slice(6, 10)), two(code, 10), two(code, 12))) return false
    return '10X98765432'[weighted(code, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === code[17]
  },
  context: words(
    '身份证\\S{0,6}',
    '居民身份\\S{0,6}',
    '证件号\\S{0,3}',
    'resident id\\w*',
    'id (?:card|number)',
    'shenfenzheng',
  ),
  bare: 0.9,
  shaped: 0.9,
  named: 0.99,
})

/** Resident registration number; the check digit is not kept since October 2020. */
export const krRrn = defineCode({
  rule: 'kr-rrn',
  category: 'national-id',
  shapes: ['13', '6-7', '6 7'],
  valid: (code) => isDay(two(code, 0), two(code, 2), two(code, 4)) && /^.{6}[1-8]/.test(code),
  context: words('주민등록\\S*', '주민번호\\S*', '외국인등록\\S*', 'rrn', 'resident registration', 'jumin'),
  bare: 0,
  shaped: 0.75,
  named: 0.96,
})

/** My Number: twelve digits, the last modulo 11. */
export const jpMyNumber = defineCode({
  rule: 'jp-my-number',
  category: 'national-id',
  shapes: ['12', '4-4-4', '4 4 4'],
  valid: (code) => {
    const rest = weighted(code, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return (rest <= 1 ? 0 : 11 - rest) === Number(code[11])
  },
  context: words('マイナンバー\\S{0,4}', '個人番号\\S{0,4}', 'my ?number', 'individual number', 'mynumber'),
  bare: 0.3,
  shaped: 0.45,
  named: 0.95,
})

const twPlaces = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'

/** Taiwan: a letter for the place, 1 or 2 (8 or 9 for residents), a check digit. */
export const twId = defineCode({
  rule: 'tw-id',
  category: 'national-id',
  pattern: /[A-Z][1289]\d{8}/,
  valid: (code) => {
    const place = twPlaces.indexOf(code[0] ?? '') + 10
    return (Math.floor(place / 10) + (place % 10) * 9 + weighted(code.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0
  },
  context: words('身分證\\S{0,6}', '身份證\\S{0,6}', '統一編號', 'taiwan\\w* id', 'national id\\w*', 'id number'),
  bare: 0.5,
  shaped: 0.5,
  named: 0.95,
})

/** Hong Kong identity card: one or two letters, six digits, a check sign modulo 11. */
export const hkId = defineCode({
  rule: 'hk-id',
  category: 'national-id',
  pattern: /[A-Z]{1,2} ?\d{6} ?\(?[0-9A](?:\)|(?![0-9A-Z]))/,
  valid: (code) => {
    const letters =
      code.length === 8 ? [36, code.charCodeAt(0) - 55] : [code.charCodeAt(0) - 55, code.charCodeAt(1) - 55]
    const check = code.at(-1) === 'A' ? 10 : Number(code.at(-1))
    const sum = (letters[0] ?? 0) * 9 + (letters[1] ?? 0) * 8 + weighted(code.slice(-7), [7, 6, 5, 4, 3, 2]) + check
    return sum % 11 === 0
  },
  context: words('hkid\\S*', 'hong kong id\\w*', '身份證\\S{0,6}', 'identity card'),
  bare: 0,
  shaped: 0.7,
  named: 0.95,
})
