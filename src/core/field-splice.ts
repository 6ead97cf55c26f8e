import { isJsonObject, type JsonObject } from './json.ts'
import { skipSpace, stringEnd, valueEnd } from './json-bytes.ts'

/**
 * Changes fields of a JSON body, of objects within it too; every other field stays byte for byte as it was written, so that
 * large numbers keep their digits. `body` is what `before` was parsed from, and `after` a copy of `before` in which a field
 * that did not change is the same object.
 */
export function withFields(body: Buffer, before: JsonObject, after: JsonObject): Buffer {
  const isSame = (name: string): boolean => Object.hasOwn(after, name) && before[name] === after[name]
  const written = members(body)
  const pieces: Buffer[] = []
  const inPlace = new Set<string>()
  for (const [index, { name, start, value, end }] of written.entries()) {
    const [old, wanted] = Object.hasOwn(after, name) ? [before[name], after[name]] : []
    if (isSame(name)) pieces.push(body.subarray(start, end))
    // Of a name that stands twice, the last one was read.
    else if (
      isJsonObject(old) &&
      isJsonObject(wanted) &&
      !written.some((next, at) => at > index && next.name === name)
    ) {
      pieces.push(body.subarray(start, value), withFields(body.subarray(value, end), old, wanted))
      inPlace.add(name)
    } else continue
    pieces.push(comma)
  }
  for (const [name, value] of Object.entries(after)) {
    if (value === undefined || inPlace.has(name) || (Object.hasOwn(before, name) && isSame(name))) continue
    pieces.push(Buffer.from(`${JSON.stringify(name)}:${JSON.stringify(value)}`), comma)
  }
  return Buffer.concat([Buffer.from('{'), ...pieces.slice(0, -1), Buffer.from('}')])
}

const comma = Buffer.from(',')

interface Member {
  readonly name: string
  /** From the first byte of its name to the one behind its value. */
  readonly start: number
  readonly value: number
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
    found.push({ name: JSON.parse(body.toString('utf8', index, nameEnd)), start: index, value, end })
    index = skipSpace(body, end)
    if (body[index] === 0x2c) index = skipSpace(body, index + 1)
  }
  return found
}
