import type { JsonObject } from './json.ts'
import { skipSpace, stringEnd, valueEnd } from './json-bytes.ts'

/**
 * Changes top-level fields of a JSON body; every other field stays byte for byte as it was written, so that large numbers
 * keep their digits. `body` is what `before` was parsed from, and `after` a copy of `before` in which a field that did not
 * change is the same object.
 */
export function withFields(body: Buffer, before: JsonObject, after: JsonObject): Buffer {
  const isSame = (name: string): boolean => Object.hasOwn(after, name) && before[name] === after[name]
  const pieces = members(body)
    .filter(({ name }) => isSame(name))
    .map(({ start, end }) => body.subarray(start, end))
  for (const [name, value] of Object.entries(after)) {
    if (value !== undefined && !(Object.hasOwn(before, name) && isSame(name)))
      pieces.push(Buffer.from(`${JSON.stringify(name)}:${JSON.stringify(value)}`))
  }
  const comma = Buffer.from(',')
  return Buffer.concat([
    Buffer.from('{'),
    ...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [comma, piece])),
    Buffer.from('}'),
  ])
}

interface Member {
  readonly name: string
  /** From the first byte of its name to the one behind its value. */
  readonly start: number
  readonly end: number
}

function members(body: Buffer): Member[] {
  const found: Member[] = []
  // A byte order mark may stand before the object.
  let index = skipSpace(body, body.indexOf('{') + 1)
  while (body[index] === 0x22) {
    const nameEnd = stringEnd(body, index)
    const value = skipSpace(body, skipSpace(body, nameEnd) + 1)
    const end = valueEnd(body, value)
    found.push({ name: JSON.parse(body.toString('utf8', index, nameEnd)), start: index, end })
    index = skipSpace(body, end)
    if (body[index] === 0x2c) index = skipSpace(body, index + 1)
  }
  return found
}
