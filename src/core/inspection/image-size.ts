/**
 * How many pixels a picture has, from its head, without decoding it. Where a head and what follows may say different things, the
 * larger counts: a reader may go by either. Linear in the bytes.
 */

export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Photographs have notes, a small picture and a table of colours before their size. What comes later is not looked for. */
export const imageHeadBytes = 512 * 1024

/** PNG, JPEG, GIF and WebP. `undefined`: it is another kind of picture, or its head cannot be read. */
export function imageSize(whole: Buffer): ImageSize | undefined {
  const bytes = whole.subarray(0, imageHeadBytes)
  const size = pngSize(bytes) ?? jpegSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes)
  return size === undefined || size.width === 0 || size.height === 0 ? undefined : size
}

/** The same four, and kinds whose size nobody here reads: BMP, TIFF, and HEIC and AVIF (ISO 23008-12). */
export function isImage(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 12)
  return (
    /^(?:\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|II\*\0|MM\0\*)/s.test(start) ||
    /^.{4}ftyp(?:hei|hev|mif|msf|avi)/s.test(start) ||
    (start.startsWith('BM') && bytes.length >= 18 && bytes.readUInt32LE(14) <= 124)
  )
}

/** PNG (Third Edition), section 11.2.1: the first chunk is IHDR. Of several in front of the pixels some readers go by the last. */
function pngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 24 || bytes.toString('latin1', 0, 16) !== '\x89PNG\r\n\x1a\n\0\0\0\rIHDR') return undefined
  let size: ImageSize | undefined
  for (let at = 8; at + 16 <= bytes.length; at += bytes.readUInt32BE(at) + 12) {
    const kind = bytes.toString('latin1', at + 4, at + 8)
    if (kind === 'IDAT') break
    if (kind === 'IHDR') size = larger(size, { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) })
  }
  return size
}

/** ITU T.81, annex B: segments up to the first scan. Between them readers pass over what is no marker, as libjpeg does. */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined
  let size: ImageSize | undefined
  for (let at = 2; at < bytes.length; ) {
    while (at < bytes.length && bytes[at] !== 0xff) at++
    while (bytes[at] === 0xff) at++
    const marker = bytes[at++]
    // The scan, or the end. A size before it may not be the last one.
    if (marker === 0xda || marker === 0xd9) return size
    if (marker === undefined) return undefined
    // Markers that stand alone.
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue
    if (at + 2 > bytes.length || bytes.readUInt16BE(at) < 2) return undefined
    if (isFrameHead(marker)) {
      if (at + 7 > bytes.length) return undefined
      size = larger(size, { width: bytes.readUInt16BE(at + 5), height: bytes.readUInt16BE(at + 3) })
    }
    at += bytes.readUInt16BE(at)
  }
  return undefined
}

/** SOF0 to SOF15 without the tables among them, and DHP, which says the size of a hierarchy of frames. */
function isFrameHead(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xde
}

/** GIF89a, sections 18 to 20: the screen, and frames, for which readers make it larger. */
function gifSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 13 || !/^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))) return undefined
  const screen = { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  let size: ImageSize | undefined
  let at = 13 + tableBytes(bytes[10])
  for (;;) {
    const block = bytes[at]
    if (block === 0x21) at = behindBlocks(bytes, at + 2)
    else if (block === 0x2c && at + 10 <= bytes.length) {
      const width = bytes.readUInt16LE(at + 1) + bytes.readUInt16LE(at + 5)
      const height = bytes.readUInt16LE(at + 3) + bytes.readUInt16LE(at + 7)
      size = larger(size ?? screen, { width, height })
      // The first byte of the pixels says how wide their codes are.
      at = behindBlocks(bytes, at + 10 + tableBytes(bytes[at + 9]) + 1)
    } else if (block === undefined || block === 0x3b) return size
    // Some readers pass over it.
    else at++
  }
}

function tableBytes(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1)
}

function behindBlocks(bytes: Buffer, from: number): number {
  let at = from
  for (let length = bytes[at]; length !== undefined && length > 0; length = bytes[at]) at += length + 1
  return at + 1
}

/** RFC 9649, sections 2.5 to 2.7: a canvas, and pictures behind it, by which some readers go. */
function webpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') return undefined
  let size: ImageSize | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = bytes.toString('latin1', at, at + 4)
    const found = webpChunkSize(kind, bytes, at + 8)
    if (found !== undefined) size = larger(size, found)
    else if (at === 12) return undefined
    const length = bytes.readUInt32LE(at + 4)
    // A frame of an animation holds its picture in chunks of its own.
    at += kind === 'ANMF' ? 24 : 8 + length + (length % 2)
  }
  return size
}

function webpChunkSize(kind: string, bytes: Buffer, at: number): ImageSize | undefined {
  if (kind === 'VP8X' && bytes.length >= at + 10)
    return { width: bytes.readUIntLE(at + 4, 3) + 1, height: bytes.readUIntLE(at + 7, 3) + 1 }
  if (kind === 'VP8L' && bytes.length >= at + 5 && bytes[at] === 0x2f) {
    const packed = bytes.readUInt32LE(at + 1)
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 }
  }
  if (kind === 'VP8 ' && bytes.length >= at + 10 && bytes.readUIntBE(at + 3, 3) === 0x9d012a)
    return { width: bytes.readUInt16LE(at + 6) & 0x3fff, height: bytes.readUInt16LE(at + 8) & 0x3fff }
  return undefined
}

function larger(one: ImageSize | undefined, other: ImageSize): ImageSize {
  if (one === undefined) return other
  return { width: Math.max(one.width, other.width), height: Math.max(one.height, other.height) }
}
