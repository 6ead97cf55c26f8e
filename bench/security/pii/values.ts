/** Random values of personal data that are well formed, from a seed. */
import { isDay, luhn, mod97, verhoeff } from '../../../src/catalog/detectors/pii/checksums.ts'

export interface Random {
  /** Below a limit. */
  below(limit: number): number
  pick<Item>(items: readonly Item[]): Item
  digits(count: number): string
}

/** Mulberry32. */
export function random(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('Nothing to pick from.')
      return item
    },
    digits: (count) => Array.from({ length: count }, () => below(10)).join(''),
  }
}

/** Digits by a pattern: `d` any, `n` 2 to 9, the rest as it is. */
function filled(pattern: string, from: Random): string {
  return pattern.replace(/[dn]/g, (sign) => (sign === 'd' ? from.digits(1) : String(2 + from.below(8))))
}

function until(make: () => string, isRight: (value: string) => boolean): string {
  for (let tries = 0; tries < 100_000; tries++) {
    const value = make()
    if (isRight(value)) return value
  }
  throw new Error('No such value was found.')
}

function weights(digits: string, by: readonly number[]): number {
  return by.reduce((sum, weight, place) => sum + weight * Number(digits[place]), 0)
}

const two = (value: number): string => String(value).padStart(2, '0')
const people = [
  'anna',
  'j.miller',
  'maria.lopez',
  'kwame_b',
  'li.wei88',
  'sofie-hansen',
  'tomasz.k',
  'priya',
  'o.yilmaz',
  'hiroshi.t',
]
const hosts = [
  'gmail.com',
  'outlook.com',
  'web.de',
  'orange.fr',
  'libero.it',
  'acme-corp.io',
  'uni-koeln.de',
  'yahoo.co.uk',
  'mail.ru',
  'qq.com',
]
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export const values: Readonly<Record<string, (from: Random) => string>> = {
  email: (from) => `${from.pick(people)}@${from.pick(hosts)}`,
  phone: (from) =>
    filled(
      from.pick([
        '(nnd) ndd-dddd',
        'nnd-ndd-dddd',
        'nnd.ndd.dddd',
        '+1 nnd ndd dddd',
        '+1-nnd-ndd-dddd',
        '+44 7911 dddddd',
        '07911 dddddd',
        '020 7946 dddd',
        '+49 151 ddddnddd',
        '0151 2345ddd',
        '+33 6 12 dd dd dd',
        '06 12 dd dd dd',
        '+34 612 ddd ddd',
        '+39 347 ddd dddd',
        '+91 98ddd ddddd',
        '+86 138 dddd dddd',
        '+81 90-1234-dddd',
        '090-1234-dddd',
        '+55 11 91234-dddd',
        '(11) 91234-dddd',
        '+7 916 123-45-dd',
        '8 (916) 123-45-dd',
        '+90 532 123 dd dd',
        '+48 601 ddd ddd',
        '+31 6 12345ddd',
      ]),
      from,
    ),
  card: (from) => {
    const digits = until(
      () => filled(from.pick(['4ddddddddddddddd', '51dddddddddddddd', '55dddddddddddddd', '6011dddddddddddd']), from),
      luhn,
    )
    return from.pick([digits, digits.replace(/(.{4})(?=.)/g, '$1 '), digits.replace(/(.{4})(?=.)/g, '$1-')])
  },
  amex: (from) => until(() => filled('37ddddddddddddd', from), luhn),
  iban: (from) => {
    const body = filled(
      from.pick([
        'DE370400440532dddddd',
        'NLABNA0417dddddd',
        'ES21000418450200dddddd',
        'BE539007dddddd',
        'GBNWBK601613dddddddd',
        'CH00762011623dddddd',
        'AT1904300234dddddd',
      ]),
      from,
    )
    const [country, account] = [body.slice(0, 2), body.slice(2)]
    const code = `${country}${two(98 - mod97(`${account}${country}00`))}${account}`
    return from.pick([code, code.replace(/(.{4})(?=.)/g, '$1 ')])
  },
  'us-ssn': (from) =>
    filled(from.pick(['nnd-nd-dddn', '5dn nd dddn']), from)
      .replace(/^9/, '3')
      .replace(/^666/, '667'),
  'uk-nhs': (from) =>
    until(
      () => filled('nddddddddd', from),
      (value) => weights(value, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    ).replace(/^(...)(...)/, '$1 $2 '),
  'uk-nino': (from) =>
    `${from.pick(['AB', 'CE', 'JG', 'NP', 'WK'])}${from.pick(['', ' '])}${filled('dd dd dd', from)} ${from.pick([...'ABCD'])}`,
  'es-dni': (from) => {
    const digits = filled('dddddddd', from)
    return `${digits}${from.pick(['', '-'])}${'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23]}`
  },
  'fr-nir': (from) => {
    const body = `${from.pick([1, 2])}${two(50 + from.below(49))}${two(1 + from.below(12))}${filled('75d0ddddn'.slice(0, 8), from)}`
    const digits = `${body}${two(97 - Number(BigInt(body) % 97n))}`
    return digits.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, from.pick(['$1 $2 $3 $4 $5 $6 $7', '$1$2$3$4$5$6$7']))
  },
  'nl-bsn': (from) =>
    until(
      () => filled('1dddddddd', from),
      (value) => weights(value, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    ),
  'pl-pesel': (from) =>
    until(
      () => `${two(50 + from.below(49))}${two(1 + from.below(12))}${two(1 + from.below(28))}${from.digits(5)}`,
      (value) => weights(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
    ),
  'br-cpf': (from) =>
    until(
      () => filled('ddddddddddd', from),
      (value) =>
        ((weights(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10 === Number(value[9]) &&
        ((weights(value, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10 === Number(value[10]),
    ).replace(/^(...)(...)(...)(..)$/, from.pick(['$1.$2.$3-$4', '$1$2$3$4'])),
  'in-aadhaar': (from) => until(() => filled('nddddddddddd', from), verhoeff).replace(/^(....)(....)/, '$1 $2 '),
  'cn-resident-id': (from) => {
    const body = `110105${1950 + from.below(55)}${two(1 + from.below(12))}${two(1 + from.below(28))}${from.digits(3)}`
    return `${body}${'10X98765432'[weights(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11]}`
  },
  'se-personnummer': (from) =>
    until(
      () => `${two(40 + from.below(59))}${two(1 + from.below(12))}${two(1 + from.below(28))}${from.digits(4)}`,
      luhn,
    ).replace(/(....)$/, '-$1'),
  'it-fiscal-code': (from) => from.pick(['RSSMRA85T10A562S', 'RSSMRA85T10A562S'.toLowerCase(), 'RSS MRA 85T10 A562S']),
  'ca-sin': (from) => until(() => filled('1dddddddd', from), luhn).replace(/^(...)(...)/, '$1 $2 '),
  'au-tfn': (from) =>
    until(
      () => filled('1dddddddd', from),
      (value) => weights(value, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    ).replace(/^(...)(...)/, '$1 $2 '),
  'kr-rrn': (from) =>
    `${two(50 + from.below(49))}${two(1 + from.below(12))}${two(1 + from.below(28))}-${filled('1dddddd', from)}`,
  ipv4: (from) =>
    `${from.pick([84, 46, 91, 203, 52, 34])}.${1 + from.below(250)}.${1 + from.below(250)}.${1 + from.below(250)}`,
  ipv6: (from) =>
    `2a02:${from.pick(['8071', '908', '2f0'])}:${(4096 + from.below(60000)).toString(16)}::${(1 + from.below(65000)).toString(16)}`,
  mac: (from) =>
    Array.from({ length: 6 }, (_, place) =>
      place === 0 ? '3c' : (1 + from.below(254)).toString(16).padStart(2, '0'),
    ).join(from.pick([':', '-'])),
  'birth-date': (from) => {
    const [year, month, day] = [1940 + from.below(65), 1 + from.below(12), 1 + from.below(28)]
    if (!isDay(year, month, day)) return '1980-01-01'
    return from.pick([
      `${year}-${two(month)}-${two(day)}`,
      `${two(day)}/${two(month)}/${year}`,
      `${two(month)}/${two(day)}/${year}`,
      `${day}.${month}.${year}`,
      `${day} ${months[month - 1]} ${year}`,
      `${months[month - 1]} ${day}, ${year}`,
    ])
  },
  passport: (from) =>
    from.pick([
      filled('ddddddddd', from),
      `${from.pick([...'CFGHJK'])}${filled('dddddddd', from)}`,
      `AB${filled('ddddddd', from)}`,
    ]),
  'medical-record': (from) => from.pick([filled('nddddddd', from), `MR-${filled('dddddd', from)}`]),
  'driver-licence': (from) =>
    from.pick([`D${filled('ddddddd', from)}`, filled('ndddddddd', from), `S${filled('ddd-dddd-dddd', from)}`]),
  'us-routing': (from) =>
    until(
      () => filled('0dddddddd', from),
      (value) => weights(value, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 && value !== '000000000',
    ),
  'bank-account': (from) => filled(from.pick(['ndddddddd', 'nddddddddd', 'nddddddddddd']), from),
  'crypto-wallet': (from) =>
    from.pick([
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      `0x${Array.from({ length: 40 }, () => from.below(16).toString(16)).join('')}`,
    ]),
}
