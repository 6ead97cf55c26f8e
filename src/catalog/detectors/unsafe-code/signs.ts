/** What a text must have in it before a pattern is worth running: prose has few of them, so most patterns never run on it. */
export const sign = {
  /** A letter, a bracket, `$` or `<` right in front of `(`. */
  call: 1,
  pipe: 2,
  /** `-x`, `--x` or `/x` behind white space. */
  flag: 4,
  equal: 8,
  /** `/x` behind what is no letter, as in `~/x`. */
  path: 16,
  backslash: 32,
  dollar: 64,
  angle: 128,
  colons: 256,
  semicolon: 512,
  brace: 1024,
  /** A dot inside of a word. */
  dot: 2048,
} as const

const single: readonly (readonly [string, number])[] = [
  ['|', sign.pipe],
  ['=', sign.equal],
  ['\\', sign.backslash],
  ['$', sign.dollar],
  ['<', sign.angle],
  ['>', sign.angle],
  ['::', sign.colons],
  [';', sign.semicolon],
  ['{', sign.brace],
]
/** A place of `(`, `-`, `/` and `.` counts by what stands before and behind it. */
const placed: readonly (readonly [string, (before: number, after: number) => number, number])[] = [
  [
    '(',
    (before) => (before > 0x40 || before === 0x28 || before === 0x24 || before === 0x3c ? sign.call : 0),
    sign.call,
  ],
  ['-', (before, after) => (before <= 0x20 && (isLetter(after) || after === 0x2d) ? sign.flag : 0), sign.flag],
  [
    '/',
    (before) => (before <= 0x20 ? sign.flag | sign.path : isLetter(before) || isDigit(before) ? 0 : sign.path),
    sign.flag | sign.path,
  ],
  ['.', (before, after) => (before > 0x20 && isLetter(after) ? sign.dot : 0), sign.dot],
]

/** Those of `asked` that a text has. Looks for single characters, which is many times faster than to look at each. */
export function signsOf(text: string, asked: number): number {
  let found = 0
  for (const [character, bit] of single) if ((~found & asked & bit) !== 0 && text.includes(character)) found |= bit
  for (const [character, bitsAt, all] of placed) {
    const wanted = all & asked
    if (wanted === 0) continue
    let at = text.indexOf(character)
    while (at >= 0 && (found & wanted) !== wanted) {
      found |= bitsAt(at === 0 ? 0x20 : text.charCodeAt(at - 1), text.charCodeAt(at + 1))
      at = text.indexOf(character, at + 1)
    }
  }
  return found
}

function isLetter(unit: number): boolean {
  return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}
