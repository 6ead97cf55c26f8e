/** Finding the way in the bytes of JSON text that has passed `JSON.parse`. */

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Longer strings are searched by the machine, which pays off only then. */
const SHORT_STRING = 16

/** Index behind the string that starts at `start`. */
export function stringEnd(body: Buffer, start: number): number {
  let index = start + 1
  const near = Math.min(body.length, index + SHORT_STRING)
  while (index < near && body[index] !== QUOTE) index += body[index] === BACKSLASH ? 2 : 1
  if (index < near) return index + 1
  for (let quote = body.indexOf(QUOTE, index); quote >= 0; quote = body.indexOf(QUOTE, quote + 1)) {
    let backslash = quote
    while (backslash > index && body[backslash - 1] === BACKSLASH) backslash--
    if ((quote - backslash) % 2 === 0) return quote + 1
  }
  return body.length + 1
}

export function skipSpace(body: Buffer, start: number): number {
  let index = start
  while (body[index] === 0x20 || body[index] === 0x0a || body[index] === 0x0d || body[index] === 0x09) index++
  return index
}

/** Index behind the value that starts at `start`. */
function valueEnd(body: Buffer, start: number): number {
  let depth = 0
  let index = start
  for (;;) {
    const byte = body[index]
    if (byte === QUOTE) index = stringEnd(body, index)
    else if (byte === 0x7b || byte === 0x5b) {
      depth++
      index++
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--
      index++
    } else if (depth > 0) index++
    else return scalarEnd(body, index)
    if (depth === 0) return index
  }
}

/** Of a number or a word. */
function scalarEnd(body: Buffer, start: number): number {
  let index = start
  while (index < body.length && !/[\s,\]}]/.test(String.fromCharCode(body[index] ?? 0))) index++
  return index
}

export interface Member {
  readonly name: string
  /** From the first byte of its name to the one behind its value. */
  readonly start: number
  readonly value: number
  readonly end: number
}

/** Of the object that the bytes are. */
export function members(body: Buffer): Member[] {
  const found: Member[] = []
  // A byte order mark may stand before the object.
  let index = skipSpace(body, body.indexOf('{') + 1)
  while (body[index] === 0x22) {
    const nameEnd = stringEnd(body, index)
    const value = skipSpace(body, skipSpace(body, nameEnd) + 1)
    const end = valueEnd(body, value)
    found.push({ name: JSON.parse(body.toString('utf8', index, nameEnd)), start: index, value, end })
    index = skipSpace(body, end)
    if (body[index] === 0x2c) index = skipSpace(body, index + 1)
  }
  return found
}

/** The value of a field of the object that the bytes are. Of a name that stands twice, the last one counts, as in `JSON.parse`. */
export function memberValue(body: Buffer, name: string): Buffer | undefined {
  const found = members(body).findLast((member) => member.name === name)
  return found && body.subarray(found.value, found.end)
}

/** The values in the array that the bytes are. */
export function elements(body: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let index = skipSpace(body, body.indexOf('[') + 1); index < body.length && body[index] !== 0x5d; ) {
    const end = valueEnd(body, index)
    found.push(body.subarray(index, end))
    index = skipSpace(body, end)
    if (body[index] === 0x2c) index = skipSpace(body, index + 1)
  }
  return found
}

/** The same with other bytes in place of a part that was cut out of it. */
export function withPart(body: Buffer, part: Buffer, replacement: Buffer): Buffer {
  const start = part.byteOffset - body.byteOffset
  return Buffer.concat([body.subarray(0, start), replacement, body.subarray(start + part.length)])
}
