/** Finding the way in the bytes of JSON text that has passed `JSON.parse`. */

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Index behind the string that starts at `start`. */
export function stringEnd(body: Buffer, start: number): number {
  let index = start + 1
  while (index < body.length && body[index] !== QUOTE) index += body[index] === BACKSLASH ? 2 : 1
  return index + 1
}

export function skipSpace(body: Buffer, start: number): number {
  let index = start
  while (body[index] === 0x20 || body[index] === 0x0a || body[index] === 0x0d || body[index] === 0x09) index++
  return index
}

/** Index behind the value that starts at `start`. */
export function valueEnd(body: Buffer, start: number): number {
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
