import { hash } from 'node:crypto'
import { z } from 'zod'
import { type SipHasher, sipHasher } from '../../../core/secrets/sip-hash.ts'
import { foldedUnit, type TextWords, wordsOf } from '../../../core/text/text-words.ts'

const wordsOfShingle = 5
const longestValue = 128

/** What a document or a column leaves of itself: keyed hashes, of which nobody without the salt can tell what went in. */
export const Fingerprints = z.strictObject({
  version: z.literal(1),
  /** Says which data it was, for people. */
  id: z.string().min(1).max(100),
  kind: z.enum(['document', 'values']),
  /** Of a document: how many words go into one hash. Of values: how many the longest has. */
  words: z.number().int().min(1).max(32),
  /** Of values: how many letters and digits they have. */
  lengths: z.array(z.number().int().min(1).max(longestValue)).max(longestValue),
  /** 64 bits each, in order, in base64. */
  hashes: z.base64().max(64_000_000),
})
export type Fingerprints = z.infer<typeof Fingerprints>

/** The key of all hashes of one deployment. Whoever has it can try values out, so it is a secret. */
export function fingerprintKey(salt: string): Uint8Array {
  return hash('sha256', `portcullis exact-data-match ${salt}`, 'buffer').subarray(0, 16)
}

/** Of each five words of a document that follow each other. */
export function fingerprintsOfDocument(id: string, text: string, salt: string): Fingerprints {
  const hasher = sipHasher(fingerprintKey(salt))
  const hashes = new Set<bigint>()
  eachShingle(wordsOf(text), wordsOfShingle, hasher, () => hashes.add(resultOf(hasher)))
  return { version: 1, id, kind: 'document', words: wordsOfShingle, lengths: [], hashes: packed(hashes) }
}

/** Of each value of a column: names, numbers of accounts, addresses of mail. What is too short to tell is left out. */
export function fingerprintsOfValues(id: string, values: readonly string[], salt: string): Fingerprints {
  const hasher = sipHasher(fingerprintKey(salt))
  const hashes = new Set<bigint>()
  const lengths = new Set<number>()
  let most = 1
  for (const value of values) {
    const words = wordsOf(value)
    const { units, offsets } = lettersOf(value, words)
    const length = offsets[words.count] ?? 0
    if (length > longestValue || !isTelling(words, length)) continue
    hashValue(units, 0, length, hasher)
    hashes.add(resultOf(hasher))
    lengths.add(length)
    most = Math.max(most, words.count)
  }
  const sorted = [...lengths].sort((a, b) => a - b)
  return { version: 1, id, kind: 'values', words: Math.min(32, most), lengths: sorted, hashes: packed(hashes) }
}

/** Six letters and digits, or two of a script whose characters are words. */
function isTelling(words: TextWords, length: number): boolean {
  return length >= 6 || (words.count === length && words.weights[0] === 0.5 && length >= 2)
}

/** Calls `visit` for each shingle, when its hash is in `hasher`. */
export function eachShingle(words: TextWords, size: number, hasher: SipHasher, visit: (first: number) => void): void {
  for (let first = 0; first + size <= words.count; first++) {
    hasher.hash(words.hashes, first, size)
    visit(first)
  }
}

/** The letters and digits of a text in lower case, without what stands between. */
export interface Letters {
  readonly units: Uint16Array
  /** Where each word begins in them; one more than there are words. */
  readonly offsets: Int32Array
}

export function lettersOf(text: string, words: TextWords): Letters {
  const units = new Uint16Array(text.length)
  const offsets = new Int32Array(words.count + 1)
  let count = 0
  for (let word = 0; word < words.count; word++) {
    const end = words.ends[word] ?? 0
    for (let index = words.starts[word] ?? 0; index < end; index++) units[count++] = foldedUnit(text.charCodeAt(index))
    offsets[word + 1] = count
  }
  return { units, offsets }
}

const block = new Int32Array(longestValue / 2 + 1)

/** Of the letters from `from` to `to`, at most `longestValue` of them. */
export function hashValue(units: Uint16Array, from: number, to: number, hasher: SipHasher): void {
  let count = 0
  for (let at = from; at < to; at += 2)
    block[count++] = (units[at] ?? 0) | (at + 1 < to ? (units[at + 1] ?? 0) << 16 : 0)
  hasher.hash(block, 0, count)
}

function resultOf({ high, low }: SipHasher): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

/** In order, so that nothing says in which order they stood in the document. */
function packed(hashes: ReadonlySet<bigint>): string {
  return Buffer.from(BigUint64Array.from([...hashes].sort((a, b) => (a < b ? -1 : 1))).buffer).toString('base64')
}

/** Whether a hash is among them: open addressing, at most half full. One that is given twice is kept once. */
export function hashTable(base64: string): {
  has(high: number, low: number): boolean
  /** Of different hashes. */
  readonly size: number
  /** The most slots that were looked at for one hash. */
  readonly longestSearch: number
} {
  const bytes = Buffer.from(base64, 'base64')
  const given = Math.floor(bytes.length / 8)
  const mask = 2 ** Math.ceil(Math.log2(Math.max(2, given * 2))) - 1
  let size = 0
  let longestSearch = 0
  const slots = new Int32Array((mask + 1) * 2)
  const used = new Uint8Array(mask + 1)
  const isAt = (at: number, high: number, low: number): boolean => slots[2 * at] === low && slots[2 * at + 1] === high
  for (let index = 0; index < given; index++) {
    const [low, high] = [bytes.readInt32LE(index * 8), bytes.readInt32LE(index * 8 + 4)]
    let at = firstSlot(high, low, mask)
    let searched = 1
    for (; used[at] === 1 && !isAt(at, high, low); at = (at + 1) & mask) searched += 1
    longestSearch = Math.max(longestSearch, searched)
    if (used[at] === 1) continue
    used[at] = 1
    slots[2 * at] = low
    slots[2 * at + 1] = high
    size += 1
  }
  return {
    size,
    longestSearch,
    has(high, low) {
      for (let at = firstSlot(high, low, mask); used[at] === 1; at = (at + 1) & mask) {
        if (isAt(at, high, low)) return true
      }
      return false
    },
  }
}

/** Of both halves: hashes of which one half is the same, as somebody may write them, would all begin at one slot. */
function firstSlot(high: number, low: number, mask: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) & mask
}
