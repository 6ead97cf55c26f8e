import { wordFinder } from '../../../core/text/word-finder.ts'
import type { HarmExpression } from './harm-rule.ts'

/**
 * Which expressions are worth running on a sentence: those of which it has all that they need, an act and what it is done to. One
 * pass over the sentence tells it for all of them, and of most sentences that nothing has to be run.
 */
export function runnableOf(
  expressions: readonly HarmExpression[],
): (sentence: string) => (one: HarmExpression) => boolean {
  const numbers = new Map<string, number>()
  const setsWith = new Map<string, number[]>()
  const numberOf = (words: readonly string[]): number => {
    const key = words.join('\n')
    const known = numbers.get(key)
    if (known !== undefined) return known
    const number = numbers.size
    numbers.set(key, number)
    for (const word of words) {
      const sets = setsWith.get(word)
      if (sets === undefined) setsWith.set(word, [number])
      else sets.push(number)
    }
    return number
  }
  const setsOf = new Map(expressions.map((one) => [one, one.needs.map(numberOf)]))
  const find = wordFinder([...setsWith.keys()])
  return (sentence) => {
    const met = new Uint8Array(numbers.size)
    for (const word of find(sentence)) for (const number of setsWith.get(word) ?? []) met[number] = 1
    return (one) => setsOf.get(one)?.every((number) => met[number] === 1) === true
  }
}
