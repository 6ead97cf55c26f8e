import { isUtf8 } from 'node:buffer'

/** What bytes are, by what they hold: a label is its sender's word. */
export type DocumentKind = 'pdf' | 'archive' | 'media' | 'text' | 'unknown'

/** A PDF may begin behind other bytes (ISO 32000, annex H.3), and a ZIP file too: its directory is at its end. */
export function documentKind(bytes: Buffer): DocumentKind {
  if (bytes.subarray(0, PDF_START).includes('%PDF-')) return 'pdf'
  if (bytes.length >= 22 && (bytes.indexOf(zipStart) === 0 || zipEnd(bytes) >= 0)) return 'archive'
  // A text may begin with the letters of a picture: `BM`, `ID3`, `GIF8`. A head of a picture holds more than letters.
  const isText = looksLikeText(bytes)
  if (mediaStarts.some((start) => bytes.subarray(0, start.length).equals(start)) || isOtherMedia(bytes))
    return isText && isUtf8(wholeCharacters(bytes.subarray(0, 1024))) ? 'text' : 'media'
  return isText ? 'text' : 'unknown'
}

/** Where the end of a ZIP file's directory stands, as readers look for it: the last there is. */
export function zipEnd(bytes: Buffer): number {
  return bytes.subarray(Math.max(0, bytes.length - MAX_ZIP_END)).lastIndexOf(zipEndStart) < 0
    ? -1
    : bytes.lastIndexOf(zipEndStart)
}

/** Without the character that the end of a sample cuts. */
function wholeCharacters(sample: Buffer): Buffer {
  let end = sample.length
  while (end > 0 && end > sample.length - 4 && ((sample[end - 1] ?? 0) & 0x80) !== 0) end--
  return sample.subarray(0, end)
}

const PDF_START = 1024
const zipStart = Buffer.from('PK\x03\x04', 'latin1')
const zipEndStart = Buffer.from('PK\x05\x06', 'latin1')
const MAX_ZIP_END = 22 + 65_535

/** PNG, JPEG, GIF, BMP, TIFF, RIFF (WebP, WAV), MP3 with a head, Ogg, FLAC, Matroska (WebM), MPEG, WMA. */
const mediaStarts = [
  '89504e47',
  'ffd8ff',
  '47494638',
  '424d',
  '49492a00',
  '4d4d002a',
  '52494646',
  '494433',
  '4f676753',
  '664c6143',
  '1a45dfa3',
  '000001ba',
  '3026b275',
].map((hex) => Buffer.from(hex, 'hex'))

/** MP4, QuickTime, HEIC and AVIF say so behind their length; a frame of MPEG sound (MP3, AAC) begins with eleven set bits. */
function isOtherMedia(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes
  // FF FE begins a text in UTF-16.
  const isFrame = first === 0xff && (second & 0xe0) === 0xe0 && second < 0xfe
  return isFrame || bytes.subarray(4, 8).toString('latin1') === 'ftyp'
}

function looksLikeText(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 1024)
  let odd = 0
  for (const byte of start) if (byte === 0 || (byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27)) odd++
  return odd <= start.length * 0.05
}
