import { wordFinder } from '../../../core/text/word-finder.ts'
import type { HarmExpression, HarmRule } from './harm-rule.ts'
import { neededBy, neededSets } from './needed-words.generated.ts'
import { isInSamePieces, type Piece, piecesAround } from './sentences.ts'
import { createThrees, type NotedWord, notedWord, type Threes } from './threes.ts'

/** A sentence, and of each rule the expressions that are worth running on it. */
export interface Suspect {
  readonly piece: Piece
  readonly sentence: string
  readonly runnable: ReadonlyMap<HarmRule, readonly HarmExpression[]>
}

/** An expression that may match around its rarest word, where all others that it needs stand in the same sentence. */
interface Candidate {
  readonly order: number
  readonly rule: HarmRule
  readonly one: HarmExpression
  readonly others: readonly NeededSet[]
}

/** Read when they are first asked for: most never are. */
interface NeededSet {
  readonly listed: string
  words?: readonly NotedWord[]
}

interface Place {
  /** It stands there only where a word begins, or ends. */
  readonly begins: boolean
  readonly ends: boolean
  readonly candidates: Candidate[]
}

/**
 * Finds the sentences that any expression may match: one pass over a text looks for the rarest word that each needs, an act or what
 * it is done to, and only around those the others are looked for. In most texts no expression has to be run.
 */
export function suspectFinder(
  rules: readonly HarmRule[],
): (text: string, wanted: ReadonlySet<HarmRule>) => Iterable<Suspect> {
  const { ofWords, lookUpFrom } = indexOf(rules)
  const words = [...ofWords.keys()]
  const places = wordFinder(
    words.filter(({ length }) => length > 2),
    (word) => lookUpFrom.get(word) ?? 0,
  )
  const ideographs = words.filter(({ length }) => length < 3)
  const threes = createThrees()

  return (text, wanted) => {
    let pieces: Map<number, SuspectPiece> | undefined
    let around: readonly SuspectPiece[] = []
    /** Of the word that it was found for. */
    let before = 0
    const add = (word: string, at: number): void => {
      const isBehind = isLetter(text, at - 1)
      const isBefore = isLetter(text, at + word.length)
      for (const { begins, ends, candidates } of ofWords.get(word) ?? []) {
        if ((begins && isBehind) || (ends && isBefore)) continue
        if (around.length === 0 || !isInSamePieces(text, around, before, at)) {
          pieces ??= new Map()
          around = suspectPieces(text, at, pieces)
        }
        before = at
        for (const piece of around) if (!piece.candidates.includes(candidates)) piece.candidates.push(candidates)
      }
    }
    places(text, add)
    // The finder tells no places of words of two characters.
    if (/[\u2e80-\u9fff]/.test(text))
      for (const word of ideographs)
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) add(word, at)
    return pieces === undefined ? [] : suspectsAmong(pieces.values(), text, wanted)
  }

  function* suspectsAmong(
    pieces: Iterable<SuspectPiece>,
    text: string,
    wanted: ReadonlySet<HarmRule>,
  ): Iterable<Suspect> {
    for (const piece of pieces) {
      const sentence = text.slice(piece.start, piece.end)
      threes.note(sentence)
      let able: Set<Candidate> | undefined
      for (const candidates of piece.candidates) {
        for (const candidate of candidates) {
          if (!wanted.has(candidate.rule) || !hasAll(candidate.others, threes)) continue
          able ??= new Set()
          able.add(candidate)
        }
      }
      if (able !== undefined) yield { piece, sentence, runnable: byRule(able) }
    }
  }
}

interface SuspectPiece extends Piece {
  /** Those of each word that stands there. */
  readonly candidates: (readonly Candidate[])[]
}

function suspectPieces(text: string, at: number, known: Map<number, SuspectPiece>): readonly SuspectPiece[] {
  return piecesAround(text, at).map(({ start, end }) => {
    const piece = known.get(start) ?? { start, end, candidates: [] }
    known.set(start, piece)
    return piece
  })
}

function hasAll(sets: readonly NeededSet[], threes: Threes): boolean {
  for (const set of sets) {
    set.words ??= set.listed.split('|').map((word) => notedWord(bare(word)))
    if (!threes.hasAny(set.words)) return false
  }
  return true
}

function byRule(candidates: ReadonlySet<Candidate>): ReadonlyMap<HarmRule, readonly HarmExpression[]> {
  const runnable = new Map<HarmRule, HarmExpression[]>()
  for (const { rule, one } of [...candidates].sort((first, second) => first.order - second.order)) {
    const expressions = runnable.get(rule)
    if (expressions === undefined) runnable.set(rule, [one])
    else expressions.push(one)
  }
  return runnable
}

interface Index {
  readonly ofWords: ReadonlyMap<string, readonly Place[]>
  readonly lookUpFrom: ReadonlyMap<string, number>
}

function indexOf(rules: readonly HarmRule[]): Index {
  const ofWords = new Map<string, Place[]>()
  const lookUpFrom = new Map<string, number>()
  // Many expressions need the same words.
  const sets: readonly NeededSet[] = neededSets.map((listed) => ({ listed }))
  let order = 0
  for (const rule of rules) {
    for (const one of rule.harm) {
      const [rarest, ...others] = (neededBy[order] ?? []).flatMap((set) => sets[set] ?? [])
      const candidate = { order: order++, rule, one, others }
      for (const word of rarest?.listed.split('|') ?? []) {
        const begins = word.startsWith('<')
        const ends = word.endsWith('>')
        const key = bare(word)
        lookUpFrom.set(key, Math.max(0, word.indexOf('^') - (begins ? 1 : 0)))
        const places = ofWords.get(key) ?? []
        ofWords.set(key, places)
        const place = places.find((other) => other.begins === begins && other.ends === ends)
        if (place === undefined) places.push({ begins, ends, candidates: [candidate] })
        else place.candidates.push(candidate)
      }
    }
  }
  return { ofWords, lookUpFrom }
}

function bare(word: string): string {
  return /[<^>]/.test(word) ? word.replace(/[<^>]/g, '') : word
}

/** Of ASCII: `nobody` has no body. Behind a digit some expressions take a word for one. */
function isLetter(text: string, at: number): boolean {
  const unit = at < 0 || at >= text.length ? 0x20 : text.charCodeAt(at) | 0x20
  return unit >= 0x61 && unit <= 0x7a
}
