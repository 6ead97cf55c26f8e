import { printable } from './printable.ts'
import { unitsOf } from './text-units.ts'
import { type TextView, type TextViewKind, viewBuilder } from './text-view.ts'

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
