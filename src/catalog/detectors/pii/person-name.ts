import { endsAs } from './ends-as.ts'
import { folded } from './folded.ts'
import { isPublicPerson, known, maySoundLikeSurname, meaningOf } from './gazetteer.ts'
import { lowerCaseNames } from './lower-case-names.ts'
import { actsLikePerson, greetings, isIntroduced, isPresented, plainTitles, speaks, titles } from './name-cues.ts'
import { namesInOtherScripts } from './names-in-other-scripts.ts'
import { type CapitalWord, type Phrase, readPhrases } from './phrases.ts'
import type { Sighting } from './rules.ts'

/** Names of persons: by lists of names, by titles and greetings, by how they stand in a sentence. */
export function personNames(text: string): Sighting[] {
  const { phrases, capitals, total, hasOtherScripts } = readPhrases(text)
  const found: Sighting[] = []
  for (const phrase of phrases) readPhrase(text, phrase, found)
  if (capitals * 30 < total || capitals > total * 0.8) found.push(...lowerCaseNames(text))
  if (hasOtherScripts) found.push(...namesInOtherScripts(text))
  return found
}

/** A word with what it may be. */
export interface Word extends CapitalWord {
  readonly isFirst: boolean
  readonly isLast: boolean
  /** A word of the language, a place or a thing besides. */
  readonly isOther: boolean
  readonly isInitial: boolean
  readonly isUnknown: boolean
  readonly isPlace: boolean
  readonly isThing: boolean
  readonly isFollower: boolean
}

/** Maetsuyckerstraat is nobody. */
const streetForm =
  /\p{L}{3}(?:stra(?:ß|ss)e|straat|laan|gasse|plein|gracht|gatan|vägen|veien|allee|platz|dreef|gade)$/iu

function readWord(word: CapitalWord): Word {
  const meaning = meaningOf(word.text)
  const isInitial = word.text.length === 1
  const isOther = (meaning & (known.common | known.place | known.thing)) !== 0
  return {
    ...word,
    isFirst: !isInitial && (meaning & known.first) !== 0,
    isLast: !isInitial && (meaning & known.last) !== 0,
    isOther,
    isInitial,
    isUnknown: meaning === 0 && !streetForm.test(word.text) && !isInitial && !word.isShouted && isNameLike(word.text),
    isPlace: (meaning & known.place) !== 0,
    isThing: (meaning & known.thing) !== 0,
    isFollower: (meaning & known.follower) !== 0 || streetForm.test(word.text),
  }
}

/** One capital in front; more only as in McKenzie, DeShawn and Jean-Pierre. */
function isNameLike(text: string): boolean {
  return text.length > 2
    ? /^(?:\p{Lu}['’])?(?:(?:Mc|Mac|De|Di|La|Le|Fitz|Van|Al|El)(?=\p{Lu}))?\p{Lu}[\p{Ll}\p{M}'’]+(?:-\p{L}[\p{Ll}\p{M}]+){0,2}$/u.test(
        text,
      )
    : false
}

function readPhrase(text: string, phrase: Phrase, found: Sighting[]): void {
  const words = phrase.words.map(readWord)
  for (let at = 0; at < words.length; ) at = nameAt(text, words, at, found)
}

/** Reads the name that begins at a word, if any; where to go on. */
function nameAt(text: string, words: readonly Word[], at: number, found: Sighting[]): number {
  const word = words[at]
  if (word === undefined) return at + 1
  const key = folded(word.text)
  const hasNext = at + 1 < words.length
  if (hasNext && titles.has(key) && (plainTitles.has(key) || !word.isShouted)) {
    const size = publicSize(text, words, at + 1) > 0 ? 0 : introducedSize(words, at + 1)
    if (size > 0 && (plainTitles.has(key) || isSure(words[at + 1]))) {
      return report(words, at + 1, size, plainTitles.has(key) ? 0.92 : 0.8, found)
    }
  }
  if (hasNext && greetings.has(key)) {
    const size = knownSize(words, at + 1) || (words.length === at + 2 && words[at + 1]?.isUnknown === true ? 1 : 0)
    if (size > 0) return report(words, at + 1, size, 0.85, found)
  }
  if (at === 0 && !(word.isOther && !word.isFirst && !word.isLast)) {
    const before = text.slice(Math.max(0, word.start - 48), word.start)
    if (before !== '' && isIntroduced(before)) {
      const size = Math.max(knownSize(words, 0), introducedSize(words, 0))
      if (size > 0 && !isGreetingOfNobody(words, size)) return report(words, 0, size, 0.85, found)
    }
  }
  const publicWords = publicSize(text, words, at)
  if (publicWords > 0) return report(words, at, publicWords, ofPublicLife, found)
  const size = knownSize(words, at)
  if (size === 0) {
    const isSpeaker = word.isUnknown && words.length === 1 && speaks(text.slice(word.end, word.end + 24))
    return isSpeaker ? report(words, at, 1, 0.55, found) : at + 1
  }
  const score = scoreOf(text, words, at, size)
  return score < 0.4 ? at + (size > 1 && score > 0 ? size : 1) : report(words, at, size, score, found)
}

/** What is said of them is seldom about somebody's privacy: found, but below what counts where nothing is set. */
const ofPublicLife = 0.45
/** Beside such a thing even a known name is that of somebody who has it too. */
const privateBeside =
  /@|\d{3}[ )./-]{0,2}\d{3,}|\b(?:patient|client|customer|tenant|employee|passenger|insured|cardholder|my (?:friend|boss|colleague|neighbou?r|doctor|lawyer|brother|sister|wife|husband|father|mother|son|daughter|landlord)|born on|dob|date of birth|lives (?:at|in)|diagnos\w+|salary|invoice|account|passport|phone|e-?mail|ssn|insurance|kunde|patientin|mieter|klient|geboren am|wohnhaft)\b/i

/** How many words from here on are the name of a person of public life or history; 0 where none are, or somebody has it too. */
function publicSize(text: string, words: readonly Word[], at: number): number {
  const first = words[at]
  if (first === undefined) return 0
  for (let size = Math.min(5, words.length - at); size > 1; size--) {
    const last = words[at + size - 1]
    if (last === undefined || !isPublicPerson(text.slice(first.start, last.end))) continue
    return privateBeside.test(text.slice(Math.max(0, first.start - 60), last.end + 80)) ? 0 : size
  }
  return 0
}

function isSure(word: Word | undefined): boolean {
  return (
    word !== undefined &&
    (word.isFirst || word.isLast || word.isUnknown) &&
    !(word.isOther && !word.isFirst && !word.isLast)
  )
}

/** Dear Customer, Hello World. */
function isGreetingOfNobody(words: readonly Word[], size: number): boolean {
  return words.slice(0, size).every((word) => word.isOther && !word.isFirst && !word.isLast)
}

/** How many words go on as a name where it is said that one comes: any that is no plain word of the language. */
function introducedSize(words: readonly Word[], from: number): number {
  let size = 0
  while (size < 4) {
    const word = words[from + size]
    if (word === undefined || (word.isOther && !word.isFirst && !word.isLast) || (size > 0 && word.isFollower)) break
    if (word.isShouted && word.text.length < 3) break
    size++
  }
  while (size > 0 && words[from + size - 1]?.isInitial === true && size > 1 && !words[from]?.isFirst) size--
  return size
}

/** How many words from here on are a name by the lists: first names, initials, surnames, and one that nobody knows. */
function knownSize(words: readonly Word[], from: number): number {
  const start = words[from]
  if (start === undefined) return 0
  if (start.isInitial) return initialsSize(words, from)
  const next = words[from + 1]
  if (!start.isFirst && !start.isLast) {
    // Somebody whom the lists do not know, with a surname that they do.
    const isPair =
      start.isUnknown && next !== undefined && (next.isLast || next.isFirst) && !next.isOther && !next.isFollower
    return isPair ? 1 + Math.max(1, restSize(words, from + 1)) : 0
  }
  return restSize(words, from)
}

/** J. K. Rowling */
function initialsSize(words: readonly Word[], from: number): number {
  let size = 1
  while (words[from + size]?.isInitial === true) size++
  const name = words[from + size]
  return name !== undefined && !name.isOther && (name.isLast || maySoundLikeSurname(name.text)) ? size + 1 : 0
}

function restSize(words: readonly Word[], from: number): number {
  let size = 1
  let hasSurname = false
  for (; size < 5; size++) {
    const word = words[from + size]
    if (word === undefined || word.isFollower) break
    if (word.isInitial) continue
    const isName =
      (word.isFirst || word.isLast) &&
      !(word.isOther && (!word.isLast || words[from]?.isOther === true) && !isFirstOfTwo(words, from, size))
    const isGuess: boolean = word.isUnknown && (size === 1 || !hasSurname) && words[from]?.isFirst === true
    if (!isName && !isGuess) break
    hasSurname ||= word.isLast || isGuess
  }
  while (size > 1 && words[from + size - 1]?.isInitial === true) size--
  return size
}

/** Mary Grace, Anna May: a second word that is a first name too, behind one that is surely a first name. */
function isFirstOfTwo(words: readonly Word[], from: number, size: number): boolean {
  return (
    words[from]?.isFirst === true &&
    words[from]?.isOther === false &&
    words[from + size]?.isFirst === true &&
    !words[from + size]?.isPlace
  )
}

function report(words: readonly Word[], from: number, size: number, score: number, found: Sighting[]): number {
  const first = words[from]
  const last = words[from + size - 1]
  if (first !== undefined && last !== undefined) {
    found.push({ rule: 'person-name', category: 'identity', score, start: first.start, end: last.end })
  }
  return from + size
}

function scoreOf(text: string, words: readonly Word[], from: number, size: number): number {
  const [first, last] = [words[from], words[from + size - 1]]
  if (first === undefined || last === undefined) return 0
  if (words[from + size]?.isFollower === true) return 0.2
  const isAllShouted = words.slice(from, from + size).every(({ isShouted }) => isShouted)
  const before = text.slice(Math.max(0, first.start - 28), first.start)
  const after = text.slice(last.end, last.end + 28)
  if (isNamedAfter(after)) return 0.2
  return size === 1
    ? scoreOfOne(first, before, after, from > 0, words.length > 1)
    : scoreOfSeveral(words.slice(from, from + size), before, after, isAllShouted)
}

/** A law, a disease or a street that has the name of somebody. */
function isNamedAfter(after: string): boolean {
  return /^(?:['’]s)? (?:equations?|theorems?|laws?|method|algorithm|tests?|distributions?|syndrome|disease|effect|constant|matrix|transform|principle|process|model|series|numbers?|curve|filter|hypothesis|paradox|inequality|lemma|conjecture|sequence|scale|prize|award|university|college|hospital|street|foundation|institute|library|framework|cluster|server|plugin|pipeline|programming|code|package|library|script)\b/i.test(
    after,
  )
}

function scoreOfSeveral(words: readonly Word[], before: string, after: string, isAllShouted: boolean): number {
  const [first, last] = [words[0], words.at(-1)]
  if (first === undefined || last === undefined) return 0
  const doubtful = words.filter(({ isOther }) => isOther).length
  const isUnknownPair = words.some(({ isUnknown }) => isUnknown)
  let score = first.isFirst && last.isLast ? 0.92 : first.isFirst ? 0.8 : last.isFirst || last.isLast ? 0.7 : 0.55
  if (first.isInitial) score = 0.75
  if (isUnknownPair && !first.isFirst) score = 0.6
  score -= doubtful === words.length ? 0.35 : doubtful * 0.08
  if (first.isPlace && isUnknownPair) score -= 0.3
  if (first.isOther && isUnknownPair) score -= 0.25
  if (isAllShouted) score -= 0.15
  if (doubtful === words.length || isUnknownPair) score += isPresented(before) || actsLikePerson(after) ? 0.1 : 0
  return score
}

const hasArticle = endsAs(/\b(?:the|a|an|this|der|die|das|le|la|el|il|het)\s$/i)

function scoreOfOne(word: Word, before: string, after: string, isInPhrase: boolean, hasNeighbours: boolean): number {
  if (word.isShouted || (word.isFollower && isInPhrase)) return 0.1
  const isPresent = isPresented(before)
  const acts = actsLikePerson(after)
  const isArticled = hasArticle(before)
  // A plain word with a capital tells nothing where a sentence begins or other capitals stand beside.
  const isDoubtful = hasNeighbours || /(?:^|[.!?:"“\n])\s*$/.test(before)
  let score = word.isFirst ? 0.6 : 0.45
  if (word.isOther) score = word.isFirst && !word.isPlace && !word.isThing ? (isDoubtful ? 0.2 : 0.35) : 0.05
  // Ask Mark: a verb of speech and a first name, however common a word it is.
  if (word.isOther && word.isFirst && !word.isPlace && !word.isThing && isInPhrase && isPresent) score = 0.5
  if (word.text.length < 3) score -= 0.25
  if (isInPhrase || hasNeighbours) score -= 0.1
  if (isPresent) score += 0.12
  if (acts) score += 0.15
  if (/^(?:, | and | & |, and )\p{Lu}/u.test(after) || /\p{Ll}(?:, | and )$/u.test(before)) score += 0.05
  if (isArticled) score -= 0.2
  return Math.min(0.85, score)
}
