import { parsePhoneNumberFromString } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/min/metadata'
import { contextOf, hasWordsAround, isNamedOtherwise, nearness, words } from './context.ts'
import { type Group, hasDigits, isDigit, isWordUnit, type NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'

const fewestDigits = 6
const mostDigits = 15
const mostGroups = 8

const named = words(
  '(?:tele)?phones?\\S{0,3}',
  'tel\\S{0,2}',
  'mobiles?',
  'cells?',
  'cellphones?',
  'call(?:ed|ing|s|back)?',
  'fax',
  'whats ?app',
  'texts?(?: me)?',
  'sms',
  'dial',
  'reach(?: me| us)?',
  'contact\\w*',
  'ring',
  'hotline',
  'helpline',
  'my number',
  'ph',
  'mob',
  'cell',
  'viber',
  'signal',
  'telegram',
  'voicemail',
  'extension',
  'landline',
  'pager',
  'telefon\\S*',
  'handy\\S*',
  'rufnummer',
  'mobil\\S*',
  'ruf',
  'erreichbar',
  'anrufen',
  't[ée]l[ée]phone\\S*',
  't[ée]l',
  'portable',
  'appel\\S*',
  'joindre',
  'tel[ée]fono\\S*',
  'm[óo]vil',
  'celular',
  'll[áa]m\\S*',
  'telefone',
  'telem[óo]vel',
  'ligue',
  'cellulare',
  'chiam\\S*',
  'numero (?:di tel\\S*|[èe])',
  'mio numero',
  'n[úu]mero (?:es|[ée]|de tel\\S*)',
  'mi n[úu]mero',
  'meu n[úu]mero',
  'mon num[ée]ro',
  'telefoon\\S*',
  'bel',
  'numer(?: telefonu)?',
  'kom[óo]rk\\S*',
  'dzwo\\S*',
  'cep',
  'ara',
  'aray[ıi]n',
  'тел\\S*',
  'номер\\S*',
  'звон\\S*',
  '电话\\S{0,2}',
  '手机\\S{0,3}',
  '联系\\S{0,4}',
  '電話\\S{0,4}',
  '携帯\\S{0,3}',
  '전화\\S*',
  '휴대\\S*',
  '연락\\S*',
  'هاتف\\S*',
  'جوال\\S*',
  'रقم',
  'फ़?ोन',
  'फोन',
  'मोबाइल',
  'số điện thoại',
  'điện thoại',
)

/** Shapes that are phone numbers in some country, with what their digits begin with, and how sure that makes. */
const national: ReadonlyMap<string, readonly [pattern: RegExp, score: number][]> = new Map([
  ...['3-3-4', '3)3-4', '3)3 4', '3.3.4', '3)3.4', '3)3)4', '3/3-4'].map((shape): [string, [RegExp, number][]] => [
    shape,
    [
      [/^[2-9]\d\d[2-9]/, 0.85],
      [/^(?!000)/, 0.55],
    ],
  ]),
  ['3)7', [[/^[2-9]\d\d[2-9]/, 0.7]]],
  [
    '3-7',
    [
      [/^[2-9]\d\d[2-9]/, 0.5],
      [/^0\d{9}/, 0.6],
    ],
  ],
  [
    '3 3-4',
    [
      [/^[2-9]\d\d[2-9]/, 0.8],
      [/^(?!000)/, 0.5],
    ],
  ],
  [
    '3 3 4',
    [
      [/^[2-9]\d\d[2-9]/, 0.6],
      [/^0[1-9]/, 0.6],
    ],
  ],
  ...['1-3-3-4', '1 3 3 4', '1.3.3.4', '1)3)3-4', '1)3)3 4', '1-3)3-4', '1 3-3-4'].map(
    (shape): [string, [RegExp, number][]] => [
      shape,
      [
        [/^1[2-9]\d\d[2-9]/, 0.9],
        [/^1(?!000)/, 0.6],
      ],
    ],
  ),
  ...['2 2 2 2 2', '2.2.2.2.2', '2-2-2-2-2'].map((shape): [string, [RegExp, number][]] => [shape, [[/^0[1-9]/, 0.9]]]),
  ['2-8', [[/^0[1-9]/, 0.75]]],
  ['2)5-4', [[/^[1-9]\d9/, 0.9]]],
  ['2 5-4', [[/^[1-9]\d9/, 0.75]]],
  ['2)4-4', [[/^[1-9]\d[2-9]/, 0.85]]],
  ['3 3 3', [[/^[6789]/, 0.4]]],
  [
    '3-4-4',
    [
      [/^0[1-9]/, 0.85],
      [/^1[3-9]/, 0.75],
    ],
  ],
  [
    '3 4 4',
    [
      [/^0[1-9]/, 0.85],
      [/^1[3-9]/, 0.7],
    ],
  ],
  ['3-3-3', [[/^0[1-9]/, 0.55]]],
  ['5 5', [[/^[6-9]/, 0.6]]],
  ['5 6', [[/^0[1-9]/, 0.8]]],
  ['5 3 3', [[/^0[1-9]/, 0.85]]],
  ['4 3 3', [[/^0[1-9]/, 0.8]]],
  ['4-3-3', [[/^0[1-9]/, 0.8]]],
  ['4 3 4', [[/^0[1-9]/, 0.85]]],
  ['4 3 2 2', [[/^0[1-9]/, 0.85]]],
  [
    '3 3 2 2',
    [
      [/^0[1-9]/, 0.85],
      [/^5/, 0.5],
    ],
  ],
  ['3-3 2 2', [[/^0[1-9]/, 0.85]]],
  ['4)3 2 2', [[/^0[1-9]/, 0.85]]],
  ['3)4 4', [[/^0[1-9]/, 0.85]]],
  [
    '2)4 4',
    [
      [/^0[1-9]/, 0.85],
      [/^[1-9]/, 0.6],
    ],
  ],
  [
    '2 4 4',
    [
      [/^0[1-9]/, 0.7],
      [/^[1-9]{2}/, 0.4],
    ],
  ],
  [
    '2-4-4',
    [
      [/^0[1-9]/, 0.8],
      [/^[1-9]{2}/, 0.4],
    ],
  ],
  ['4-2-4', [[/^0[1-9]/, 0.6]]],
  ['4-6', [[/^0[1-9]/, 0.7]]],
  ['4 6', [[/^0[1-9]/, 0.65]]],
  ['4 7', [[/^0[1-9]/, 0.7]]],
  ['4/7', [[/^0[1-9]/, 0.8]]],
  ['4/8', [[/^0[1-9]/, 0.8]]],
  ['4-7', [[/^0[1-9]/, 0.75]]],
  ['4-8', [[/^0[1-9]/, 0.7]]],
  ['3/7', [[/^0[1-9]/, 0.8]]],
  ['3/8', [[/^0[1-9]/, 0.8]]],
  ['3 7', [[/^0[1-9]/, 0.65]]],
  ['3 8', [[/^0[1-9]/, 0.65]]],
  ['3)7', [[/^0[1-9]/, 0.8]]],
  ['3)8', [[/^0[1-9]/, 0.8]]],
  ['3-3-2-2', [[/^[089]/, 0.6]]],
  ['1)3)3-2-2', [[/^[78][3-9]/, 0.95]]],
  ['1 3 3-2-2', [[/^[78][3-9]/, 0.9]]],
  ['1 3 3 2 2', [[/^[78][3-9]/, 0.85]]],
  ['1-3-3-2-2', [[/^[78][3-9]/, 0.9]]],
])

const dateShapes = /^(?:[12][-/.][12][-/.](?:4|2)|4[-/.][12][-/.][12]|[12] [12] 4)$/

const thousands = /^[123](?:[. ]3){2,}$/

export function phones(text: string, runs: readonly NumberRun[]): Sighting[] {
  const found: Sighting[] = []
  for (const run of runs) {
    let next = 0
    while (next < run.groups.length) next = phoneAt(text, run, next, found) ?? next + 1
  }
  return found
}

/** The longest phone number that begins with a group; what is found moves on behind it. */
function phoneAt(text: string, run: NumberRun, first: number, found: Sighting[]): number | undefined {
  const { groups, separators } = run
  const group = groups[first]
  if (group === undefined || isInside(text, group, true)) return undefined
  const isInternational =
    hasPlus(text, group.start) || (first === 0 && text.startsWith('00', group.start) && group.end - group.start <= 15)
  if (!isInternational && (isInside(text, group, false) || isBound(separators[first - 1]))) return undefined
  if (!hasDigits(groups, first, fewestDigits)) return undefined
  const sizes: { last: number; shape: string; count: number }[] = []
  let shape = ''
  let count = 0
  for (let last = first; last < groups.length && last < first + mostGroups; last++) {
    const at = groups[last]
    if (at === undefined || (last > first && isWordUnit(text.charCodeAt(at.start - 1)))) break
    count += at.end - at.start
    if (count > mostDigits + 2) break
    shape = last === first ? `${at.end - at.start}` : `${shape}${separators[last - 1]}${at.end - at.start}`
    if (isWordUnit(text.charCodeAt(at.end)) && !isExtension(text, at.end)) break
    if (count >= fewestDigits && !isBound(separators[last])) sizes.push({ last, shape, count })
  }
  let naming: Naming | undefined
  for (const size of sizes.reverse()) {
    const end = groups[size.last]?.end ?? 0
    naming ??= isInternational ? undefined : namingOf(text, group.start, end)
    const score =
      naming === undefined ? scoreAbroad(text, group.start, end) : scoreAtHome(text, group.start, end, size, naming)
    if (score === undefined || score < 0.4) continue
    const start = beginning(text, group.start)
    found.push({ rule: 'phone', category: 'contact', score, start, end: withExtension(text, end) })
    return size.last + 1
  }
  return undefined
}

function isBound(separator: string | undefined): boolean {
  return separator === '-' || separator === '.' || separator === '/'
}

/** In a word, a decimal or a path. */
function isInside(text: string, { start }: Group, hasSign: boolean): boolean {
  const before = text.charCodeAt(start - 1)
  if (hasSign) return isWordUnit(before)
  const isJoint =
    before === 0x2d || before === 0x2e || before === 0x2f || before === 0x2c || before === 0x3d || before === 0x24
  return isJoint && (before === 0x24 || (isWordUnit(text.charCodeAt(start - 2)) && !(before === 0x3d)))
}

function hasPlus(text: string, start: number): boolean {
  return text[start - 1] === '+' || (text[start - 1] === '(' && text[start - 2] === '+')
}

function beginning(text: string, start: number): number {
  let at = start
  if (text[at - 1] === '(') at--
  if (text[at - 1] === '+') at--
  return text[at - 1] === '(' && text[at] === '+' ? at - 1 : at
}

/** ITU-T E.164, judged by libphonenumber; a number of the right length counts less than one that is given out. */
function scoreAbroad(text: string, start: number, end: number): number | undefined {
  const digits = text.slice(start, end).replace(/\(0\)/, '').replace(/\D/g, '').replace(/^00/, '')
  if (digits.length < 8 || digits.length > mostDigits || digits[0] === '0') return undefined
  const number = parsePhoneNumberFromString(`+${digits}`, metadata)
  if (number?.isValid() === true) return 0.97
  // Digits that only begin with 00 may be any number.
  return number?.isPossible() === true && !/^00\d+$/.test(text.slice(start, end)) ? 0.75 : undefined
}

/** What the words around say, worked out once for all lengths that a number may have. */
interface Naming {
  readonly near: number | undefined
  readonly other: boolean
}

const unnamed: Naming = { near: undefined, other: false }

function namingOf(text: string, start: number, end: number): Naming {
  // Of numbers in rows each has others around it.
  if (!hasWordsAround(text, start, end)) return unnamed
  const parameter = parameterOf.exec(text.slice(Math.max(0, start - 60), start))?.[1]
  // In an address of the web each number has a name of its own.
  const context = parameter === undefined ? contextOf(text, start, end) : { before: parameter.toLowerCase(), after: '' }
  return { near: nearness(named, context), other: isNamedOtherwise(context) }
}

const parameterOf = /[?&]([\w.[\]-]{1,40}=(?:%2b)?)[(+]{0,2}$/i
/** 20310101 */
const day = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/

function scoreAtHome(
  text: string,
  start: number,
  end: number,
  { shape, count }: { shape: string; count: number },
  { near, other }: Naming,
): number | undefined {
  const patterns = national.get(shape)
  const isNothing = patterns === undefined && near === undefined && shape !== '11' && !isGrouped(text, start, shape)
  if (isNothing || count > 13 || dateShapes.test(shape) || thousands.test(shape)) return undefined
  const digits = text.slice(start, end).replace(/\D/g, '')
  if (/^(\d)\1+$/.test(digits) || (shape === '4-4' && /^(?:1\d|20)\d\d(?:1\d|20)/.test(digits))) return undefined
  const known = patterns?.find(([pattern]) => pattern.test(digits))?.[1]
  if (shape === '8' && day.test(digits) && !(near !== undefined && near < 0.1)) return undefined
  const alone =
    known ?? grouped(text, start, shape, digits) ?? (/^1[3-9]\d{9}$/.test(digits) && shape === '11' ? 0.45 : 0)
  if (near === undefined || (other && near > 0.25)) return alone - (other ? 0.35 : 0)
  if (known === undefined && (count < 7 || /[-./]1$/.test(shape)))
    return /^2[ -]2[ -]2$/.test(shape) && near < 0.2 ? 0.65 : undefined
  return Math.max(alone, known === undefined ? 0.75 : 0.85) + 0.08 - 0.15 * near
}

function isGrouped(text: string, start: number, shape: string): boolean {
  return shape.startsWith('2') || text[start - 1] === '('
}

/** An area code in brackets, or pairs of digits: a phone number in most of the world. */
function grouped(text: string, start: number, shape: string, digits: string): number | undefined {
  if (
    text[start - 1] === '(' &&
    /^[2-5]\)[2-8](?:[- .]\d{1,4}){0,3}$/.test(shape) &&
    digits.length >= 7 &&
    digits.length <= 12
  )
    return 0.6
  if (/^2([-. ])2\1(?:2)\1(?:2)$/.test(shape)) return digits.startsWith('0') ? undefined : 0.5
  return undefined
}

const extension = /[ ,]{0,2}(?:x|ext\.?|extension|#|durchwahl|poste|anexo) ?\d{1,6}(?![\w])/iy

function isExtension(text: string, end: number): boolean {
  return text[end] === 'x' && isDigit(text.charCodeAt(end + 1))
}

function withExtension(text: string, end: number): number {
  extension.lastIndex = end
  return extension.test(text) ? extension.lastIndex : end
}
