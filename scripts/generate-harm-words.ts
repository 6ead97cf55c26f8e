/**
 * Writes the words that the expressions of harmful-content need. To read them from the expressions takes half a second, which no
 * start of the gateway has to spend.
 */
import { aGroup, group } from '../src/catalog/detectors/harmful-content/groups.ts'
import { harmRules } from '../src/catalog/detectors/harmful-content/rules.ts'
import { allNeededWords, type NeededWord } from '../src/core/text/needed-words.ts'
import type { GeneratedFile } from './generated-file.ts'
import { wordFrequencies } from './word-frequencies.generated.ts'

/** In a million words. */
const rare = 40
const mostPhrases = 40
const mostCommon = 1500

/** What else an expression needs is hardly ever missing where these stand. */
const mostSets = 4

export async function generate(): Promise<readonly GeneratedFile[]> {
  const sets = new Map<string, number>()
  const rows = harmRules.flatMap(({ harm }) =>
    harm.map(({ source }) => needsOf(source).map((set) => numberOf(set, sets))),
  )
  const content = `/** Written by scripts/generate-harm-words.ts. Do not edit. */

/** Words in lower case of which one is needed; \`<\`: a word begins there. */
export const neededSets: readonly string[] = ${JSON.stringify([...sets.keys()], undefined, 1)}

/** Of each expression, in the order of the rules: the sets it needs, the rarest first. */
export const neededBy: readonly (readonly number[])[] = [
${rows.map((numbers) => ` [${numbers.join(', ')}],`).join('\n')}
]

/** Each of these words by itself. */
export const neededStems =
  '${stemsOf([...sets.keys()]).join(' ')}'
`
  return [{ path: 'src/catalog/detectors/harmful-content/needed-words.generated.ts', content }]
}

/** Shorter ones stand at the end of a line and at the beginning of the next by chance, as do the most common. */
function stemsOf(sets: readonly string[]): readonly string[] {
  const parts = sets.flatMap((set) => set.replace(/[<^>]/g, '').split(/[| ]/))
  const common = new Set(frequencies.filter(([, often]) => often > mostCommon).map(([word]) => word))
  return [...new Set(parts.filter((part) => /^[a-z]{4,}$/.test(part) && !common.has(part)))].sort()
}

function needsOf(source: string): readonly string[] {
  // Marks stand for words; and of the ways of Unicode to write a letter, views leave one.
  const written = source.replaceAll(aGroup, group).replace(/_(?:\{2,\}|[m0]\+_)/g, String.raw`\w+`)
  const sets = allNeededWords({ source: written, flags: 'i' }, commonness).filter((words) => words.every(isLong))
  if (sets.length === 0) throw new Error(`There is no word to look for of ${source}`)
  return sets
    .slice(0, mostSets)
    .map((words) => [...new Set((words.length > mostPhrases ? words.map(rarestPart) : words).map(keyOf))].join('|'))
}

/** Where there are many, one rare word of several says about as much, and is the same in many of them. */
function rarestPart(one: NeededWord): NeededWord {
  const parts = one.word.trim().split(' ')
  const alone = parts.map((word, index) => ({
    word,
    begins: index > 0 || one.begins || one.word.startsWith(' '),
    ends: index < parts.length - 1 || one.ends || one.word.endsWith(' '),
  }))
  const [rarest] = alone.filter(isLong).sort((first, second) => commonnessOf(first) - commonnessOf(second))
  return rarest !== undefined && commonnessOf(rarest) < rare ? rarest : one
}

/** Two ideographs say as much as a word. */
function isLong({ word }: NeededWord): boolean {
  return word.length > (/^[\u2e80-\u9fff]+$/.test(word) ? 1 : 2)
}

function keyOf({ word, begins, ends }: NeededWord): string {
  const bare = word.trimStart().length < 3 ? word : word.trimStart()
  const isBeginning = bare === word ? begins && !word.startsWith(' ') : true
  const from = rarestFour(bare)
  return `${isBeginning ? '<' : ''}${bare.slice(0, from)}${from > 0 ? '^' : ''}${bare.slice(from)}${ends ? '>' : ''}`
}

/** Four characters in two words may be any. */
const inTwoWords = 3000

function rarestFour(word: string): number {
  let rarest = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at <= word.length - 4; at++) {
    const four = word.slice(at, at + 4)
    const often = (fours.get(four) ?? 0) + (/\S \S/.test(four) ? inTwoWords : 0)
    if (often >= least) continue
    least = often
    rarest = at
  }
  return rarest
}

function numberOf(set: string, sets: Map<string, number>): number {
  const number = sets.get(set) ?? sets.size
  sets.set(set, number)
  return number
}

/** About how often one of them stands among a million words. */
function commonness(words: readonly NeededWord[]): number {
  return words.reduce((sum, one) => sum + (isLong(one) ? commonnessOf(one) : Number.POSITIVE_INFINITY), 0)
}

const frequencies = wordFrequencies
  .trim()
  .split(/,\s+/)
  .map((entry) => entry.split(' '))
  .map(([word = '', often]) => [word, Number(often)] as const)
const fours = new Map<string, number>()
for (const [word, often] of frequencies) {
  const padded = ` ${word} `
  for (let at = 0; at <= padded.length - 4; at++) {
    const four = padded.slice(at, at + 4)
    fours.set(four, (fours.get(four) ?? 0) + often)
  }
}
const known = new Map<string, number>()

/** Of several words in a row the least common counts, and each other makes it rarer. */
function commonnessOf({ word, begins, ends: isEnd }: NeededWord): number {
  const key = `${begins} ${word}${isEnd}`
  let sum = known.get(key)
  if (sum === undefined) {
    const parts = word.trim().split(' ')
    const ends = parts.length - (isEnd || word.endsWith(' ') ? 0 : 1)
    sum = parts.reduce(
      (least, part, index) => Math.min(least, ofPart(part, begins || index > 0, (begins || index > 0) && index < ends)),
      Number.POSITIVE_INFINITY,
    )
    sum *= 0.3 ** (parts.length - 1)
    known.set(key, sum)
  }
  return sum
}

/** What is in no list is rare, and the rarer the longer. Of `don't` the list has `don`. */
function ofPart(part: string, begins: boolean, isWhole: boolean): number {
  const [stem = ''] = part.split(/['’-]/)
  const isStem = isWhole || stem !== part
  let sum = 100 / Math.max(1, part.length) ** 2
  for (const [word, often] of frequencies)
    if (isStem ? word === stem : begins ? word.startsWith(part) : word.includes(part)) sum += often
  return sum
}
