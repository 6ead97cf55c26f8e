/** What a body of any kind says, whatever its label. */
import { documentKind } from '../../core/inspection/document-kind.ts'
import { utf16Order } from '../../core/inspection/plain-text.ts'

/** The text of bytes that are one; `undefined` for pictures, sound, archives and other documents that are not read here. */
export function readableText(bytes: Buffer, contentType = ''): string | undefined {
  const encoding = textEncoding(bytes, contentType)
  return encoding === undefined ? undefined : new TextDecoder(encoding).decode(bytes)
}

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/**
 * By the first bytes. One odd byte does not make a document of a text, and no bytes make one of what says that it is text: its
 * client reads it as that, with zeros between its letters or without.
 */
export function textEncoding(bytes: Buffer, contentType = ''): TextEncoding | undefined {
  if (saysText(contentType)) return markedOrder(bytes) ?? 'utf-8'
  const start = bytes.subarray(0, SAMPLE)
  // A text may begin with the letters of a sound or a picture (`RIFF`, `ID3`, `GIF8`).
  if (magics.some((magic) => start.subarray(0, magic.length).equals(magic)) && documentKind(bytes) !== 'text')
    return undefined
  const order = utf16Order(bytes)
  if (order !== undefined) return order
  let controls = 0
  for (const byte of start)
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls++
  return controls > start.length * MAX_CONTROLS ? undefined : 'utf-8'
}

/** Its label does. */
export function saysText(contentType: string): boolean {
  return textLabel.test(contentType)
}
const textLabel =
  /^\s*(?:text\/|application\/(?:[\w.-]+\+)?(?:x-)?(?:json|ndjson|jsonl|json-seq|jsonlines|xml|javascript|yaml|event-stream)\b)/i

/** Zeros between letters, which clients show nothing of. */
export function withoutZeros(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}

function markedOrder([first, second]: Buffer): TextEncoding | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}

const SAMPLE = 1024
const MAX_CONTROLS = 0.05

/** PNG, JPEG, GIF, RIFF (WebP, WAV), PDF, ZIP (office files), gzip, MP3, Ogg, FLAC, Matroska (WebM), old office files. */
const magics: readonly Buffer[] = [
  '89504e47',
  'ffd8ff',
  '47494638',
  '52494646',
  '255044462d',
  '504b0304',
  '1f8b',
  '494433',
  'fffb',
  '4f676753',
  '664c6143',
  '1a45dfa3',
  'd0cf11e0',
].map((hex) => Buffer.from(hex, 'hex'))
