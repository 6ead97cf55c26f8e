/** What a file of RTF says, read once from front to back (Rich Text Format Specification, version 1.9.1). */
import { isUtf8 } from 'node:buffer'
import { UnreadDocument } from './read-limits.ts'

/** What programs show, and all that is in it: a word goes on behind what they do not show. */
export function rtfTexts(bytes: Buffer): readonly string[] {
  const rtf = isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1')
  const shown = rtfText(rtf, false)
  const all = rtfText(rtf, true)
  return shown === all ? [all] : [shown, all]
}

interface Group {
  /** It is no part of the text where it stands. */
  readonly isAside: boolean
  readonly isHidden: boolean
  readonly isPicture: boolean
  /** So many letters behind one by its number say the same for old programs. */
  readonly alternatives: number
}

const MAX_DEPTH = 10_000

function rtfText(rtf: string, isAll: boolean): string {
  const decoder = bytesDecoder(rtf)
  const open: Group[] = []
  let group: Group = { isAside: false, isHidden: false, isPicture: false, alternatives: 1 }
  let text = ''
  let bytes: number[] = []
  let passedBy = 0
  const isShown = (): boolean => isAll || !(group.isAside || group.isHidden)
  /** A letter may be of several bytes. */
  const flush = (): void => {
    if (bytes.length > 0) text += decoder.decode(new Uint8Array(bytes))
    bytes = []
  }
  const say = (said: string): void => {
    flush()
    if (isShown()) text += said
  }
  const become = (change: Partial<Group>): void => {
    flush()
    group = { ...group, ...change }
  }

  function word(name: string, number: string): void {
    passedBy = 0
    if (name === 'u' && number !== '') {
      say(String.fromCharCode(Number(number) & 0xffff))
      passedBy = group.alternatives
    } else if (name === 'uc') become({ alternatives: Math.max(0, Number(number)) })
    else if (name === 'bin' && Number(number) > 0) throw new UnreadDocument('It holds bytes that are not read.')
    else if (name === 'v' || name === 'deleted') become({ isHidden: number !== '0' })
    else if (name === 'plain') become({ isHidden: false })
    else if (name === 'pict') become({ isAside: true, isPicture: true })
    else if (asides.has(name)) become({ isAside: true })
    else say(words.get(name) ?? '')
  }

  for (const { 1: name, 2: number = '', 3: hex, 4: symbol, 5: brace, 6: plain } of rtf.matchAll(tokens)) {
    if (name !== undefined) word(name, number)
    else if (hex !== undefined) {
      if (passedBy > 0) passedBy--
      else if (isShown()) bytes.push(Number.parseInt(hex, 16))
    } else if (plain !== undefined) {
      // Of a picture nothing is read.
      if (!group.isPicture || !/^[\s0-9a-f]*$/i.test(plain)) say(plain.slice(passedBy))
      passedBy = Math.max(0, passedBy - plain.length)
    } else if (brace !== undefined) {
      flush()
      passedBy = 0
      if (brace === '}') group = open.pop() ?? group
      else if (open.push(group) > MAX_DEPTH) throw new UnreadDocument('It nests deeper than is read.')
    } else if (symbol === '*') become({ isAside: true })
    else if (symbol !== undefined) {
      if (passedBy > 0) passedBy--
      else say(symbols.get(symbol) ?? '')
    }
  }
  flush()
  return text.trim()
}

/** A word and its number, a byte, a sign, the beginning or the end of a group, or text. Ends of lines say nothing. */
const tokens = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)/gi

const symbols: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['{', '{'],
  ['}', '}'],
  ['~', ' '],
  ['_', '-'],
  ['\n', '\n'],
  ['\r', '\n'],
  ['\t', '\t'],
])

const words: ReadonlyMap<string, string> = new Map([
  ['par', '\n'],
  ['line', '\n'],
  ['sect', '\n'],
  ['page', '\n'],
  ['row', '\n'],
  ['nestrow', '\n'],
  ['tab', '\t'],
  ['cell', '\t'],
  ['nestcell', '\t'],
  ['emdash', '—'],
  ['endash', '–'],
  ['emspace', ' '],
  ['enspace', ' '],
  ['qmspace', ' '],
  ['bullet', '•'],
  ['lquote', '‘'],
  ['rquote', '’'],
  ['ldblquote', '“'],
  ['rdblquote', '”'],
])

/** What no program shows where it stands: tables of the file, properties, pictures, fields, notes, marks. */
const asides: ReadonlySet<string> = new Set(
  'fonttbl colortbl stylesheet info object fldinst header headerl headerr headerf footer footerl footerr footerf footnote annotation bkmkstart bkmkend xe tc rxe txe'.split(
    ' ',
  ),
)

/** Bytes above those of ASCII are of a code page that the file names. */
function bytesDecoder(rtf: string): TextDecoder {
  const page = /\\ansicpg(\d{3,5})/.exec(rtf.slice(0, 4096))?.[1] ?? '1252'
  for (const label of [`windows-${page}`, codePages.get(page) ?? 'windows-1252']) {
    try {
      return new TextDecoder(label)
    } catch {
      // The next of them.
    }
  }
  return new TextDecoder('windows-1252')
}

const codePages: ReadonlyMap<string, string> = new Map([
  ['932', 'shift_jis'],
  ['936', 'gbk'],
  ['949', 'euc-kr'],
  ['950', 'big5'],
  ['65001', 'utf-8'],
])
