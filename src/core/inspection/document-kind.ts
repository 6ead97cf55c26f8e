import { isUtf8 } from 'node:buffer'

/** What bytes are, by what they hold: a label is its sender's word. */
export type DocumentKind = 'pdf' | 'archive' | 'rtf' | 'media' | 'text' | 'unknown'

/** What is read of documents, where a file is one. */
export function isDocumentKind(kind: DocumentKind): kind is 'pdf' | 'archive' | 'rtf' {
  return kind === 'pdf' || kind === 'archive' || kind === 'rtf'
}

/** A PDF may begin behind other bytes (ISO 32000, annex H.3), and a ZIP file too: its directory is at its end. */
export function documentKind(bytes: Buffer): DocumentKind {
  if (isPdf(bytes)) return 'pdf'
  if (isArchive(bytes)) return 'archive'
  const isText = looksLikeText(bytes)
  if (hasMediaHead(bytes) && !(isText && isMostlyLetters(bytes))) return 'media'
  if (isRtf(bytes)) return 'rtf'
  return isText ? 'text' : 'unknown'
}

/** False: it is a text, or of no known kind. This costs less than to tell which. */
export function hasMarks(bytes: Buffer): boolean {
  return isPdf(bytes) || isArchive(bytes) || isRtf(bytes) || hasMediaHead(bytes)
}

function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, PDF_START).includes('%PDF-')
}

function isArchive(bytes: Buffer): boolean {
  return bytes.length >= 22 && (bytes.subarray(0, zipStart.length).equals(zipStart) || zipEnd(bytes) >= 0)
}

/** Programs do not mind what stands before it. */
export function isRtf(bytes: Buffer): boolean {
  return bytes.subarray(0, RTF_START).includes('{\\rtf')
}

/** Where the end of a ZIP file's directory stands, as readers look for it: the last there is. */
export function zipEnd(bytes: Buffer): number {
  return bytes.subarray(Math.max(0, bytes.length - MAX_ZIP_END)).lastIndexOf(zipEndStart) < 0
    ? -1
    : bytes.lastIndexOf(zipEndStart)
}

/**
 * A text may begin with the letters of a picture: `BM`, `ID3`, `GIF8`. A head of a picture holds more than letters, and what follows is
 * packed: of random bytes 37 % are letters and signs of ASCII. A text of another script in UTF-8 is one too.
 */
function isMostlyLetters(bytes: Buffer): boolean {
  const start = bytes.subarray(0, TEXT_SAMPLE)
  if (isUtf8(wholeCharacters(start))) return true
  let plain = 0
  for (const byte of start) if ((byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13)) plain++
  return plain >= start.length * 0.7
}

/** Without the character that the end of a sample cuts. */
function wholeCharacters(sample: Buffer): Buffer {
  let end = sample.length
  while (end > 0 && end > sample.length - 4 && ((sample[end - 1] ?? 0) & 0x80) !== 0) end--
  return sample.subarray(0, end)
}

const TEXT_SAMPLE = 1024
const PDF_START = 1024
const RTF_START = 1024
const zipStart = Buffer.from('PK\x03\x04', 'latin1')
const zipEndStart = Buffer.from('PK\x05\x06', 'latin1')
const MAX_ZIP_END = 22 + 65_535

/** PNG, JPEG, GIF, TIFF, Ogg, FLAC, Matroska (WebM), MPEG, WMA. */
const mediaStarts = [
  '89504e47',
  'ffd8ff',
  '474946383761',
  '474946383961',
  '49492a00',
  '4d4d002a',
  '4f67675300',
  '664c6143',
  '1a45dfa3',
  '000001ba',
  '3026b275',
].map((hex) => Buffer.from(hex, 'hex'))

/** Letters alone make no picture and no sound: what their formats say behind them has to be there too. */
function hasMediaHead(bytes: Buffer): boolean {
  return (
    mediaStarts.some((start) => bytes.subarray(0, start.length).equals(start)) ||
    isBitmap(bytes) ||
    isRiff(bytes) ||
    isTaggedSound(bytes) ||
    isOtherMedia(bytes)
  )
}

/** `BM`, a size, four reserved bytes, where the pixels begin, and the size of the second head: 12 to 124. */
function isBitmap(bytes: Buffer): boolean {
  if (bytes.length < 18 || bytes.toString('latin1', 0, 2) !== 'BM') return false
  const head = bytes.readUInt32LE(14)
  return head >= 12 && head <= 124 && bytes.readUInt32LE(10) >= 14 + head
}

/** `RIFF`, a size, and what it is: sound (WAV), a picture (WebP) or a film (AVI). */
function isRiff(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && ['WAVE', 'WEBP', 'AVI '].includes(bytes.toString('latin1', 8, 12))
}

/** MP3 with a head (ID3v2 §3.1): `ID3`, a version below 255, flags, and a size of which no byte has its first bit. */
function isTaggedSound(bytes: Buffer): boolean {
  const [version = 0xff, revision = 0xff] = bytes.subarray(3, 5)
  return (
    bytes.length >= 10 &&
    bytes.toString('latin1', 0, 3) === 'ID3' &&
    version < 9 &&
    revision < 9 &&
    bytes.subarray(6, 10).every((byte) => byte < 0x80)
  )
}

/** MP4, QuickTime, HEIC and AVIF say so behind their length; a frame of MPEG sound (MP3, AAC) begins with eleven set bits. */
function isOtherMedia(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes
  // FF FE begins a text in UTF-16.
  const isFrame = first === 0xff && (second & 0xe0) === 0xe0 && second < 0xfe
  return isFrame || bytes.subarray(4, 8).toString('latin1') === 'ftyp'
}

function looksLikeText(bytes: Buffer): boolean {
  const start = bytes.subarray(0, TEXT_SAMPLE)
  let odd = 0
  for (const byte of start) if (byte === 0 || (byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27)) odd++
  return odd <= start.length * 0.05
}
