import { foldedWord, isGapless } from './letters.ts'
import { type WordClass, wordClasses } from './word-classes.ts'
import { englishWords } from './words-english.ts'
import { furtherWords } from './words-further.ts'
import { otherWords } from './words-other.ts'

const size = 1 << 15
const seed = 0x811c9dc5 | 0
export const firstHash = seed

export function hashStep(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

export function hashOf(word: string): number {
  let hash = seed
  for (let at = 0; at < word.length; at++) hash = hashStep(hash, word.charCodeAt(at))
  return hash
}

/** Of words as they are written, with gaps between them. */
export function hashesOf(words: string): ReadonlySet<number> {
  return new Set(words.split(/\s+/).map((word) => hashOf(foldedWord(word))))
}

/** Words and their classes, by hash. Built once, when a detector is made. */
export interface WordTable {
  /** The class of a word by its hash; -1: none. */
  classOf(hash: number): number
  /** The class of all words that begin so; -1: none. */
  classOfStem(hash: number): number
  /** Of two words in a row. */
  classOfPair(first: number, second: number): number
  /** The longest word of a script without gaps that begins here: its length in the upper bits, class in the lower 8; 0: none. */
  gaplessAt(text: string, at: number): number
}

export function createWordTable(): WordTable {
  const words = hashTable()
  const stems = hashTable()
  const pairs = hashTable()
  const gapless = new Map<number, { readonly word: string; readonly index: number }[]>()
  const add = (entry: string, index: number): void => {
    const parts = entry.split('_')
    if ([...entry].some((character) => isGapless(character.charCodeAt(0)))) {
      const word = parts.join('')
      const list = gapless.get(word.charCodeAt(0)) ?? []
      list.push({ word, index })
      gapless.set(word.charCodeAt(0), list)
    } else if (parts.length === 2) {
      pairs.set(pairHash(hashOf(foldedWord(parts[0] ?? '')), hashOf(foldedWord(parts[1] ?? ''))), index)
    } else if (parts.length === 1) {
      const isStem = entry.endsWith('*')
      const word = foldedWord(isStem ? entry.slice(0, -1) : entry)
      if (word.length > 0) (isStem ? stems : words).set(hashOf(word), index)
      if (isStem && word.length > 2) words.set(hashOf(word), index)
    }
  }
  for (const [index, name] of wordClasses.entries()) {
    for (const entry of formsOf(englishWords[name])) add(entry.replaceAll('-', '_'), index)
  }
  for (const words of [otherWords, furtherWords]) {
    for (const [index, name] of wordClasses.entries()) {
      for (const entry of entriesOf(words[name as WordClass] ?? '')) add(entry.replaceAll('-', '_'), index)
    }
  }
  for (const list of gapless.values()) list.sort((a, b) => b.word.length - a.word.length)
  return {
    classOf: words.get,
    classOfStem: stems.get,
    classOfPair: (first, second) => pairs.get(pairHash(first, second)),
    gaplessAt: (text, at) => {
      const list = gapless.get(text.charCodeAt(at))
      if (list === undefined) return 0
      for (const { word, index } of list) if (text.startsWith(word, at)) return (word.length << 8) | index
      return 0
    },
  }
}

function pairHash(first: number, second: number): number {
  return Math.imul(first, 31) ^ second
}

/** Open addressing: what is first set stays. Most words are in no table, and one look at a byte says so. */
function hashTable(): { get(hash: number): number; set(hash: number, value: number): void } {
  const marked = new Uint8Array(1 << 16)
  const keys = new Int32Array(size)
  const values = new Int8Array(size).fill(-1)
  const slotOf = (hash: number): number => {
    let slot = (hash ^ (hash >>> 15)) & (size - 1)
    while (values[slot] !== -1 && keys[slot] !== hash) slot = (slot + 1) & (size - 1)
    return slot
  }
  return {
    get: (hash) => (marked[hash & 0xffff] === 0 ? -1 : (values[slotOf(hash)] ?? -1)),
    set: (hash, value) => {
      const slot = slotOf(hash)
      if (values[slot] !== -1) return
      keys[slot] = hash
      values[slot] = value
      marked[hash & 0xffff] = 1
    },
  }
}

function entriesOf(listed: string): readonly string[] {
  return listed.split(/\s+/).filter((entry) => entry !== '')
}

/** `make~` stands for make, makes, made up of its endings; `skip~~` doubles the last letter. */
function formsOf(listed: string): readonly string[] {
  return entriesOf(listed).flatMap((entry) => {
    if (!entry.endsWith('~')) return [entry]
    const base = entry.replaceAll('~', '')
    if (entry.endsWith('~~')) {
      const doubled = base + base.slice(-1)
      return [base, `${base}s`, `${doubled}ed`, `${doubled}ing`]
    }
    if (base.endsWith('e')) return [base, `${base}s`, `${base}d`, `${base.slice(0, -1)}ing`]
    if (/[^aeiou]y$/.test(base)) return [base, `${base.slice(0, -1)}ies`, `${base.slice(0, -1)}ied`, `${base}ing`]
    return [base, /(?:s|x|ch|sh)$/.test(base) ? `${base}es` : `${base}s`, `${base}ed`, `${base}ing`]
  })
}
