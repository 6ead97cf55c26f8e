import type { HarmExpression, HarmRule } from './harm-rule.ts'

/**
 * Which expressions of a rule are worth running on a sentence: those of which it may have all that they need, an act and what it is
 * done to. What three characters stand side by side in the sentence is noted once, and of a word all its threes have to be among
 * them; so of most sentences nothing has to be run, and no word is looked for in them.
 */
export function runnableOf(
  rules: readonly HarmRule[],
): (sentence: string) => (rule: HarmRule) => readonly HarmExpression[] {
  const sets = new Map<string, NeededSet>()
  const known = new Map(
    rules.map((rule) => [
      rule,
      rule.harm.map((one) => ({ one, needs: [...one.needs].sort(byRarity).map((words) => setOf(words, sets)) })),
    ]),
  )
  const threes = new Uint8Array(1 << 15)
  let reading = 0
  return (sentence) => {
    // A mark of its own for each sentence: then nothing has to be wiped but now and then.
    reading = reading === 255 ? 1 : reading + 1
    if (reading === 1) {
      threes.fill(0)
      for (const set of sets.values()) set.readIn = 0
    }
    const now = reading
    note(sentence, threes, now)
    const isMet = (set: NeededSet): boolean => {
      if (set.readIn !== now) {
        set.readIn = now
        set.isMet = isAnyIn(set, threes, now)
      }
      return set.isMet
    }
    return (rule) => {
      const runnable: HarmExpression[] = []
      for (const { one, needs } of known.get(rule) ?? []) if (needs.every(isMet)) runnable.push(one)
      return runnable
    }
  }
}

/** Of its words one has to stand in a sentence. */
interface NeededSet {
  /** The first three of each word: most are not there, and then its others need no look. */
  readonly firsts: Uint16Array
  readonly words: readonly (readonly number[])[]
  /** The sentence for which `isMet` was found out. */
  readIn: number
  isMet: boolean
}

function setOf(words: readonly string[], sets: Map<string, NeededSet>): NeededSet {
  const key = words.join('\n')
  let set = sets.get(key)
  if (set === undefined) {
    const all = words.map(threesOf)
    set = { firsts: Uint16Array.from(all, ([first = 0]) => first), words: all, readIn: 0, isMet: false }
    sets.set(key, set)
  }
  return set
}

function isAnyIn({ firsts, words }: NeededSet, threes: Uint8Array, mark: number): boolean {
  for (let index = 0; index < firsts.length; index++) {
    if (threes[firsts[index] ?? 0] === mark && words[index]?.every((three) => threes[three] === mark) === true)
      return true
  }
  return false
}

/** Few and long words are met least, and so asked for first. */
function byRarity(one: readonly string[], other: readonly string[]): number {
  return commonness(one) - commonness(other)
}

function commonness(words: readonly string[]): number {
  return words.reduce((sum, { length }) => sum + 1 / length ** 3, 0)
}

/** Five bits of each character, which a letter shares with its capital. */
function note(text: string, threes: Uint8Array, mark: number): void {
  let key = 0
  for (let index = 0; index < text.length; index++) {
    key = ((key << 5) | (text.charCodeAt(index) & 31)) & 0x7fff
    if (index > 1) threes[key] = mark
  }
}

function threesOf(word: string): readonly number[] {
  return Array.from({ length: word.length - 2 }, (_, start) =>
    [0, 1, 2].reduce((key, step) => (key << 5) | (word.charCodeAt(start + step) & 31), 0),
  )
}
