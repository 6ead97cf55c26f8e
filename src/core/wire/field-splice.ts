import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { elements, members } from './json-bytes.ts'

/**
 * Changes fields of a JSON body, of objects and lists within it too; every other field stays byte for byte as it was written,
 * so that large numbers keep their digits. `body` is what `before` was parsed from, and `after` a copy of `before` in which a field
 * that did not change is the same object.
 */
export function withFields(body: Buffer, before: JsonObject, after: JsonObject): Buffer {
  const isSame = (name: string): boolean => Object.hasOwn(after, name) && before[name] === after[name]
  const written = members(body)
  const pieces: Buffer[] = []
  const inPlace = new Set<string>()
  for (const [index, { name, start, value, end }] of written.entries()) {
    // Of a name that stands twice, the last one was read.
    const isRead =
      !isSame(name) && Object.hasOwn(after, name) && !written.some((next, at) => at > index && next.name === name)
    const changed = isRead ? withValue(body.subarray(value, end), before[name], after[name]) : undefined
    if (isSame(name)) pieces.push(body.subarray(start, end))
    else if (changed === undefined) continue
    else {
      pieces.push(body.subarray(start, value), changed)
      inPlace.add(name)
    }
    pieces.push(comma)
  }
  for (const [name, value] of Object.entries(after)) {
    if (value === undefined || inPlace.has(name) || (Object.hasOwn(before, name) && isSame(name))) continue
    pieces.push(Buffer.from(`${JSON.stringify(name)}:${JSON.stringify(value)}`), comma)
  }
  return Buffer.concat([Buffer.from('{'), ...pieces.slice(0, -1), Buffer.from('}')])
}

/** `undefined` where nothing of the old value stays. */
function withValue(body: Buffer, before: JsonValue | undefined, after: JsonValue | undefined): Buffer | undefined {
  if (isJsonObject(before) && isJsonObject(after)) return withFields(body, before, after)
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return undefined
  const pieces = elements(body).flatMap((bytes, index) => {
    const [old, wanted] = [before[index], after[index]]
    const changed = old === wanted ? bytes : (withValue(bytes, old, wanted) ?? Buffer.from(JSON.stringify(wanted)))
    return index === 0 ? [changed] : [comma, changed]
  })
  return Buffer.concat([Buffer.from('['), ...pieces, Buffer.from(']')])
}

const comma = Buffer.from(',')
