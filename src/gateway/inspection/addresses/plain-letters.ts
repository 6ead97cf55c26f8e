import { namedCharacters } from '../../../core/text/views/unescape.ts'

/** What of an escape has come. */
export interface Unescaping {
  pending: string
}

/** Told of each letter as a client may read it, and whether it was written as an escape. */
export type PlainLetter = (letter: string, isEscaped: boolean) => void

/** Entities, percent and backslash escapes, letter by letter. */
export function plainLetters(state: Unescaping, letter: string, put: PlainLetter): void {
  const { pending } = state
  if (pending === '') {
    if (letter === '&' || letter === '\\' || letter === '%') state.pending = letter
    else put(letter, false)
    return
  }
  const grown = pending + letter
  const plain = wholeEscape(grown)
  if (plain !== undefined) {
    state.pending = ''
    put(plain, true)
  } else if (mayGrow.test(grown)) state.pending = grown
  else {
    state.pending = ''
    // Of a number the semicolon may be missing.
    const number = wholeEscape(`${pending};`)
    if (number !== undefined && pending.startsWith('&#')) put(number, true)
    else for (const one of pending) put(one, false)
    plainLetters(state, letter, put)
  }
}

const mayGrow =
  /^(?:&(?:#\d{0,7}|#[xX][\da-fA-F]{0,6}|[a-zA-Z]{0,16})|\\(?:u[\da-fA-F]{0,3}|u\{[\da-fA-F]{0,6}|x[\da-fA-F]?)|%[\da-fA-F]?)$/
const whole =
  /^(?:&#(?<decimal>\d{1,7});|&#[xX](?<hex>[\da-fA-F]{1,6});|&(?<name>[a-zA-Z]{2,16});|\\u(?<unit>[\da-fA-F]{4})|\\u\{(?<point>[\da-fA-F]{1,6})\}|\\x(?<byte>[\da-fA-F]{2})|%(?<percent>[\da-fA-F]{2})|\\(?<other>[^ux]))$/s
const controls: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function wholeEscape(text: string): string | undefined {
  const found = whole.exec(text)?.groups
  if (found === undefined) return undefined
  const { decimal, hex, name, unit, point, byte, percent, other } = found
  if (other !== undefined) return controls.get(other) ?? other
  if (name !== undefined) return Object.hasOwn(namedCharacters, name) ? namedCharacters[name] : undefined
  const code =
    decimal === undefined ? Number.parseInt(hex ?? unit ?? point ?? byte ?? percent ?? '', 16) : Number(decimal)
  return code <= 0x10_ffff ? String.fromCodePoint(code) : undefined
}
