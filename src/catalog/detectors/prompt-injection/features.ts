import { begins, classCount, quoted, shouted, type Tokens } from './tokens.ts'
import { edge, formCount } from './word-forms.ts'

/** Where the kinds of features stand. */
const startsAt = 128
const shoutedAt = 255
const pairsAt = 256
const quotesAt = 7168
/** A word of no class that begins a sentence, by what follows. */
const openersAt = 7296
/** A class with the form of the word before it, with that of the word behind it, and with that one at the beginning of a sentence. */
const formsAt = 8192
const formStride = 96
export const firstTriple = 12_288
const tripleSize = 16_384
export const firstWord = firstTriple + tripleSize
const wordSize = 8192
const neighboursAt = firstWord + wordSize
const neighbourSize = 32_768
/** Words of no class, each by itself. */
const othersAt = neighboursAt + neighbourSize
const otherSize = 8192
export const featureCount = othersAt + otherSize

/** How far apart two words may stand that are looked at together. */
const reach = 9
const remembered = 5

/** Which feature was seen at which token: parallel arrays, of which the first `count` are in use. */
export interface FoundFeatures {
  count: number
  tokens: Int32Array<ArrayBuffer>
  features: Int32Array<ArrayBuffer>
}

/** Features that not every model knows. */
export interface FeatureKinds {
  /** Which kinds of words stand on both sides of a word. */
  readonly forms: boolean
  /** Words of no class. */
  readonly others: boolean
}

/**
 * What is seen at each word of a class: its class, whether a sentence begins with it, which classes stand before it (in pairs and
 * triples, in order), the word itself, the word with the one before it, and, of `kinds`, which kinds of words stand on both sides
 * of it. Other words count as distance, as what begins a sentence and, of `kinds`, by themselves. What is given is used again for
 * the next text.
 */
export function featuresIn(tokens: Tokens, seen: Seen, kinds: FeatureKinds): FoundFeatures {
  const { count, classes, hashes, flags, forms } = tokens
  const { last, stride, found: given } = seen
  const base = nextBase(seen, count)
  let size = 0
  let { tokens: foundTokens, features: foundFeatures } = given
  const visit = (token: number, feature: number): void => {
    const place = base + token
    if (place - (last[feature * stride] ?? 0) < forgetting) return
    last[feature * stride] = place
    foundTokens[size] = token
    foundFeatures[size++] = feature
  }
  // The last words of a class: a ring of their places.
  const places = ring
  let held = 0
  let sinceStart = 100
  let isQuote = false
  let lastPlace = -100
  for (let token = 0; token < count; token++) {
    if (size + mostOfToken > foundTokens.length) {
      foundTokens = twice(foundTokens)
      foundFeatures = twice(foundFeatures)
    }
    const flag = flags[token] ?? 0
    if ((flag & (begins | quoted)) !== 0) {
      sinceStart = 0
      isQuote = (flag & quoted) !== 0
    } else sinceStart++
    const found = classes[token] ?? -1
    if (kinds.forms) {
      const isLast = token + 1 >= count
      const follows = isLast || ((flags[token + 1] ?? 0) & begins) !== 0 ? edge : (forms[token + 1] ?? edge)
      if (found >= 0) {
        const before = sinceStart === 0 ? edge : (forms[token - 1] ?? edge)
        visit(token, formsAt + before * formStride + found)
        visit(token, formsAt + (formCount + follows) * formStride + found)
        if (sinceStart === 0) visit(token, formsAt + (2 * formCount + follows) * formStride + found)
      } else if (sinceStart === 0 && (flag & begins) !== 0) {
        visit(token, openersAt + follows)
        const behind = isLast ? -1 : (classes[token + 1] ?? -1)
        if (behind >= 0) visit(token, openersAt + formCount + behind)
      }
    }
    if (found < 0) {
      if (kinds.others) visit(token, othersAt + (mixed(hashes[token] ?? 0) & (otherSize - 1)))
      continue
    }
    const hash = hashes[token] ?? 0
    visit(token, found)
    visit(token, firstWord + (mixed(hash) & (wordSize - 1)))
    if (sinceStart <= 1) {
      visit(token, (isQuote ? quotesAt : startsAt) + found)
    }
    if ((flag & shouted) !== 0) visit(token, shoutedAt)
    for (let back = 1; back <= remembered && back <= held; back++) {
      const place = places[(held - back) % 8] ?? 0
      if (token - place > reach) break
      const other = classes[place] ?? 0
      if (other === found) continue
      visit(token, pairsAt + other * classCount + found)
      if (back === 1 || token - place <= 4) {
        const beforePlace = back < held && back < 8 ? (places[(held - back - 1) % 8] ?? 0) : -1
        if (beforePlace >= 0 && token - beforePlace <= reach + 3) {
          const before = classes[beforePlace] ?? 0
          if (before !== other) {
            const triple = Math.imul((before * 97 + other) * 97 + found + 1, 0x9e3779b1) >>> 12
            visit(token, firstTriple + (triple & (tripleSize - 1)))
          }
        }
      }
    }
    if (token - lastPlace <= 2) {
      const both = Math.imul(hashes[lastPlace] ?? 0, 31) ^ hash
      visit(token, neighboursAt + (mixed(both) & (neighbourSize - 1)))
    }
    lastPlace = token
    places[held % 8] = token
    held++
  }
  given.count = size
  given.tokens = foundTokens
  given.features = foundFeatures
  return given
}

/** More than are seen at one token. */
const mostOfToken = 24

function twice(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

/** Whether it tells of the kinds of words around. */
export function isOfForm(feature: number): boolean {
  return (
    (feature >= openersAt && feature < openersAt + formCount + classCount) ||
    (feature >= formsAt && feature < firstTriple)
  )
}

/** Whether it is a word of no class. */
export function isOfOther(feature: number): boolean {
  return feature >= othersAt
}

/** Where each feature was last seen, over all texts: what is repeated counts once in so many words. */
export interface Seen {
  /** At each `stride`th place. */
  readonly last: Int32Array
  readonly stride: number
  next: number
  readonly found: FoundFeatures
}

const forgetting = 60
/** Places are counted in 32 bits. */
const farthest = 2 ** 31 - 1 - forgetting

/** `beside`: of four bytes each, what stands beside the place of a feature: who asks for the one asks for the other. */
export function createSeen(beside = 0): Seen {
  const stride = 1 + beside
  const found = { count: 0, tokens: new Int32Array(4096), features: new Int32Array(4096) }
  return { last: new Int32Array(featureCount * stride), stride, next: forgetting, found }
}

function nextBase(seen: Seen, count: number): number {
  if (seen.next + count > farthest) {
    for (let at = 0; at < seen.last.length; at += seen.stride) seen.last[at] = 0
    seen.next = forgetting
  }
  const base = seen.next
  seen.next = base + count + forgetting
  return base
}

const ring = new Int32Array(8)

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return once ^ (once >>> 13)
}
