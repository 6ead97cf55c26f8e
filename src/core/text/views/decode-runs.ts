import { type TextView, type TextViewKind, viewBuilder } from './text-view.ts'

/** Of base64 that is decoded at once; a multiple of four. */
const chunk = 4096

// None begins within a longer word: it would have begun with the word.
const base64Run = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{16,})*/g
const base64Words = /(?:[A-Za-z0-9+/]{4}(?:[A-Za-z0-9+/]{4}){0,5}[ \t]){4,}[A-Za-z0-9+/]{2,24}/y
const gap = /[ \t]/g
const longestWord = 24

/** Text in base64, also of the alphabet for URLs, wrapped in lines or cut into groups. */
export function fromBase64(source: TextView): TextView | undefined {
  const builder = viewBuilder(source)
  const { text } = source
  for (const { 0: run, index } of text.matchAll(base64Run)) {
    const offset = alignmentOf(run)
    if (offset === undefined) {
      // A path or an identifier in front: the rest may be base64 all the same.
      for (const part of run.matchAll(/[A-Za-z0-9+]{16,}/g)) {
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

/** Looked for at gaps alone: where there are none, as in the digits of a key or a picture, each of them would be tried as a beginning. */
function* groupedRuns(text: string): Generator<{ readonly run: string; readonly index: number }> {
  let from = 0
  for (const { index: end } of text.matchAll(gap)) {
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

function isOfBase64(unit: number): boolean {
  const lower = unit | 32
  return (lower >= 97 && lower <= 122) || (unit >= 48 && unit <= 57) || unit === 43 || unit === 47
}

/** At which of its first four characters a run begins to be text; a later part may be text where the beginning is not. */
function alignmentOf(run: string): number | undefined {
  for (let offset = 0; offset < 4 && run.length - offset >= 12; offset++) {
    if (printable(Buffer.from(run.slice(offset, offset + 64).replaceAll(/\s/g, ''), 'base64')) !== undefined)
      return offset
  }
  return run.length > 256 ? 0 : undefined
}

const hexRun = /(?:0x)?[0-9a-fA-F]{2}(?:[ ,:\t]{0,2}(?:0x|\\x)?[0-9a-fA-F]{2}){7,}/g
const binaryRun = /[01]{7,8}(?:[ ,]{0,2}[01]{8}){4,}/g
const numberRun = /(?:\d{2,3}[ ,;]{1,2}){7,}\d{2,3}/g

export function fromHex(source: TextView): TextView | undefined {
  return decoded(source, 'hex', hexRun, (run) => {
    const digits = run.replaceAll('0x', '').replaceAll(/[^0-9a-fA-F]/g, '')
    return Buffer.from(digits, 'hex')
  })
}

export function fromBinary(source: TextView): TextView | undefined {
  return decoded(source, 'binary', binaryRun, (run) => {
    const digits = /[ ,]/.test(run) ? (run.match(/[01]{7,8}/g) ?? []) : (run.match(/[01]{8}/g) ?? [])
    return digits.map((byte) => Number.parseInt(byte, 2))
  })
}

/** Codes of characters as decimal numbers. */
export function fromNumbers(source: TextView): TextView | undefined {
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

/** Two characters may be broken at the ends of a piece. */
function mostlyPrintable(text: string): string | undefined {
  const most = Math.min(2, text.length / 10)
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
  if (Math.max(even, uneven) > sample.length * 0.35) {
    if (Math.min(even, uneven) > 0) return undefined
    const units = Buffer.from(bytes.subarray(0, bytes.length & ~1))
    return mostlyPrintable((even > 0 ? units.swap16() : units).toString('utf16le'))
  }
  return plain < sample.length * 0.8 ? undefined : mostlyPrintable(western.decode(bytes))
}
