import type { Detector } from '../../src/core/inspection/detection.ts'
import { createRandom } from '../random.ts'

/** A text that may be hard to read, as long as one likes. */
export interface HostileCase {
  /** Short, for a table. */
  readonly name: string
  /** So many UTF-16 units of it. */
  of(length: number): string
}

/** What matchers of any kind try again at each place: separators, openings without an end, words that nearly match. */
const common = [
  'a',
  'A',
  '0',
  ' ',
  '\n',
  '\t',
  '.',
  ',',
  '-',
  '_',
  '/',
  '\\',
  ':',
  '=',
  '"',
  "'",
  '`',
  '(',
  '[',
  '{',
  '<',
  '@',
  '#',
  '%',
  '&',
  '\u200b',
  'а',
  '忽',
  '😀',
  'a ',
  '0 ',
  '1-',
  'a.',
  'a@',
  '. ',
  '\n\n',
  '\\"',
  '](',
  '![',
  '<a ',
  '<!--',
  '{"a":',
  '[{',
  '```\n',
  '://',
  'http://',
  'a=b&',
  '&#',
  '%2',
  '\\u00',
  'AAAA',
  '0x',
  '-----',
  'a\n',
  '\r\n',
  '| ',
  '> ',
  '* ',
  'a@a.',
  'a@a@',
  '%25',
  '&amp;',
  '&#38;#',
  '\\x41',
  '=41=',
  '[[',
  '[](',
  '[a](',
  '<a href="',
  '<svg ',
  '</',
  '<?',
  '{{',
  '${',
  '$(',
  '"a":"',
  'select(',
  'select ',
  'union select ',
  "' or '",
  "''",
  '/*',
  '--\n',
  ';',
  'a;',
  '<<EOF\n',
  '`a`',
  '~~~\n',
  '> > ',
  '# ',
  '__',
  '**',
  '1.',
  '1,000,',
  '1/1/',
  '12:',
  '::',
  '+1 ',
  '(1) ',
  '192.168.1.',
  'Ab1-',
  'A1',
  'xn--',
  '.com',
  'a.com/',
  '//a',
  '?u=',
  'key=',
  'token: ',
  'password is ',
  'Anna ',
  'Anna Smith, ',
  'the ',
  'ignore ',
  'gur naq ',
  'eht dna ',
  '1gn0r3 ',
  'i.g.n.',
  'a\u200b',
  'a\u0301',
  'е\u0435a',
  'ａ',
  '\u{e0041}',
  '\u202e',
  '忽略',
  '이전',
  'تجاهل ',
  'd2Vk',
  '4a4b',
  '01000001 ',
  '65 66 ',
]

/** Each level opens what the next stands in, and all are closed. */
const nestings: readonly (readonly [open: string, middle: string, close: string])[] = [
  ['[', '', ']'],
  ['{"a":', '1', '}'],
  ['<div>', 'x', '</div>'],
  ['(', 'x', ')'],
  ['"\\', 'x', '"'],
  ['```\n', 'x', '\n```'],
  ['<!--', 'x', '-->'],
  ['${', 'x', '}'],
  ['(select ', '1', ')'],
  ['![a](', 'x', ')'],
  ['/*', 'x', '*/'],
]

/** A matcher that looks for an end reads on from each beginning: what stands once before many others, and the other way round. */
const tails: readonly (readonly [many: string, once: string])[] = [
  [' ', 'a'],
  ['a', '@'],
  ['a.', '"'],
  ['a=', "'"],
  ['-----BEGIN ', '-----END'],
  ['http://a', ' '],
  ['\\', '"'],
  ['0', 'a'],
]

/** What remembers each word that it has seen is not helped by the same again: `#` is another each time. */
const counted = [
  '# ',
  'A# ',
  'The # is A#. ',
  '#.',
  '#=',
  'a#@b.c ',
  'https://#.com/a ',
  '![a](https://#.com/?q=#)',
  '"the # of all of these words" ',
  '1#2 ',
  '+49 30 1#2 ',
  'Anna # ',
  '# St. ',
  '{"#":1,',
  'select # from # ',
  '<# a="#">',
  '&##;',
  'ignore # ',
  'key_#=a1b2c3d4e5f6g7h8 ',
  '忽#',
]

/** Longer beginnings say no more than shorter ones. */
const LONGEST_UNIT = 400

/** The signs above, and beginnings of whatever a detector finds, of so many of its examples. */
export function hostileCases({ examples }: Pick<Detector, 'examples'>, mostExamples: number): readonly HostileCase[] {
  const step = Math.max(1, examples.flagged.length / mostExamples)
  const chosen = Array.from({ length: Math.min(mostExamples, examples.flagged.length) }, (_, index) => {
    const text = examples.flagged[Math.floor(index * step)]?.text ?? ''
    return text.slice(0, LONGEST_UNIT)
  })
  const beginnings = chosen.flatMap((text) => [
    text,
    `${text}\n`,
    text.slice(0, Math.ceil(text.length / 2)),
    text.slice(Math.floor(text.length / 2)),
    text.slice(0, -1),
    text.replaceAll(/\s+/g, ''),
  ])
  const units = [...new Set([...common, ...beginnings])].filter((unit) => unit !== '')
  return [
    ...units.map((unit) => ({ name: unit, of: (length: number) => filled(unit, length) })),
    ...counted.map((unit) => ({ name: unit, of: (length: number) => countedUp(unit, length) })),
    { name: 'random signs', of: (length: number) => randomly(' '.charCodeAt(0), '~'.charCodeAt(0), length) },
    { name: 'random letters', of: (length: number) => randomly('a'.charCodeAt(0), 'z'.charCodeAt(0), length) },
    { name: 'random Chinese', of: (length: number) => randomly(0x4e00, 0x9f00, length) },
    ...nestings.map(([open, middle, close]) => ({
      name: `${open} nested`,
      of: (length: number) => nested(open, middle, close, length),
    })),
    ...tails.flatMap(([many, once]) => [
      { name: `${once} before ${many}`, of: (length: number) => filled(many, length, once) },
      { name: `${once} behind ${many}`, of: (length: number) => filled(many, length - once.length) + once },
    ]),
  ]
}

/** What an answer of another text is compared with: sentences that have their words in common. */
export function sourceOf(length: number): string {
  return countedUp('The tower of B# is # metres tall, and see https://b#.com/a. ', length)
}

function filled(unit: string, length: number, before = ''): string {
  return (before + unit.repeat(Math.ceil(length / unit.length))).slice(0, length)
}

/** Letters, as numbers are something else for some. */
function countedUp(unit: string, length: number): string {
  const pieces: string[] = []
  for (let size = 0, index = 0; size < length; index++) {
    const word = index.toString(26).replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    const piece = unit.replaceAll('#', word)
    pieces.push(piece)
    size += piece.length
  }
  return pieces.join('').slice(0, length)
}

function randomly(first: number, last: number, length: number): string {
  const random = createRandom('hostile')
  const unit = () => String.fromCharCode(first + Math.floor(random.next() * (last - first + 1)))
  return Array.from({ length }, unit).join('')
}

function nested(open: string, middle: string, close: string, length: number): string {
  const depth = Math.floor((length - middle.length) / (open.length + close.length))
  return open.repeat(depth) + middle + close.repeat(depth)
}
