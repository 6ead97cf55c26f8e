import { numbersIn, type Sentence, sentencesOf } from './facts.ts'

export interface Support {
  /** Share of what the sentence says that one place of the sources says too, by how rare the words are there. */
  readonly overlap: number
  readonly missingNumbers: readonly string[]
  /** Numbers that stand in the sources, and not where the rest of the sentence does. */
  readonly strayNumbers: readonly string[]
  readonly missingNames: readonly string[]
  readonly isNegatedOtherwise: boolean
}

const maxSources = 400_000

/** What the sources say, made ready for many sentences. A place is a sentence with its neighbours. */
export function supportOf(sources: readonly string[], question: string): (claim: Sentence) => Support {
  const text = sources.join('\n').slice(0, maxSources)
  const sentences = sentencesOf(text)
  const places = new Map<string, number[]>()
  for (const [index, { stems }] of sentences.entries()) {
    for (const stem of new Set(stems)) {
      const at = places.get(stem)
      if (at === undefined) places.set(stem, [index])
      else at.push(index)
    }
  }
  const weightOf = (stem: string): number => Math.log(1 + sentences.length / (0.5 + (places.get(stem)?.length ?? 0)))
  const allNumbers = new Set([...sentences.flatMap(({ numbers }) => numbers), ...numbersIn(question)])
  const lower = `${text} ${question}`.toLowerCase()
  const sourceWords = new Set(lower.match(/[\p{L}\p{M}’'-]+/gu) ?? [])
  const hasName = (name: string): boolean =>
    sourceWords.has(name) || sourceWords.has(`${name}'s`) || lower.includes(name)

  return (claim) => {
    const stems = [...new Set(claim.stems)]
    const total = stems.reduce((sum, stem) => sum + weightOf(stem), 0)
    const scores = new Map<number, number>()
    for (const stem of stems) {
      const at = places.get(stem) ?? []
      // A word of every sentence tells no place from another.
      if (at.length > 2000) continue
      for (const index of at) scores.set(index, (scores.get(index) ?? 0) + weightOf(stem))
    }
    const ranked = [...scores].sort((a, b) => b[1] - a[1]).slice(0, 8)
    const best = ranked[0]?.[0]
    const near = new Set(ranked.slice(0, 3).flatMap(([index]) => [index - 1, index, index + 1]))
    const nearby = [...near].flatMap((index) => sentences[index] ?? [])
    const nearStems = new Set(nearby.flatMap(({ stems: these }) => these))
    const covered = stems.reduce((sum, stem) => sum + (nearStems.has(stem) ? weightOf(stem) : 0), 0)
    const nearNumbers = new Set([...nearby.flatMap(({ numbers }) => numbers), ...numbersIn(question)])
    const bestOverlap = total === 0 ? 0 : (ranked[0]?.[1] ?? 0) / total
    return {
      overlap: total === 0 ? 1 : covered / total,
      missingNumbers: claim.numbers.filter((number) => !allNumbers.has(number)),
      strayNumbers: claim.numbers.filter((number) => allNumbers.has(number) && !nearNumbers.has(number)),
      missingNames: claim.names.filter((name) => !hasName(name)),
      isNegatedOtherwise: best !== undefined && bestOverlap >= 0.6 && sentences[best]?.isNegated !== claim.isNegated,
    }
  }
}
