import { isUtf8 } from 'node:buffer'

/** What bytes of plain text say, and how they say it. */
export interface PlainText {
  /** Without the mark that tells the encoding. */
  readonly text: string
  /** What another reader may see in the same bytes. */
  readonly others: readonly string[]
  readonly isUtf8: boolean
  /** Another text in the same encoding. */
  bytesOf(text: string): Buffer
}

/** `undefined` for what is no text throughout, or is written in an encoding that nobody can tell. */
export function plainText(bytes: Buffer): PlainText | undefined {
  const order = utf16Order(bytes)
  if (order !== undefined) return utf16(bytes, order)
  if (controls.test(bytes.toString('latin1'))) return undefined
  if (isUtf8(bytes)) return { ...written(bytes.toString(), (text) => Buffer.from(text)), isUtf8: true }
  if (!isMostlyPlain(bytes)) return undefined
  // Letters that it has none of come from nobody's file.
  const isLatin = (text: string): boolean => !/[^\0-\xff]/.test(text)
  const encode = (text: string): Buffer => Buffer.from(text, isLatin(text) ? 'latin1' : 'utf8')
  return written(bytes.toString('latin1'), encode, asUtf8(bytes))
}

/** By the mark at the beginning, or, of a Western text, by its zeros: nearly each second byte is one. */
export function utf16Order(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const start = bytes.subarray(0, SAMPLE)
  const [first, second] = start
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  let nulls = 0
  let even = 0
  for (const [index, byte] of start.entries()) {
    if (byte !== 0) continue
    nulls++
    if (index % 2 === 0) even++
  }
  if (nulls <= start.length * 0.3) return undefined
  return even === 0 ? 'utf-16le' : even === nulls ? 'utf-16be' : undefined
}

const SAMPLE = 1024
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controls = /[\0-\x08\x0e-\x1a\x1c-\x1f]/

function utf16(bytes: Buffer, order: 'utf-16le' | 'utf-16be'): PlainText | undefined {
  let text: string
  try {
    text = new TextDecoder(order, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
  if (controls.test(text)) return undefined
  const inBytes = bytes.toString('latin1')
  // Letters beside each other, as no Western text in UTF-16 has them: whoever takes it for UTF-8 reads these.
  const latin = /[\x20-\x7e]{4}/.test(inBytes) ? [inBytes.replaceAll('\0', '')] : []
  const encode = (changed: string): Buffer => {
    const units = Buffer.from(changed, 'utf16le')
    return order === 'utf-16le' ? units : units.swap16()
  }
  return written(text, encode, [...latin, ...asUtf8(bytes)])
}

/** What lenient readers see who take it for UTF-8: one byte that is none makes no other text of all those that are. */
export function asUtf8(bytes: Buffer): readonly string[] {
  const letters = bytes.toString('latin1').match(letterOfUtf8) ?? []
  return letters.length < MIN_LETTERS ? [] : [bytes.toString().replace(/[\0\uFFFD]+/g, '')]
}

const letterOfUtf8 = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g
/** In another encoding a few stand side by side by chance, as in `CAFÉ»`. */
const MIN_LETTERS = 4

function written(whole: string, encode: (text: string) => Buffer, others: readonly string[] = []): PlainText {
  const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : ''
  return { text: whole.slice(mark.length), others, isUtf8: false, bytesOf: (text) => encode(mark + text) }
}

/** Of random bytes 37 % are letters and signs of ASCII; of texts of other scripts in their own encodings still fewer. */
function isMostlyPlain(bytes: Buffer): boolean {
  let plain = 0
  for (const byte of bytes) if ((byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13)) plain++
  return plain >= bytes.length * 0.7
}
