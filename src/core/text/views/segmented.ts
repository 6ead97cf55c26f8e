import { commonWords } from './common-words.ts'

const maxWord = 14
const maxLetters = 600

/** Of the hash of each word a byte: most pieces of letters are none, and no text is made of them. */
const buckets = 1 << 15
const marked = new Uint8Array(buckets)
for (const word of commonWords) {
  let hash = 0
  for (let at = 0; at < word.length; at++) hash = step(hash, word.charCodeAt(at))
  marked[hash & (buckets - 1)] = 1
}

function step(hash: number, unit: number): number {
  return (Math.imul(hash, 31) + unit) | 0
}

/**
 * Cuts letters that stand together into words: the lengths of the words, or nothing where they are none. Few and long words are
 * better than many short ones; a letter of no word costs more than a word.
 */
export function segmented(letters: string): readonly number[] | undefined {
  if (letters.length > maxLetters) return undefined
  const size = letters.length
  const cost = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY)
  const lengths = new Uint8Array(size + 1)
  const strange = new Uint16Array(size + 1)
  cost[0] = 0
  for (let at = 0; at < size; at++) {
    const base = cost[at] ?? 0
    let hash = 0
    for (let length = 1; length <= maxWord && at + length <= size; length++) {
      hash = step(hash, letters.charCodeAt(at + length - 1))
      const isWord = marked[hash & (buckets - 1)] === 1 && commonWords.has(letters.slice(at, at + length))
      if (!isWord && length > 1) continue
      const total = base + (isWord ? 1 + (length < 3 ? 0.6 : 0) : 4)
      if (total >= (cost[at + length] ?? 0)) continue
      cost[at + length] = total
      lengths[at + length] = length
      strange[at + length] = (strange[at] ?? 0) + (isWord ? 0 : 1)
    }
  }
  if ((strange[size] ?? 0) > size * 0.25) return undefined
  const found: number[] = []
  for (let at = size; at > 0; at -= found[0] ?? 1) found.unshift(lengths[at] ?? 1)
  return found.length < 3 ? undefined : merged(letters, found)
}

/** Letters of no word that follow each other are one word. */
function merged(letters: string, lengths: readonly number[]): readonly number[] {
  const made: number[] = []
  let at = 0
  let isLoose = false
  for (const length of lengths) {
    const loose = length === 1 && !commonWords.has(letters.charAt(at))
    if (loose && isLoose) made.push((made.pop() ?? 0) + 1)
    else made.push(length)
    isLoose = loose
    at += length
  }
  return made
}
