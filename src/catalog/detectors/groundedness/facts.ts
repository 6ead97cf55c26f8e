import type { Span } from '../../../core/inspection/detection.ts'
import { wordsOf } from '../../../core/text/words.ts'
import { withoutCitations } from './citations.ts'

export interface Sentence extends Span {
  readonly text: string
  /** What carries meaning, as stems. */
  readonly stems: readonly string[]
  /** As they compare: `1,200.50` is `1200.5`, `seven` is `7`. */
  readonly numbers: readonly string[]
  /** Names: words with a capital inside of a sentence. */
  readonly names: readonly string[]
  readonly isNegated: boolean
}

const maxSentence = 1000
const end = /[.!?…]["'”’)\]]{0,2}(?=\s|$)|[。！？]|\n/g
const abbreviation = /(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|Inc|Ltd|Co|Jr|Sr|approx|Fig|U\.S|[A-Z]))\.$/

export function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = []
  let start = 0
  const add = (stop: number): void => {
    for (let from = start; from < stop; from += maxSentence) {
      const piece = text.slice(from, Math.min(stop, from + maxSentence))
      const lead = piece.length - piece.trimStart().length
      const trimmed = piece.trim()
      if (trimmed !== '') sentences.push(sentence(trimmed, from + lead))
    }
    start = stop
  }
  for (const match of text.matchAll(end)) {
    const stop = match.index + match[0].length
    if (match[0].startsWith('.') && abbreviation.test(text.slice(Math.max(start, stop - 12), stop))) continue
    add(stop)
  }
  add(text.length)
  return sentences
}

function sentence(text: string, start: number): Sentence {
  const said = withoutCitations(text)
  const stems = wordsOf(said)
    .filter(({ text: word, isFiller }) => !isFiller && !common.has(word) && !/^\d/.test(word))
    .map(({ stem }) => stem)
  return {
    text,
    start,
    end: start + text.length,
    stems,
    numbers: numbersIn(said),
    names: namesIn(said),
    isNegated: negation.test(text),
  }
}

const negation =
  /\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|forbidden|prohibited|banned)\b|n['’]t\b|\b(?:nicht|kein\w{0,2}|nie|ne\s\S{1,30}\spas|jamais|nunca|ningun\w|não|non|mai)\b/i
const spelled = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, value) => [word, String(value)] as const),
)

export function numbersIn(text: string): readonly string[] {
  const found = (text.match(/\d[\d,.’]{0,30}\d|\d/g) ?? []).map((piece) => {
    const plain = /^\d{1,3}(?:[,.’]\d{3})+$/.test(piece)
      ? piece.replaceAll(/[,.’]/g, '')
      : piece.replaceAll(/[,’]/g, '')
    const value = Number(plain)
    return Number.isFinite(value) ? String(value) : plain
  })
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const value = spelled.get(word)
    // `one` is a pronoun as often as a number.
    if (value !== undefined && word !== 'one') found.push(value)
  }
  return found
}

function namesIn(text: string): readonly string[] {
  const names: string[] = []
  for (const match of text.matchAll(/(?<=[\p{L}\d,;:)"”’]\s{1,2}|["“(])\p{Lu}[\p{L}\p{M}’'-]{1,40}/gu)) {
    const name = match[0].replace(/['’]s$/, '')
    if (!capitals.has(name.toLowerCase())) names.push(name.toLowerCase())
  }
  return names
}

/** Written with a capital, and no names. */
const capitals: ReadonlySet<string> = new Set(
  "i i'm i'll i've the a an this that it he she they we you in on at according however".split(' '),
)
const common: ReadonlySet<string> = new Set(
  'was were has have had he she they them his her their you your as by with from or but if then than so such which who whom whose what when where while can could will would should may might must also about into over after before between during more most other some any all each both only very been being not no never according text document says state these those there here up out one'.split(
    ' ',
  ),
)
