/**
 * Pictures of a PDF, by what stands before their bytes (ISO 32000, section 8.9.5): a stream is in no other stream, so that all of
 * them say it in plain. Whatever the file says that it leads to, all that may be one is counted, masks too.
 */
import { type ImageSize, imageHeadBytes, imageSize } from '../../core/inspection/image-size.ts'
import type { DocumentPicture } from './document-pictures.ts'
import { maxPictures, UnreadDocument } from './read-limits.ts'

const STREAM = 'stream'

export function pdfPictures(bytes: Buffer): readonly DocumentPicture[] {
  const text = bytes.toString('latin1')
  const pictures: DocumentPicture[] = []
  const numberOf = numbersOfObjects(text)
  let from = 0
  let end = 0
  for (let at = text.indexOf(STREAM); at >= 0; at = text.indexOf(STREAM, from)) {
    // From the last of these words to this one: what a stream says of itself is in between, whatever else is.
    const said = withoutEscapes(text.slice(from, at))
    from = at + STREAM.length
    const widths = numbersIn(said, width, numberOf)
    const heights = numbersIn(said, height, numberOf)
    if (!isPicture.test(said) && (widths.length === 0 || heights.length === 0)) continue
    if (end < from) end = endOfStream(text, from)
    const data = bytes.subarray(from, end)
    const size = otherKinds.test(said) ? undefined : larger(widths, heights, jpegIn(data))
    pictures.push({ bytes: data.length, ...(size === undefined ? {} : { size }) })
    if (pictures.length > maxPictures) throw new UnreadDocument('It holds more pictures than are counted.')
  }
  return pictures
}

const between = '(?:\\s|\\0|%[^\\r\\n]{0,256}[\\r\\n])*'
const isPicture = new RegExp(`/Subtype${between}/Image(?![\\w.-])`)
const width = new RegExp(`/Width(?![\\w.-])${between}(?:(\\d+)\\s+(\\d+)\\s+R|\\+?(\\d+))?`, 'g')
const height = new RegExp(`/Height(?![\\w.-])${between}(?:(\\d+)\\s+(\\d+)\\s+R|\\+?(\\d+))?`, 'g')
/** JPEG 2000 has a size of its own, which is not read. */
const otherKinds = /\/(?:JPXDecode)(?![\w.-])/

/** Letters of names may be written as numbers. */
function withoutEscapes(said: string): string {
  if (!said.includes('#')) return said
  return said.replace(/#([\dA-Fa-f]{2})/g, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

type NumberOf = (object: string, generation: string) => number

/** `NaN`: it cannot be read. */
function numbersIn(said: string, pattern: RegExp, numberOf: NumberOf): readonly number[] {
  return Array.from(said.matchAll(pattern), ([, object, generation, number]) => {
    if (number !== undefined) return Number(number)
    return object === undefined || generation === undefined ? Number.NaN : numberOf(object, generation)
  })
}

/** Numbers that are objects of their own, the largest of a name; looked for once. */
function numbersOfObjects(text: string): NumberOf {
  let numbers: Map<string, number> | undefined
  return (object, generation) => {
    if (numbers === undefined) {
      numbers = new Map()
      for (const [, name, of, number] of text.matchAll(numberObject)) {
        const key = `${Number(name)} ${Number(of)}`
        numbers.set(key, Math.max(numbers.get(key) ?? 0, Number(number)))
      }
    }
    return numbers.get(`${Number(object)} ${Number(generation)}`) ?? Number.NaN
  }
}
const numberObject = /(?<!\d)(\d{1,10})\s{1,32}(\d{1,5})\s{1,32}obj\s{1,32}(\d{1,10})/g

function endOfStream(text: string, from: number): number {
  const end = text.indexOf('endstream', from)
  return end < 0 ? text.length : end
}

/** Behind the end of the line. */
function jpegIn(data: Buffer): ImageSize | undefined {
  const start = data.subarray(0, 4).indexOf(0xff)
  return start < 0 ? undefined : imageSize(data.subarray(start, start + imageHeadBytes))
}

function larger(
  widths: readonly number[],
  heights: readonly number[],
  own: ImageSize | undefined,
): ImageSize | undefined {
  const size = { width: largest([...widths, own?.width ?? 0]), height: largest([...heights, own?.height ?? 0]) }
  return size.width > 0 && size.height > 0 ? size : undefined
}

/** `NaN` where one is. There may be more of them than a call takes arguments. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.max(one, other), 0)
}
