import type { Evidence, Span } from '../../../core/inspection/detection.ts'
import { numbersIn, type Sentence, sentencesOf } from './facts.ts'
import { opposed } from './opposites.ts'
import { searchIn } from './search-in.ts'

export interface Support {
  /** Share of what the sentence says that one place of the sources says too, by how rare the words are there. */
  readonly overlap: number
  readonly missingNumbers: readonly string[]
  /** Numbers that stand in the sources, and not where the rest of the sentence does. */
  readonly strayNumbers: readonly string[]
  readonly missingNames: readonly string[]
  readonly isNegatedOtherwise: boolean
  /** The place that says most of it; absent: none says a word of it. */
  readonly nearest?: Evidence
}

const maxSources = 400_000
/** A word of every sentence tells no place from another. */
const mostPlaces = 2000
/** So many places of its words are looked at for a sentence, and so many for each of its characters: the rarest words first. */
const fewestLooks = mostPlaces
const looksPerCharacter = 64
const nearest = 3

const inItsWords: Support = {
  overlap: 1,
  missingNumbers: [],
  strayNumbers: [],
  missingNames: [],
  isNegatedOtherwise: false,
}

function isDenied(claim: Sentence, source: Pick<Sentence, 'text' | 'isNegated'>): boolean {
  const isOpposed = opposed(claim.text, source.text)
  // Who says "open" where the source says "not closed" says the same.
  return claim.isNegated === source.isNegated ? isOpposed : !isOpposed
}

function placesIn(sources: readonly string[]): (span: Span) => Evidence {
  const starts: number[] = []
  let from = 0
  for (const source of sources) {
    starts.push(from)
    from += source.length + 1
  }
  return ({ start, end }) => {
    const source = starts.findLastIndex((at) => at <= start)
    const begin = starts[source] ?? 0
    return { source, start: start - begin, end: Math.min(end - begin, sources[source]?.length ?? 0) }
  }
}

/** What the sources say, made ready for many texts and their sentences. A place is a sentence with its neighbours. */
export function supportOf(sources: readonly string[], question: string): () => (claim: Sentence) => Support {
  const text = sources.join('\n').slice(0, maxSources)
  const placeOf = placesIn(sources)
  const sentences = sentencesOf(text).map((one) => ({
    text: one.text,
    start: one.start,
    end: one.end,
    isNegated: one.isNegated,
    stems: new Set(one.stems),
    numbers: new Set(one.numbers),
  }))
  const said = new Set(sentences.map((one) => one.text))
  const places = new Map<string, number[]>()
  for (const [index, { stems }] of sentences.entries()) {
    for (const stem of stems) {
      const at = places.get(stem)
      if (at === undefined) places.set(stem, [index])
      else at.push(index)
    }
  }
  const placesOf = (stem: string): readonly number[] => places.get(stem) ?? []
  const weightOf = (stem: string): number => Math.log(1 + sentences.length / (0.5 + placesOf(stem).length))
  const asked = new Set(numbersIn(question))
  const allNumbers = sentences.reduce((all, { numbers }) => all.union(numbers), new Set<string>()).union(asked)
  const lower = `${text} ${question}`.toLowerCase()
  const sourceWords = new Set(lower.match(/[\p{L}\p{M}’'-]+/gu) ?? [])
  // Of all places, zero but while a sentence is looked at: a list that is made for each would cost as much as the sources are long.
  const scores = new Float64Array(sentences.length)

  /** The places that say most of it, the best first. */
  function ranked(
    stems: readonly string[],
    length: number,
  ): readonly { readonly index: number; readonly score: number }[] {
    const reached: number[] = []
    for (const stem of affordable(stems, placesOf, Math.max(fewestLooks, looksPerCharacter * length))) {
      const weight = weightOf(stem)
      for (const index of placesOf(stem)) {
        if (scores[index] === 0) reached.push(index)
        scores[index] = (scores[index] ?? 0) + weight
      }
    }
    const best: { index: number; score: number }[] = []
    for (const index of reached) {
      const score = scores[index] ?? 0
      scores[index] = 0
      const rank = best.findIndex((one) => score > one.score)
      if (rank >= 0) best.splice(rank, 0, { index, score })
      else if (best.length < nearest) best.push({ index, score })
      if (best.length > nearest) best.pop()
    }
    return best
  }

  function supportFor(claim: Sentence, isSaid: (name: string) => boolean): Support {
    if (said.has(claim.text)) return inItsWords
    const stems = [...new Set(claim.stems)]
    const total = stems.reduce((sum, stem) => sum + weightOf(stem), 0)
    const best = ranked(stems, claim.end - claim.start)
    const near = new Set(best.flatMap(({ index }) => [index - 1, index, index + 1]))
    const nearby = [...near].flatMap((index) => sentences[index] ?? [])
    const isNear = (stem: string): boolean => nearby.some((one) => one.stems.has(stem))
    const covered = stems.reduce((sum, stem) => sum + (isNear(stem) ? weightOf(stem) : 0), 0)
    const isNumberNear = (number: string): boolean =>
      asked.has(number) || nearby.some(({ numbers }) => numbers.has(number))
    const hasName = (name: string): boolean => sourceWords.has(name) || sourceWords.has(`${name}'s`) || isSaid(name)
    const [first] = best
    const place = first === undefined ? undefined : sentences[first.index]
    const bestOverlap = total === 0 ? 0 : (first?.score ?? 0) / total
    return {
      overlap: total === 0 ? 1 : covered / total,
      missingNumbers: claim.numbers.filter((number) => !allNumbers.has(number)),
      strayNumbers: claim.numbers.filter((number) => allNumbers.has(number) && !isNumberNear(number)),
      missingNames: claim.names.filter((name) => !hasName(name)),
      isNegatedOtherwise: place !== undefined && bestOverlap >= 0.6 && isDenied(claim, place),
      ...(place === undefined ? {} : { nearest: placeOf(place) }),
    }
  }
  return () => {
    const isSaid = searchIn(lower)
    return (claim) => supportFor(claim, isSaid)
  }
}

/** In their order; of too many those with the fewest places. */
function affordable(
  stems: readonly string[],
  placesOf: (stem: string) => readonly number[],
  most: number,
): readonly string[] {
  const telling = stems.filter((stem) => placesOf(stem).length <= mostPlaces)
  const looks = (some: readonly string[]): number => some.reduce((sum, stem) => sum + placesOf(stem).length, 0)
  if (looks(telling) <= most) return telling
  let spent = 0
  return telling
    .toSorted((a, b) => placesOf(a).length - placesOf(b).length)
    .filter((stem) => {
      spent += placesOf(stem).length
      return spent <= most
    })
}
