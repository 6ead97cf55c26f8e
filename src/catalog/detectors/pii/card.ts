import { luhn } from './checksums.ts'
import { defineCode } from './code-kind.ts'
import { words } from './context.ts'

/** ISO/IEC 7812: first digits and lengths of Visa, Mastercard, Amex, Discover, Diners, JCB, UnionPay, Maestro, Mir, RuPay, Elo. */
const issuers =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720))\d+|3[47]\d{13}|(?:6011|64[4-9]|65|60|81|82|508)\d+|3(?:0[0-5]|6|8|9)\d{11,}|35(?:2[89]|[3-8])\d+|62\d{14,17}|(?:5018|5020|5038|5[6-8]|6304|6759|676)\d+|220[0-4]\d{12}|9792\d{12})$/
const long = /^(?:5[1-5]|2[2-7]|6011|64|65|60|81|82|35|508)/

/** Numbers that processors publish for tests: they pass every check and belong to nobody. */
const published = new Set([
  '4111111111111111',
  '4242424242424242',
  '4012888888881881',
  '4000056655665556',
  '4000000000000002',
  '4222222222222',
  '5555555555554444',
  '5105105105105100',
  '5200828282828210',
  '2223003122003222',
  '378282246310005',
  '371449635398431',
  '378734493671000',
  '6011111111111117',
  '6011000990139424',
  '30569309025904',
  '38520000023237',
  '3530111333300000',
  '3566002020360505',
  '6200000000000005',
])

const named = words(
  'cards?',
  'credit',
  'debit',
  'visa',
  'master ?card',
  'amex',
  'american express',
  'discover',
  'diners(?: club)?',
  'maestro',
  'cc#?',
  'ccn',
  'card (?:number|no)',
  'pan',
  'payment',
  'pay(?:ing)?',
  'cvv',
  'cvc',
  'exp(?:iry|ires|iration)?',
  'tarjeta',
  'cr[ée]dito',
  'carte(?: bancaire| bleue)?',
  'kreditkarte\\w*',
  'karte\\w*',
  'carta(?: di credito)?',
  'cart[ãa]o',
  'kart[aęyı]\\w*',
  'kaart\\w*',
  'kort\\w*',
  'kredi kart\\w*',
  'карт\\S*',
  '信用卡',
  '银行卡',
  '卡号',
  'カード\\S*',
  '카드\\S*',
)

const shapes = [
  '16',
  '15',
  '14',
  '13',
  '19',
  '4 4 4 4',
  '4-4-4-4',
  '4.4.4.4',
  '4 6 5',
  '4-6-5',
  '4 6 4',
  '4-6-4',
  '4 4 4 4 3',
]

function isCard(code: string): boolean {
  if (!issuers.test(code) || !luhn(code)) return false
  return code.length === 16 || !long.test(code)
}

export const card = defineCode({
  rule: 'card',
  category: 'financial',
  shapes,
  valid: (code) => isCard(code) && !published.has(code),
  context: named,
  bare: 0.8,
  shaped: 0.9,
  named: 0.98,
})

export const publishedCard = defineCode({
  rule: 'card',
  category: 'financial',
  shapes,
  valid: (code) => published.has(code),
  context: named,
  bare: 0.5,
  shaped: 0.55,
  named: 0.75,
  doubt: words(
    'tests?',
    'testing',
    'sandbox',
    'dummy',
    'fake',
    'stripe',
    'fixtures?',
    'mock(?:ed)?',
    'sample',
    'prueba',
    'essai',
  ),
})
