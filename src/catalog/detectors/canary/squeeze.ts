/** A text without all that is no letter or digit, in lower case, and where each of its units stands. */
export interface Squeezed {
  readonly text: string
  readonly places: Int32Array
}

export function squeezed(original: string): Squeezed {
  const units = new Uint16Array(original.length)
  const places = new Int32Array(original.length)
  let count = 0
  for (let index = 0; index < original.length; index++) {
    const unit = lettered(original.charCodeAt(index))
    if (unit === 0) continue
    units[count] = unit
    places[count++] = index
  }
  return { text: decoder.decode(units.subarray(0, count)), places }
}

const decoder = new TextDecoder('utf-16le')

/** 0 for what is no letter or digit. */
function lettered(unit: number): number {
  if (unit < 0x80) {
    if (unit >= 0x61 && unit <= 0x7a) return unit
    if (unit >= 0x30 && unit <= 0x39) return unit
    return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : 0
  }
  // Surrogates stand for letters of rare scripts and for signs: all are kept.
  if (unit >= 0xd800 && unit <= 0xdfff) return unit
  const character = String.fromCharCode(unit)
  if (!/[\p{L}\p{N}]/u.test(character)) return 0
  const lower = character.toLowerCase()
  return lower.length === 1 ? lower.charCodeAt(0) : unit
}
