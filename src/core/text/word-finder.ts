import { unitsOf } from './views/text-units.ts'

/**
 * Finds which of many words stand in a text, in any case, in one pass: four characters of five bits each look a word up, and only
 * where they do is the word compared. Of three characters any fourth will do; still shorter ones are searched for one by one.
 * `each` is told of every place of the longer ones. `lookUpFrom`: which four characters of a word are the rarest; else its first.
 */
export function wordFinder(
  words: readonly string[],
  lookUpFrom: (word: string) => number = () => 0,
): (text: string, each?: (word: string, start: number) => void) => ReadonlySet<string> {
  // A bit each: what it takes stays in the nearest caches, which the detectors share.
  const table = new Uint32Array(1 << 15)
  const byKey = new Map<number, { readonly word: string; readonly from: number }[]>()
  for (const word of new Set(words)) {
    const from = lookUpFrom(word)
    for (const key of keysOf(word, from)) {
      table[key >> 5] = (table[key >> 5] ?? 0) | (1 << (key & 31))
      const others = byKey.get(key)
      if (others === undefined) byKey.set(key, [{ word, from }])
      else others.push({ word, from })
    }
  }
  const short = [...new Set(words)].filter((word) => word.length < 3)
  // Such words are Chinese, as a rule, and most texts have none of its characters.
  const isShortAscii = short.some((word) => /^[\0-\x7f]+$/.test(word))
  return (text, each) => {
    let found: Set<string> | undefined
    const add = (word: string): void => {
      found ??= new Set()
      found.add(word)
    }
    if (short.length > 0 && (isShortAscii || hasFurther(unitsOf(text)))) {
      const lower = text.toLowerCase()
      for (const word of short) if (lower.includes(word)) add(word)
    }
    // Behind the last three characters of a text there is no fourth, which counts as nothing.
    for (let from = 0; from <= text.length; from += PART) {
      const count = keysIn(unitsOf(text), from, table)
      for (let index = 0; index < count; index++) {
        for (const { word, from } of byKey.get(foundKeys[index] ?? 0) ?? []) {
          const start = (foundEnds[index] ?? 0) - 4 - from
          if ((each === undefined && found?.has(word) === true) || !isAt(text, start, word)) continue
          add(word)
          each?.(word, start)
        }
      }
    }
    return found ?? none
  }
}

const none: ReadonlySet<string> = new Set()

/** So much is looked at before what was found is compared: a loop of its own takes half the time. */
const PART = 1024
const foundKeys = new Int32Array(PART)
const foundEnds = new Int32Array(PART)

/** How many fours of a part some word may begin with. */
function keysIn(units: Uint16Array, from: number, table: Uint32Array): number {
  // Before the first character there is nothing, which counts as zeros.
  let key = keyAt(units, from)
  let count = 0
  const end = Math.min(units.length + 1, from + PART)
  for (let index = from; index < end; index++) {
    key = ((key << 5) | (index < units.length ? (units[index] ?? 0) & 31 : 0)) & 0xfffff
    if ((((table[key >> 5] ?? 0) >>> (key & 31)) & 1) === 0) continue
    foundKeys[count] = key
    foundEnds[count++] = index + 1
  }
  return count
}

/** Characters that are not ASCII. */
function hasFurther(units: Uint16Array): boolean {
  let all = 0
  for (let index = 0; index < units.length; index++) all |= units[index] ?? 0
  return all > 127
}

function keyAt(units: Uint16Array, end: number): number {
  let key = 0
  for (let index = end - 4; index < end; index++) key = (key << 5) | ((units[index] ?? 0) & 31)
  return key
}

function keysOf(word: string, from: number): readonly number[] {
  const units = unitsOf(word)
  if (word.length > 3) return [keyAt(units, from + 4)]
  return word.length < 3 ? [] : Array.from({ length: 32 }, (_, fourth) => ((keyAt(units, 3) << 5) | fourth) & 0xfffff)
}

function isAt(text: string, start: number, word: string): boolean {
  // From its end: its beginning is known to be alike.
  for (let index = word.length - 1; index >= 0; index--) {
    const unit = text.charCodeAt(start + index)
    if (unit === word.charCodeAt(index)) continue
    if (
      unit < 0x80
        ? unit < 0x41 || unit > 0x5a || (unit | 0x20) !== word.charCodeAt(index)
        : !isCapital(unit, word, index)
    )
      return false
  }
  return true
}

function isCapital(unit: number, word: string, index: number): boolean {
  return String.fromCharCode(unit).toLowerCase() === word[index]
}
