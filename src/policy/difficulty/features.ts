import type { RequestFacts } from '../../core/calls/route-plan.ts'
import { wordsOf } from '../../core/text/words.ts'
import { kindsOfStem, type WordKind, wordKinds } from './words.ts'

/** What of a request a model's chance to answer it well is told from. */
export type Asked = Pick<RequestFacts, 'text' | 'earlierTexts' | 'messages' | 'tools' | 'wantsJson' | 'wantsReasoning'>

/** From 0 (nothing of it) to 1 (as much as counts). */
export type Features = Readonly<Record<FeatureName, number>>
export type FeatureName = TextFeature | keyof typeof enoughOfRequest
type TextFeature = WordKind | keyof typeof enoughOfText

/** How much of each counts; what is above adds nothing, so that one pasted word does not decide alone. */
const enoughOfText = {
  length: 400,
  sentences: 20,
  questions: 4,
  numbers: 12,
  formulas: 20,
  fences: 2,
  names: 10,
  links: 2,
  choices: 4,
  longWords: 12,
}
const enoughOfWords: Readonly<Record<WordKind, number>> = {
  maths: 6,
  quantity: 8,
  code: 8,
  logic: 6,
  science: 6,
  profession: 6,
  fact: 5,
  data: 6,
  constraint: 8,
  sequence: 6,
  creative: 4,
  advice: 4,
  wording: 4,
}
const enoughOfRequest = { turns: 20, tools: 8, json: 1, reasoning: 1 }

const textFeatures = Object.entries({ ...enoughOfText, ...enoughOfWords }) as [TextFeature, number][]
export const featureNames = Object.keys({ ...enoughOfText, ...enoughOfWords, ...enoughOfRequest }) as FeatureName[]

/** A follow-up (`And if there are three?`) asks for much the same kind of work as what it follows. */
const shareOfEarlier = 0.75

/** Of a text its beginning and its end, where people say what they want: the time is bounded, however much is pasted between. */
const readOfText = { head: 2000, tail: 800 }
const readOfEarlier = { head: 400, tail: 200 }

export function featuresOf(asked: Asked): Features {
  const last = textFeaturesOf(asked.text, readOfText)
  const earlier = asked.earlierTexts.map((text) => textFeaturesOf(text, readOfEarlier))
  const found: Partial<Record<FeatureName, number>> = {}
  for (const [name] of textFeatures) {
    const before = earlier.reduce((most, features) => Math.max(most, features[name] ?? 0), 0)
    found[name] = Math.max(last[name] ?? 0, before * shareOfEarlier)
  }
  const counts = {
    turns: asked.messages - 1,
    tools: asked.tools,
    json: Number(asked.wantsJson),
    reasoning: Number(asked.wantsReasoning),
  }
  for (const name of ['turns', 'tools', 'json', 'reasoning'] as const)
    found[name] = share(Math.max(0, counts[name]), enoughOfRequest[name])
  return found as Features
}

export function beginningAndEnd(text: string, { head, tail } = readOfText): string {
  return text.length <= head + tail ? text : `${text.slice(0, head)}\n${text.slice(-tail)}`
}

function textFeaturesOf(whole: string, read: typeof readOfText): Partial<Record<TextFeature, number>> {
  const text = beginningAndEnd(whole, read)
  const words = wordsOf(text)
  const kinds = new Uint32Array(wordKinds.length)
  let longWords = 0
  for (const { stem } of words) {
    if (stem.length >= 9) longWords++
    let bits = kindsOfStem.get(stem) ?? 0
    for (let index = 0; bits > 0; index++, bits >>= 1) if (bits & 1) kinds[index] = (kinds[index] ?? 0) + 1
  }
  const counts: Partial<Record<TextFeature, number>> = {
    // As if what was not read were like what was.
    length: words.length * Math.max(1, whole.length / Math.max(1, text.length)),
    longWords,
  }
  for (const [name, pattern] of patterns) counts[name] = text.match(pattern)?.length ?? 0
  for (const [index, kind] of wordKinds.entries()) counts[kind] = kinds[index] ?? 0
  const found: Partial<Record<TextFeature, number>> = {}
  for (const [name, enough] of textFeatures) found[name] = share(counts[name] ?? 0, enough)
  return found
}

/** Each takes time in proportion to the text: none has a repetition inside another. */
const patterns: readonly (readonly [TextFeature, RegExp])[] = [
  ['sentences', /[.!?](?=\s|$)/g],
  ['questions', /\?/g],
  ['numbers', /\d+/g],
  ['formulas', /[=+*^<>|√∑∫≤≥≠±×÷πθλμ]|\\[a-z]|\b[a-z]\([a-z]\)/g],
  ['fences', /```/g],
  ['names', /(?<=[a-z,;] )[A-Z][a-z]/g],
  ['links', /https?:\/\/|www\./g],
  ['choices', /^ {0,8}\(?[A-Ea-e][.):] /gm],
]

function share(count: number, enough: number): number {
  return Math.min(1, Math.log1p(count) / Math.log1p(enough))
}
