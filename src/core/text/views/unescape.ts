import { forEachSurrounding, type Places } from './places.ts'
import { type TextView, viewBuilder } from './text-view.ts'

const escapes =
  /&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));?|&([a-zA-Z]{2,8});|((?:%[0-9a-fA-F]{2})+)|\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([nrtbf"'/\\])/g

/** Of the named characters of HTML those that stand for ASCII or for nothing. */
export const namedCharacters: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  num: '#',
  dollar: '$',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  ast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  equals: '=',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  lowbar: '_',
  lcub: '{',
  lbrace: '{',
  verbar: '|',
  vert: '|',
  rcub: '}',
  rbrace: '}',
  hyphen: '-',
  dash: '-',
  shy: '',
  zwnj: '',
  zwj: '',
  lrm: '',
  rlm: '',
  ZeroWidthSpace: '',
  NoBreak: '',
}
const control: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' }

/** Entities, percent and backslash escapes in plain, with what stands around them. */
export function unescaped(source: TextView, places: Places): TextView | undefined {
  const builder = viewBuilder(source)
  let differs = false
  forEachSurrounding(source.text, places, (start, end) => {
    if (!builder.isEmpty()) builder.put('\n', start, start)
    let kept = start
    escapes.lastIndex = start
    for (
      let match = escapes.exec(source.text);
      match !== null && match.index < end;
      match = escapes.exec(source.text)
    ) {
      const plain = plainOf(match)
      if (plain === undefined) continue
      differs = true
      const behind = match.index + match[0].length
      builder.keep(kept, match.index)
      if (match[4] !== undefined && plain.length * 3 !== match[0].length) builder.putWhole(plain, match.index, behind)
      else builder.put(plain, match.index, behind)
      kept = behind
    }
    builder.keep(kept, Math.max(kept, end))
  })
  return differs ? builder.view('unescaped') : undefined
}

function plainOf(match: RegExpExecArray): string | undefined {
  const [, hexEntity, decimalEntity, name, percent, braced, unit, byte, letter] = match
  if (name !== undefined) return Object.hasOwn(namedCharacters, name) ? namedCharacters[name] : undefined
  if (percent !== undefined) return percentDecoded(percent)
  if (letter !== undefined) return control[letter] ?? letter
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16))
  const point =
    decimalEntity === undefined ? Number.parseInt(hexEntity ?? braced ?? byte ?? '', 16) : Number(decimalEntity)
  return point > 0 && point <= 0x10_ffff ? String.fromCodePoint(point) : undefined
}

/** What is no UTF-8 is read byte by byte: a wrong byte must not hide the others. */
function percentDecoded(percent: string): string {
  const bytes = Buffer.from(percent.replaceAll('%', ''), 'hex')
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? bytes.toString('latin1') : text
}
