import { unitsOf } from './text-units.ts'
import { type TextView, type TextViewKind, viewBuilder } from './text-view.ts'

/** Of base64 that is decoded at once; a multiple of four. */
const chunk = 4096

const base64Words = /(?:[A-Za-z0-9+/]{4}(?:[A-Za-z0-9+/]{4}){0,5}[ \t]){4,}[A-Za-z0-9+/]{2,24}/y
const shortestRun = 16
const longestWord = 24

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

interface Run {
  readonly run: string
  readonly index: number
}

/** Signs of base64 without a gap, over line ends where enough of them follow. None begins within a longer word. */
function* longRuns(text: string): Generator<Run> {
  let at = nextRun(text, 0)
  while (at >= 0) {
    const index = at
    let end = endOfRun(text, index)
    for (;;) {
      const line = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : text[end] === '\n' ? end + 1 : -1
      const endOfLine = line < 0 ? -1 : endOfRun(text, line)
      if (endOfLine - line < shortestRun) break
      end = endOfLine
    }
    yield { run: text.slice(index, end), index }
    at = nextRun(text, end)
  }
}

/** Where the first long run begins behind a place; negative where there is none. */
function nextRun(text: string, from: number): number {
  const units = unitsOf(text)
  const { length } = units
  let start = from
  for (let at = from; at <= length; at++) {
    if (at < length && (kinds[units[at] ?? 0] ?? 0) >= kindOfRuns) continue
    if (at - start >= shortestRun) return start
    start = at + 1
  }
  return -1
}

function endOfRun(text: string, from: number): number {
  const units = unitsOf(text)
  let at = from
  while (at < units.length && (kinds[units[at] ?? 0] ?? 0) >= kindOfRuns) at++
  return at
}

/** Signs of all alphabets, and those of words in groups, which have no hyphens and underscores. */
const kindOfRuns = 1
const kindOfWords = 2
const kinds = new Uint8Array(65_536)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  kinds[sign.charCodeAt(0)] = kindOfWords
for (const sign of '_-') kinds[sign.charCodeAt(0)] = kindOfRuns

/** Groups of fours. Looked for at gaps alone: where there are none, as in the digits of a key or a picture, each of them would be tried as a beginning. */
function* groupedRuns(text: string): Generator<Run> {
  let from = 0
  for (let end = nextGap(text, 0); end >= 0; end = nextGap(text, end + 1)) {
    let start = end
    while (start > from && end - start < longestWord && isOfBase64(text.charCodeAt(start - 1))) start--
    // Groups of four: as many of them as there are before the gap.
    start += (end - start) % 4
    if (start === end) continue
    base64Words.lastIndex = start
    const run = base64Words.exec(text)?.[0]
    if (run === undefined) continue
    yield { run, index: start }
    from = start + run.length
  }
}

/** The next blank with a sign of base64 before it and three groups of fours behind, each with a blank; negative where there is none. */
function nextGap(text: string, from: number): number {
  const units = unitsOf(text)
  const { length } = units
  for (let at = from; at < length; at++) {
    const unit = units[at] ?? 0
    if ((unit !== 0x20 && unit !== 0x09) || at === 0 || kinds[units[at - 1] ?? 0] !== kindOfWords) continue
    let start = at + 1
    for (let groups = 0; groups < 3; groups++) {
      let end = start
      while (end - start <= longestWord && end < length && kinds[units[end] ?? 0] === kindOfWords) end++
      const size = end - start
      if (size === 0 || size % 4 !== 0 || size > longestWord || (units[end] !== 0x20 && units[end] !== 0x09)) {
        start = -1
        break
      }
      start = end + 1
    }
    if (start > 0) return at
  }
  return -1
}

function isOfBase64(unit: number): boolean {
  return kinds[unit] === kindOfWords
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

const hexRun = /(?:0x)?[0-9a-fA-F]{2}(?:[ ,:\t]{0,2}(?:0x|\\x)?[0-9a-fA-F]{2}){7,}/g
const binaryRun = /[01]{7,8}(?:[ ,]{0,2}[01]{8}){4,}/g
const numberRun = /(?:\d{2,3}[ ,;]{1,2}){7,}\d{2,3}/g

/** Codes of characters, where there are so many digits in a row that they may be some: in hexadecimal, binary and decimal. */
export function fromCodes(source: TextView): readonly (TextView | undefined)[] {
  const { hex, decimal } = mostDigits(source.text)
  return [
    hex < fewestDigits ? undefined : fromHex(source),
    decimal < fewestDigits ? undefined : fromBinary(source),
    decimal < fewestDigits ? undefined : fromNumbers(source),
  ]
}

const fewestDigits = 16
const isHexDigit = 1
const isBesideHex = 2
const isDecimalDigit = 4
const isBesideDecimal = 8
const digitKinds = new Uint8Array(65_536)
for (const [signs, kind] of [
  ['0123456789abcdefABCDEF', isHexDigit],
  [' ,:\tx\\', isBesideHex],
  ['0123456789', isDecimalDigit],
  [' ,;', isBesideDecimal],
] as const)
  for (const sign of signs) digitKinds[sign.charCodeAt(0)] = (digitKinds[sign.charCodeAt(0)] ?? 0) | kind

/** The most digits that stand in one row, with nothing between them but what may part codes. */
function mostDigits(text: string): { readonly hex: number; readonly decimal: number } {
  const units = unitsOf(text)
  let hex = 0
  let decimal = 0
  let mostHex = 0
  let mostDecimal = 0
  for (let at = 0; at < units.length; at++) {
    const kind = digitKinds[units[at] ?? 0] ?? 0
    if ((kind & isHexDigit) !== 0) {
      if (++hex > mostHex) mostHex = hex
    } else if ((kind & isBesideHex) === 0) hex = 0
    if ((kind & isDecimalDigit) !== 0) {
      if (++decimal > mostDecimal) mostDecimal = decimal
    } else if ((kind & isBesideDecimal) === 0) decimal = 0
  }
  return { hex: mostHex, decimal: mostDecimal }
}

function fromHex(source: TextView): TextView | undefined {
  return decoded(source, 'hex', hexRun, (run) => {
    const digits = run.replaceAll('0x', '').replaceAll(/[^0-9a-fA-F]/g, '')
    return Buffer.from(digits, 'hex')
  })
}

function fromBinary(source: TextView): TextView | undefined {
  return decoded(source, 'binary', binaryRun, (run) => {
    const digits = /[ ,]/.test(run) ? (run.match(/[01]{7,8}/g) ?? []) : (run.match(/[01]{8}/g) ?? [])
    return digits.map((byte) => Number.parseInt(byte, 2))
  })
}

/** Codes of characters as decimal numbers. */
function fromNumbers(source: TextView): TextView | undefined {
  return decoded(source, 'numbers', numberRun, (run) => {
    const codes = (run.match(/\d+/g) ?? []).map(Number)
    const written = codes.filter((code) => code === 32 || (code >= 65 && code <= 122))
    return codes.every((code) => code < 256) && written.length > codes.length * 0.8 ? codes : []
  })
}

function decoded(
  source: TextView,
  kind: TextViewKind,
  pattern: RegExp,
  bytesOf: (run: string) => readonly number[] | Buffer,
): TextView | undefined {
  const builder = viewBuilder(source)
  for (const { 0: run, index } of source.text.matchAll(pattern)) {
    const bytes = bytesOf(run)
    const plain = bytes.length < 5 ? undefined : printable(Buffer.from(bytes))
    if (plain === undefined) continue
    if (!builder.isEmpty()) builder.put('\n', index, index)
    // Groups of one width stand one for one; `0x` and gaps are parts of them.
    if (plain.length === bytes.length && run.length % bytes.length === 0) builder.put(plain, index, index + run.length)
    else builder.putWhole(plain, index, index + run.length)
  }
  return builder.view(kind)
}

/** Bytes as text, where they are text. */
function printable(bytes: Buffer): string | undefined {
  if (bytes.length < 6) return undefined
  return mostlyPrintable(bytes.toString('utf8')) ?? inOtherEncoding(bytes)
}

const mostOdd = 2

/** Two characters may be broken at the ends of a piece. */
function mostlyPrintable(text: string): string | undefined {
  const most = Math.min(mostOdd, text.length / 10)
  let odd = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0xfffd || (unit < 32 && unit !== 9 && unit !== 10 && unit !== 13) || unit === 127) odd++
    if (odd > most) return undefined
  }
  return text
}

/** Of fewer bytes, chance makes letters too often. */
const leastOfOther = 24
const sampleOfOther = 64
const leastPlain = 0.8
const leastNulls = 0.35
const western = new TextDecoder('windows-1252')

/** UTF-16 of a Western text, as PowerShell takes it, and the encodings of one byte that the Web still has. */
function inOtherEncoding(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, sampleOfOther)
  if (sample.length < leastOfOther) return undefined
  let plain = 0
  const nulls = [0, 0]
  for (const [index, byte] of sample.entries()) {
    if (byte === 0) nulls[index % 2] = (nulls[index % 2] ?? 0) + 1
    else if (byte < 127) plain++
  }
  const [even = 0, uneven = 0] = nulls
  if (Math.max(even, uneven) > sample.length * leastNulls) {
    if (Math.min(even, uneven) > 0) return undefined
    const units = Buffer.from(bytes.subarray(0, bytes.length & ~1))
    return mostlyPrintable((even > 0 ? units.swap16() : units).toString('utf16le'))
  }
  return plain < sample.length * leastPlain ? undefined : mostlyPrintable(western.decode(bytes))
}
