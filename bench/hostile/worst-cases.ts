import type { Detector } from '../../src/core/inspection/detection.ts'

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
]

/** Longer beginnings say no more than shorter ones, and there are many examples. */
const LONGEST_UNIT = 400

/** Texts to repeat: the signs above, and beginnings of whatever a detector finds. */
export function worstUnits({ examples }: Pick<Detector, 'examples'>, mostExamples: number): readonly string[] {
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
  return [...new Set([...common, ...beginnings])].filter((unit) => unit !== '')
}

/** So many UTF-16 units of it. */
export function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
}

/** Each level opens what the next stands in, and all are closed or none. */
export function nested(open: string, middle: string, close: string, length: number): string {
  const depth = Math.floor((length - middle.length) / (open.length + close.length))
  return open.repeat(depth) + middle + close.repeat(depth)
}

export const nestings: readonly (readonly [open: string, middle: string, close: string])[] = [
  ['[', '', ']'],
  ['{"a":', '1', '}'],
  ['<div>', 'x', '</div>'],
  ['(', 'x', ')'],
  ['"\\', 'x', '"'],
  ['```\n', 'x', '\n```'],
  ['<!--', 'x', '-->'],
  ['${', 'x', '}'],
]
