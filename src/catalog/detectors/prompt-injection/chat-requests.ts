/**
 * Requests about the chat itself: "repeat your last answer", "translate the text above", "forget what I said". To the model they
 * look like an attack; but what is to be left or shown are not the model's instructions. Whoever asks so may mean them, too, if
 * nothing else stands above. So such a window is a weak sign.
 */
import { marginOfScore } from './model.ts'
import { begins, type Tokens } from './tokens.ts'
import { type WordClass, wordClasses } from './word-classes.ts'
import { hashOf } from './word-table.ts'

/** Of what is no more than a weak sign. */
const weakMargin = marginOfScore(0.45)

const of = Object.fromEntries(wordClasses.map((name, index) => [name, index])) as Readonly<Record<WordClass, number>>
/** Of a window that has one, more is wanted than something of the chat. */
const telling: ReadonlySet<number> = new Set(
  (
    [
      'instruction',
      'secret',
      'system',
      'unlimited',
      'limit',
      'refuse',
      'free',
      'persona',
      'mode',
      'ai',
      'maker',
      'harm',
      'harmful',
      'pwned',
      'penalty',
    ] as const
  ).map((name) => of[name]),
)
const partsOfChat: ReadonlySet<number> = new Set(
  'answer reply response question suggestion draft order version idea point paragraph comment table list'
    .split(' ')
    .map(hashOf),
)

const speakers: ReadonlySet<number> = new Set('i we my our'.split(' ').map(hashOf))
const topics: ReadonlySet<number> = new Set('for of on about'.split(' ').map(hashOf))
/** Of which the instructions are the model's. */
const thisTalk: ReadonlySet<number> = new Set(
  'this these conversation chat session dialogue answering responding content conduct behaviour behavior safety'
    .split(' ')
    .map(hashOf),
)

/** The most that a window of a prompt may be suspect. */
export function mostOfWindow(tokens: Tokens, from: number, to: number): number {
  return isOfChat(tokens, from, to) ? weakMargin : Number.POSITIVE_INFINITY
}

function isOfChat(tokens: Tokens, from: number, to: number): boolean {
  const { classes, hashes } = tokens
  const seen = new Set<number>()
  let isAboutChat = false
  for (let token = from; token < to; token++) {
    const found = classes[token] ?? -1
    const isElsewhere = found === of.instruction && isOnTopic(tokens, token, to)
    if (telling.has(found) && !isElsewhere) return false
    seen.add(found)
    const isPart = found === of.prior && token + 1 < to && partsOfChat.has(hashes[token + 1] ?? 0)
    isAboutChat ||= isElsewhere || isPart || (found === of.ignore && isOwn(tokens, token, to))
  }
  return isAboutChat || (seen.has(of.transform) && seen.has(of.prior) && !seen.has(of.you))
}

/** "Forget what I said", "ignore my last message". */
function isOwn({ hashes, flags }: Tokens, token: number, to: number): boolean {
  for (let at = token + 1; at < to && at <= token + 3 && ((flags[at] ?? 0) & begins) === 0; at++)
    if (speakers.has(hashes[at] ?? 0)) return true
  return false
}

/** "The rules of the game", "instructions for the oven": not those of the model. */
function isOnTopic({ classes, hashes, flags }: Tokens, token: number, to: number): boolean {
  if (token + 2 >= to || !topics.has(hashes[token + 1] ?? 0)) return false
  for (let at = token + 2; at < to && at <= token + 4 && ((flags[at] ?? 0) & begins) === 0; at++) {
    const found = classes[at] ?? -1
    if (telling.has(found) || found === of.you || found === of.your || thisTalk.has(hashes[at] ?? 0)) return false
  }
  return true
}
