import { type TextWords, wordsOf } from './text-words.ts'

/** Finds the runs of words that a text shares with others. */
export interface WordRuns {
  /** Runs of `text` that stand in one of the texts word for word; `first` and `last` are words of it. */
  in(text: TextWords): readonly WordRun[]
}

export interface WordRun {
  readonly first: number
  /** Behind the last word. */
  readonly last: number
}

/** Of at least `length` words each; a shorter text counts where it is there as a whole, if it has `least` words. */
export function wordRuns(texts: readonly string[], length: number, least = length): WordRuns {
  const indexes = texts.map(wordsOf).flatMap((words) => {
    const size = Math.min(length, words.count)
    return size < least ? [] : [indexOf(words, size)]
  })
  return { in: (text) => merged(indexes.flatMap((index) => runsIn(text, index))) }
}

interface Index {
  readonly words: TextWords
  readonly size: number
  /** By the hash of `size` words, where they begin; further places with one hash follow by `next`. */
  readonly places: ReadonlyMap<number, number>
  readonly next: Int32Array
}

const base = 0x5bd1e995

function indexOf(words: TextWords, size: number): Index {
  const places = new Map<number, number>()
  const next = new Int32Array(words.count).fill(-1)
  eachShingle(words, size, (hash, first) => {
    const before = places.get(hash)
    // A text that repeats itself has the same words at many places: some are enough.
    if (before !== undefined && same(words, before, words, first, size)) return
    next[first] = before ?? -1
    places.set(hash, first)
  })
  return { words, size, places, next }
}

function runsIn(text: TextWords, { words, size, places, next }: Index): readonly WordRun[] {
  const runs: WordRun[] = []
  let reached = 0
  eachShingle(text, size, (hash, first) => {
    if (first + size <= reached) return
    for (let place = places.get(hash) ?? -1; place >= 0; place = next[place] ?? -1) {
      if (!same(text, first, words, place, size)) continue
      let end = size
      while (
        first + end < text.count &&
        place + end < words.count &&
        text.hashes[first + end] === words.hashes[place + end]
      )
        end += 1
      runs.push({ first, last: first + end })
      reached = first + end
      return
    }
  })
  return runs
}

/** The polynomial hash of each `size` words that follow each other (Karp and Rabin, 1987). */
function eachShingle(words: TextWords, size: number, visit: (hash: number, first: number) => void): void {
  let power = 1
  for (let index = 1; index < size; index++) power = Math.imul(power, base)
  let hash = 0
  for (let index = 0; index < words.count; index++) {
    if (index >= size) hash = (hash - Math.imul(words.hashes[index - size] ?? 0, power)) | 0
    hash = (Math.imul(hash, base) + (words.hashes[index] ?? 0)) | 0
    if (index >= size - 1) visit(hash, index - size + 1)
  }
}

function same(a: TextWords, firstOfA: number, b: TextWords, firstOfB: number, size: number): boolean {
  for (let index = 0; index < size; index++) {
    if (a.hashes[firstOfA + index] !== b.hashes[firstOfB + index]) return false
  }
  return true
}

/** Runs that touch or overlap are one. */
function merged(runs: readonly WordRun[]): readonly WordRun[] {
  if (runs.length < 2) return runs
  const result: WordRun[] = []
  for (const run of [...runs].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1)
    if (before === undefined || run.first > before.last) result.push(run)
    else result[result.length - 1] = { first: before.first, last: Math.max(before.last, run.last) }
  }
  return result
}

/** A run in pieces of `size` words, the last up to twice as long: so the end of a text says nothing of where they begin. */
export function piecesOf({ first, last }: WordRun, size: number): readonly WordRun[] {
  const pieces: WordRun[] = []
  for (let at = first; at < last; at += size) {
    const isLast = last - at < 2 * size
    pieces.push({ first: at, last: isLast ? last : at + size })
    if (isLast) break
  }
  return pieces
}
