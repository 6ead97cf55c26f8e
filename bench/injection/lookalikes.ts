/** Attacks are copied from collection to collection: what resembles a text that is held out is left out of training too. */
import type { PublicSample } from './public-samples.ts'

const shingleSize = 5
/** Of a text's runs of five words, how many may stand in a text that is held out. */
const mostShared = 0.15

/** The texts without those attacks that share much with one of `held`. Texts that are no attacks stay. */
export function withoutLookalikes(
  texts: readonly PublicSample[],
  held: readonly PublicSample[],
): readonly PublicSample[] {
  const known = new Set<string>()
  for (const { text } of held) for (const shingle of shinglesOf(text)) known.add(shingle)
  return texts.filter(({ text, isAttack }) => {
    if (!isAttack) return true
    const shingles = shinglesOf(text)
    return shingles.filter((shingle) => known.has(shingle)).length <= mostShared * shingles.length
  })
}

function shinglesOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  if (words.length <= shingleSize) return [words.join(' ')]
  return words.slice(shingleSize - 1).map((_, index) => words.slice(index, index + shingleSize).join(' '))
}
