import { unitsOf } from './views/text-units.ts'

/**
 * The words of a text: letters in a row. Each that is known has a number, the same in all texts and whatever its case, so that whoever has
 * looked at a word once has only to remember what there was to say. Parallel arrays, of which the first `count` are in use.
 */
export interface ReadWords {
  count: number
  starts: Int32Array
  ends: Int32Array
  /** 0: it has none, and is to be looked at. */
  numbers: Uint16Array
  /** Of `small`, `capital`, `shouted` and `mixed`; of words without a number, nothing. */
  shapes: Uint8Array
  /** With another one all numbers mean other words. */
  generation: number
}

const small = 0
/** Only its first letter is one. */
const capital = 1
export const shouted = 2
const mixed = 3

/** Numbers are below it. */
export const mostNumbers = 1 << 14

/** Of ASCII, or beyond it what is no sign: `isAt` of a text and a keyword have to agree on where words end. */
export function isLetterUnit(unit: number): boolean {
  const lower = unit | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || isFurtherLetter(unit)
}

function isFurtherLetter(unit: number): boolean {
  return unit >= 0xc0 && (unit < 0x2000 || unit > 0x303f)
}

/** Five bits a letter, twelve letters in two numbers: so a word is its own name, and no two have the same. */
const longestKnown = 12
const slots = mostNumbers * 2
const mostProbes = 8
/** Of each slot: both halves of the name, the number, and nothing. */
const table = new Int32Array(slots * 4)
let used = 0
let text: string | undefined
const words: ReadWords = { ...sized(1024), count: 0, generation: 1 }

/**
 * Who asks for the same text next gets the same words: they are not to be changed, and to be asked for anew once somebody else may have
 * asked for those of another text.
 */
export function readWords(asked: string): ReadWords {
  if (asked === text) return words
  // Not within a text, all of whose words are of one generation.
  if (used > mostNumbers * 0.75) forget()
  text = undefined
  read(unitsOf(asked))
  text = asked
  return words
}

function read(units: Uint16Array): void {
  const { length } = units
  let { starts, ends, numbers, shapes } = words
  let count = 0
  for (let at = 0; at < length; ) {
    const first = units[at] ?? 0
    const folded = first | 0x20
    const isAscii = folded >= 0x61 && folded <= 0x7a && first < 0x80
    if (!isAscii && !isFurtherLetter(first)) {
      at++
      continue
    }
    if (count === numbers.length) {
      const larger = sized(count * 2)
      larger.starts.set(starts)
      larger.ends.set(ends)
      larger.numbers.set(numbers)
      larger.shapes.set(shapes)
      ;({ starts, ends, numbers, shapes } = Object.assign(words, larger))
    }
    const start = at
    let high = 0
    let low = 0
    let unit: number = first
    if (isAscii) {
      low = first & 31
      unit = ++at < length ? (units[at] ?? 0) : 0
    }
    // Most letters are small ones.
    while (unit >= 0x61 && unit <= 0x7a) {
      high = (high << 5) | (low >>> 25)
      low = ((low << 5) | (unit & 31)) & 0x3fffffff
      unit = ++at < length ? (units[at] ?? 0) : 0
    }
    let shape = first < 0x60 ? capital : small
    let isPlain = isAscii
    if (isLetterUnit(unit)) {
      let capitals = first < 0x60 ? 1 : 0
      while (isLetterUnit(unit)) {
        if (unit > 0x7f) isPlain = false
        else if (unit < 0x60) capitals++
        high = (high << 5) | (low >>> 25)
        low = ((low << 5) | (unit & 31)) & 0x3fffffff
        unit = ++at < length ? (units[at] ?? 0) : 0
      }
      shape = capitals === at - start ? shouted : capitals > 0 ? mixed : small
    }
    starts[count] = start
    ends[count] = at
    shapes[count] = shape
    numbers[count++] = isPlain && at - start <= longestKnown ? numberOf(high, low) : 0
  }
  words.count = count
}

function numberOf(high: number, low: number): number {
  const hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1)
  let slot = (hash ^ (hash >>> 15)) & (slots - 1)
  for (let probe = 0; probe < mostProbes; probe++) {
    const at = slot * 4
    if (table[at] === low && table[at + 1] === high) return table[at + 2] ?? 0
    if (table[at] === 0) {
      if (used >= mostNumbers - 1) return 0
      table[at] = low
      table[at + 1] = high
      table[at + 2] = ++used
      return used
    }
    slot = (slot + 1) & (slots - 1)
  }
  return 0
}

function forget(): void {
  table.fill(0)
  used = 0
  words.generation++
}

function sized(size: number): Pick<ReadWords, 'starts' | 'ends' | 'numbers' | 'shapes'> {
  return {
    starts: new Int32Array(size),
    ends: new Int32Array(size),
    numbers: new Uint16Array(size),
    shapes: new Uint8Array(size),
  }
}
