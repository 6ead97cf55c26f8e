import { type Embedder, normalised } from '../../core/model/embedder.ts'
import { wordsOf } from '../../core/text/words.ts'

const id = 'lexical-1'
const dimensions = 4096

/**
 * Words, pairs of words and triples of letters, hashed into a vector (feature hashing with signs: Weinberger et al., 2009).
 * Needs no model, knows no synonyms: close means that nearly the same words stand there.
 */
export const lexical = {
  id,
  dimensions,
  embed: (texts) => Promise.resolve({ by: id, vectors: texts.map(lexicalVector) }),
  embedNow: lexicalVector,
} as const satisfies Embedder

function lexicalVector(text: string): Float32Array {
  const vector = new Float32Array(dimensions)
  let before = ''
  for (const { stem, isFiller } of wordsOf(text)) {
    add(vector, `w ${stem}`, isFiller ? weights.filler : weights.word)
    if (isFiller) continue
    add(vector, `p ${before} ${stem}`, weights.pair)
    before = stem
    for (let at = -1; at < stem.length - 1; at++) {
      add(vector, `t ${at < 0 ? '^' : ''}${stem.slice(Math.max(at, 0), at + 3)}`, weights.letters)
    }
  }
  return normalised(vector)
}

const weights = { word: 1, filler: 0.2, pair: 0.6, letters: 0.3 }

function add(vector: Float32Array, feature: string, weight: number): void {
  // FNV-1a, with a last mix so that its low bits depend on all of the text.
  let hash = 0x811c9dc5
  for (let index = 0; index < feature.length; index++) hash = Math.imul(hash ^ feature.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  const place = (hash >>> 1) & (dimensions - 1)
  vector[place] = (vector[place] ?? 0) + (hash & (1 << 20) ? weight : -weight)
}
