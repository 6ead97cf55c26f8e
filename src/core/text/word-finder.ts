import { unitsOf } from './views/text-units.ts'

/**
 * Finds which of many words stand in a text, in any case, in one pass: four characters of five bits each look a word up, and
 * only where they do is the word compared. Of three characters any fourth will do; still shorter ones are searched for one by one.
 * `each` is told of every place of the longer ones, from left to right.
 */
export function wordFinder(
  words: readonly string[],
): (text: string, each?: (word: string, start: number) => void) => ReadonlySet<string> {
  // A bit each: what it takes stays in the nearest caches, which the detectors share.
  const table = new Uint32Array(1 << 15)
  const byKey = new Map<number, string[]>()
  for (const word of new Set(words)) {
    for (const key of keysOf(word)) {
      table[key >> 5] = (table[key >> 5] ?? 0) | (1 << (key & 31))
      const others = byKey.get(key)
      if (others === undefined) byKey.set(key, [word])
      else others.push(word)
    }
  }
  const threes = [...new Set(words)].filter((word) => word.length === 3)
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
    for (let end = nextKey(unitsOf(text), 0, table); end > 0; end = nextKey(unitsOf(text), end, table)) {
      for (const word of byKey.get(keyAt(unitsOf(text), end)) ?? []) {
        if ((each === undefined && found?.has(word) === true) || !isAt(text, end - 4, word)) continue
        add(word)
        each?.(word, end - 4)
      }
    }
    // Behind the last three there is no fourth.
    const last = text.length - 3
    for (const word of threes) {
      if (!isAt(text, last, word)) continue
      add(word)
      each?.(word, last)
    }
    return found ?? none
  }
}

const none: ReadonlySet<string> = new Set()

/** Where the next four characters end that some word begins with; 0: there are none. A loop of its own: this takes half the time. */
function nextKey(units: Uint16Array, from: number, table: Uint32Array): number {
  const { length } = units
  // Before the first character there is nothing, which counts as zeros.
  let key = keyAt(units, from)
  for (let index = from; index < length; index++) {
    key = ((key << 5) | ((units[index] ?? 0) & 31)) & 0xfffff
    if ((((table[key >> 5] ?? 0) >>> (key & 31)) & 1) !== 0) return index + 1
  }
  return 0
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

function keysOf(word: string): readonly number[] {
  const units = unitsOf(word)
  if (word.length > 3) return [keyAt(units, 4)]
  return word.length < 3 ? [] : Array.from({ length: 32 }, (_, fourth) => ((keyAt(units, 3) << 5) | fourth) & 0xfffff)
}

function isAt(text: string, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const unit = text.charCodeAt(start + index)
    if ((unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit) !== word.charCodeAt(index)) return false
  }
  return true
}
