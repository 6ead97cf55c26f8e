import { groupedRuns, longRuns } from './base64-runs.ts'
import { leastNulls, leastOfOther, leastPlain, mostOdd, printable } from './printable.ts'
import { type TextView, viewBuilder } from './text-view.ts'

/** Of base64 that is decoded at once; a multiple of four. */
const chunk = 4096

/** Text in base64, also of the alphabet for URLs, wrapped in lines or cut into groups. */
export function fromBase64(source: TextView): TextView | undefined {
  const builder = viewBuilder(source)
  const { text } = source
  for (const { run, index } of longRuns(text)) {
    const offset = alignmentOf(run)
    if (offset === undefined) {
      // A path or an identifier in front: the rest may be base64 all the same.
      for (const part of run.matchAll(/[A-Za-z0-9+]{16,}/g)) {
        if (part[0].length === run.length) break
        const from = alignmentOf(part[0])
        if (from !== undefined) putChunks(part[0], index + part.index, from)
      }
      continue
    }
    putChunks(run, index, offset)
  }
  for (const { run, index } of groupedRuns(text)) {
    const plain = printable(Buffer.from(run.replaceAll(/\s/g, ''), 'base64'))
    if (plain?.includes(' ')) putWhole(plain, index, index + run.length)
  }
  return builder.view('base64')

  function putWhole(plain: string, from: number, to: number): void {
    if (!builder.isEmpty()) builder.put('\n', from, from)
    builder.putWhole(plain, from, to)
  }

  function putChunks(run: string, index: number, offset: number): void {
    let isFirst = true
    for (const line of run.slice(offset).matchAll(/[A-Za-z0-9+/_-]+/g)) {
      for (let at = 0; at < line[0].length; at += chunk) {
        const piece = line[0].slice(at, at + chunk)
        const plain = printable(Buffer.from(piece, 'base64'))
        if (plain === undefined) continue
        const from = index + offset + line.index + at
        if (isFirst && !builder.isEmpty()) builder.put('\n', from, from)
        isFirst = false
        if (Math.floor((piece.length * 3) / 4) === plain.length) builder.put(plain, from, from + piece.length)
        else builder.putWhole(plain, from, from + piece.length)
      }
    }
  }
}

/** At which of its first four characters a run begins to be text; a later part may be text where the beginning is not. */
function alignmentOf(run: string): number | undefined {
  for (let offset = 0; offset < 4 && run.length - offset >= 12; offset++) {
    if (!mayBeText(run, offset)) continue
    if (printable(Buffer.from(run.slice(offset, offset + 64).replaceAll(/\s/g, ''), 'base64')) !== undefined)
      return offset
  }
  return run.length > 256 ? 0 : undefined
}

/** Of the alphabet of URLs too. */
const values = new Uint8Array(128)
;[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((sign, value) => {
  values[sign.charCodeAt(0)] = value
})
values[0x2d] = 62
values[0x5f] = 63

const sampleSize = 64
const bytesOfSample = new Uint8Array(48)

/**
 * Whether what a run decodes to at an offset may be `printable`, from its first bytes as they are: letters of identifiers are mostly
 * none of UTF-8, which more than two signs out of place tell.
 */
function mayBeText(run: string, offset: number): boolean {
  const signs = Math.min(sampleSize, run.length - offset)
  let bits = 0
  let size = 0
  for (let index = 0; index < signs; index++) {
    const unit = run.charCodeAt(offset + index)
    // A line end, which decodes to nothing.
    if (unit < 0x20) return true
    bits = (bits << 6) | (values[unit] ?? 0)
    if (index % 4 !== 0) bytesOfSample[size++] = (bits >> (6 - 2 * (index % 4))) & 255
  }
  let odd = 0
  let plain = 0
  let nulls = 0
  let left = 0
  for (let index = 0; index < size; index++) {
    const byte = bytesOfSample[index] ?? 0
    if (byte < 0x80) {
      if (left > 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 127) odd++
      if (byte === 0) nulls++
      else if (byte < 127) plain++
      left = 0
    } else if (byte < 0xc0) {
      if (left === 0) odd++
      else left--
    } else {
      if (left > 0) odd++
      left = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1
    }
  }
  if (odd <= mostOdd) return true
  return size >= leastOfOther && (plain >= size * leastPlain || nulls > size * leastNulls)
}
