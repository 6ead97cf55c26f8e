import { plain, wordsOf } from '../../../core/text/words.ts'
import {
  courtesyPattern,
  directions,
  identifierPattern,
  namePattern,
  negatingPrefix,
  negations,
  numberPattern,
  persons,
  questionWords,
  quotePattern,
  spelledPattern,
  unitPattern,
  weakWords,
} from './guard-patterns.ts'

/** What two questions must have in common to have one answer, whatever their vectors say. */
export interface GuardFacts {
  /** Negation, numbers, names, dates, units, identifiers, quotes, question words and persons. Equal, or no hit. */
  readonly signature: string
  /** Stems of the words that say what is asked, each once, in order. */
  readonly words: ReadonlySet<string>
}

export function guardFacts(text: string): GuardFacts {
  const even = text.normalize('NFKC')
  const asked = even.replace(courtesyPattern, '')
  const lower = plain(asked)
  const words = wordsOf(asked)
  const all = words.map((word) => word.text)
  const signature = JSON.stringify([
    all
      .filter((word) => negations.has(word) || negatingPrefix.test(word))
      .map((word) => (word === 'no' ? 'not' : word)),
    even.match(numberPattern)?.map(numberText) ?? [],
    lower.match(spelledPattern) ?? [],
    lower.match(unitPattern) ?? [],
    namesIn(even),
    even.match(identifierPattern) ?? [],
    even.match(quotePattern) ?? [],
    distinct(all.filter((word) => questionWords.has(word))),
    distinct(all.flatMap((word) => persons.get(word) ?? [])),
    all.filter((word) => directions.has(word)),
  ])
  const isSaid = (word: string): boolean => !questionWords.has(word) && !weakWords.has(word)
  const said = words.filter((word) => !word.isFiller && isSaid(word.text) && !/^\p{N}+$/u.test(word.text))
  return { signature, words: new Set(said.map(({ stem }) => stem)) }
}

/**
 * Whether two questions with one signature are two all the same: one has a word in place of another's in a frame that both share
 * (`translate cat`, `translate dog`), however long the frame is, or says the shared words in another order.
 */
export function isOther(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const shared = [...a].filter((word) => b.has(word))
  if (shared.length < a.size && shared.length < b.size && shared.length * 3 >= Math.min(a.size, b.size)) return true
  return [...b].filter((word) => a.has(word)).some((word, index) => word !== shared[index])
}

function numberText(number: string): string {
  return number.replaceAll(/\s/g, '').replaceAll(/(?<=\d),(?=\d{3}(?:\D|$))/g, '')
}

/** Words with a capital where no sentence begins, and whole words of capitals. */
function namesIn(text: string): readonly string[] {
  const names: string[] = []
  for (const { groups } of text.matchAll(namePattern)) {
    const { before = '', name = '' } = groups ?? {}
    const isStart = before === '' || /^[.!?:\n"]/.test(before)
    if (/^I(?:['\u2019]\w+)?$/.test(name) || (isStart && !/^\p{Lu}{2}/u.test(name))) continue
    names.push(name.replace(/['\u2019]s$/, ''))
  }
  return names
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort()
}
