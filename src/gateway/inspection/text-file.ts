import { documentKind } from '../../core/inspection/document-kind.ts'
import { asUtf8, plainText, utf16Order } from '../../core/inspection/plain-text.ts'

/** A file of plain text that stands in a body in Base64. */
export interface TextFile {
  readonly text: string
  /** What other readers may see in it. */
  readonly others: readonly string[]
  /** It says it in a language of its own, of which nothing can be written anew. */
  readonly isRtf: boolean
  /** What stands in its place when it says something else. */
  written(text: string): string
}

/**
 * Of a string where a file stands. `undefined`: it is another one, or none, or one that readers may take for several things.
 * `isPiece`: it may be a piece of a text, of which a few letters are Base64 by chance.
 */
export function textFileIn(value: string, isPiece = false): TextFile | undefined {
  const head = fileHead.exec(value.slice(0, MAX_HEAD))?.[0] ?? ''
  const start = value.slice(head.length, head.length + SAMPLE)
  if (!/^[A-Za-z0-9+/_=\s-]*$/.test(start) || !mayBeText(Buffer.from(start, 'base64'))) return undefined
  const base64 = value.slice(head.length).replace(/\s+/g, '')
  if (head === '' && base64.length < (isPiece ? MIN_WHOLE : MIN_LENGTH)) return undefined
  const isOfUrls = /[_-]/.test(base64)
  if (isOfUrls && /[+/]/.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length === 0 || bytes.length !== lengthOf(base64)) return undefined
  const kind = documentKind(bytes)
  const read = mayBeText(bytes) ? plainText(bytes) : undefined
  // Of a few letters something else than UTF-8 can be made by chance.
  if (read === undefined || (!read.isUtf8 && value.length < MIN_SURE)) return undefined
  const alphabet = isOfUrls ? 'base64url' : 'base64'
  return {
    text: read.text,
    others: isOfUrls && !read.isUtf8 ? [...read.others, ...withoutSigns(base64)] : read.others,
    isRtf: kind === 'rtf',
    written: (text) => head + read.bytesOf(text).toString(alphabet),
  }
}

/** Of a `data:` URL of Base64, in any case and with white space that lenient readers pass over. */
export const fileHead = /^\s*data:[^,]{0,200};base64,\s*/i
const MAX_HEAD = 512
/** In Base64: of as many bytes as tell what a file is. */
const SAMPLE = 1368
const MIN_LENGTH = 8
const MIN_SURE = 64
/** Of so many letters and signs a text is made by chance once in 100 million times. */
const MIN_WHOLE = 24

/** What is a document, picture or sound is known by its beginning, and not read as a whole. */
function mayBeText(bytes: Buffer): boolean {
  const kind = documentKind(bytes)
  return kind === 'text' || kind === 'rtf' || (kind === 'unknown' && utf16Order(bytes) !== undefined)
}

/** Of bytes in Base64 throughout. */
function lengthOf(base64: string): number {
  return Math.floor((base64.replace(/={1,2}$/, '').length * 3) / 4)
}

/** As readers of the one alphabet see it who pass over the signs of the other. */
function withoutSigns(base64: string): readonly string[] {
  const bytes = Buffer.from(base64.replace(/[_-]/g, ''), 'base64')
  return [bytes.toString('latin1').replaceAll('\0', ''), ...asUtf8(bytes)]
}
