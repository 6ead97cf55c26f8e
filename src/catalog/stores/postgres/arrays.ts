/**
 * Columns of a batch as arrays in the binary form of PostgreSQL (src/backend/utils/adt/arrayfuncs.c, `array_send`): a text of two
 * kilobytes is copied, where the usual form would have each letter looked at on both sides.
 */
import { createHash } from 'node:crypto'

const TEXT = 25
const BIGINT = 20
const FLOAT = 701
const HEADER_BYTES = 20

export type Text = string | null

export function textArray(values: readonly Text[]): Buffer {
  const cleaned = values.map((value) => (value === null ? null : storedText(value)))
  const lengths = cleaned.map((value) => (value === null ? -1 : Buffer.byteLength(value)))
  const bytes = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 0)
  const { target, start } = arrayOf(TEXT, values.length, bytes)
  let offset = start
  for (const [index, value] of cleaned.entries()) {
    const length = lengths[index] ?? -1
    offset = target.writeInt32BE(length, offset)
    if (value !== null) offset += target.write(value, offset, 'utf8')
  }
  return target
}

/** Of what no integer holds, the nearest that one does. */
export function bigintArray(values: readonly (number | bigint | null)[]): Buffer {
  return fixedArray(BIGINT, values, (target, value, offset) => {
    if (typeof value === 'bigint') return target.writeBigInt64BE(value, offset)
    const whole = integerOf(value)
    // Without a bigint for each: there are some fifty integers of a call.
    target.writeInt32BE(Math.floor(whole / 2 ** 32), offset)
    return target.writeUInt32BE(whole >>> 0, offset + 4)
  })
}

export function floatArray(values: readonly (number | null)[]): Buffer {
  return fixedArray(FLOAT, values, (target, value, offset) => target.writeDoubleBE(value, offset))
}

/** PostgreSQL knows no letter 0, and no half of a letter. */
export function storedText(value: string): string {
  return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
}

const MAX_NAME_LENGTH = 256

/**
 * A name as it is kept in columns that have indexes: an entry of one may be 2,704 bytes, and what a client makes up may be
 * anything. A longer one is told from others by its hash.
 */
export function storedName(value: string): string {
  if (value.length <= MAX_NAME_LENGTH) return storedText(value.toWellFormed())
  const hash = createHash('sha256').update(value).digest('hex')
  return storedText(`${value.slice(0, 180).toWellFormed()}…${hash}`)
}

function integerOf(value: number): number {
  if (Number.isNaN(value)) return 0
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, Math.round(value)))
}

function fixedArray<Value>(
  type: number,
  values: readonly (Value | null)[],
  write: (target: Buffer, value: Value, offset: number) => number,
): Buffer {
  const known = values.reduce((sum: number, value) => (value === null ? sum : sum + 1), 0)
  const { target, start } = arrayOf(type, values.length, 4 * values.length + 8 * known)
  let offset = start
  for (const value of values) {
    offset = target.writeInt32BE(value === null ? -1 : 8, offset)
    if (value !== null) offset = write(target, value, offset)
  }
  return target
}

function arrayOf(type: number, length: number, bytes: number): { readonly target: Buffer; readonly start: number } {
  const isEmpty = length === 0
  const target = Buffer.allocUnsafe(isEmpty ? 12 : HEADER_BYTES + bytes)
  target.writeInt32BE(isEmpty ? 0 : 1, 0)
  // That some may be absent.
  target.writeInt32BE(isEmpty ? 0 : 1, 4)
  target.writeInt32BE(type, 8)
  if (isEmpty) return { target, start: 12 }
  target.writeInt32BE(length, 12)
  target.writeInt32BE(1, 16)
  return { target, start: HEADER_BYTES }
}
