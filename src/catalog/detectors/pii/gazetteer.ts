import { folded } from './folded.ts'
import * as asiaAfrica from './names/asia-africa.ts'
import { commonWords } from './names/common-words.generated.ts'
import * as english from './names/english.ts'
import * as northEast from './names/northern-eastern-europe.ts'
import { followers, places, publicNames, things } from './names/other-meanings.ts'
import * as west from './names/western-europe.ts'
import { wordSieve } from './word-sieve.ts'

/** What a word is known as; a word may be several. */
export const known = { first: 1, last: 2, common: 4, place: 8, thing: 16, follower: 32 } as const

const regions = [english, west, northEast, asiaAfrica]
/** First names that are first names in the first place although a text had them in lower case. */
const surelyNames =
  'alan alice anna ana allen marco maria mari theo khan kim kara mai max robert james john david emma olivia jack lucas oliver hugo leo nora'

const meanings = new Map<string, number>()
add(regions.map(({ first }) => first).join(' '), known.first)
add(regions.map(({ last }) => last).join(' '), known.last)
add(commonWords, known.common)
add(places, known.place)
add(things, known.thing)
add(followers, known.follower)
for (const word of listed(surelyNames)) meanings.set(word, (meanings.get(word) ?? 0) & ~known.common)

function add(words: string, meaning: number): void {
  for (const word of listed(words)) meanings.set(word, (meanings.get(word) ?? 0) | meaning)
}

function listed(words: string): string[] {
  return words
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(folded)
}

/** Whether a word has these meanings and no other that makes it a plain word too. */
export function isOnly(meaning: number, kind: number): boolean {
  return (meaning & kind) !== 0 && (meaning & (known.common | known.place | known.thing)) === 0
}

const anyName = known.first | known.last
let sieve: ((text: string) => readonly number[]) | undefined

/** Where words may be `isOnly` names by `meaningOf`, each place in the word or right behind it: of others nothing has to be asked. */
export function placesOfNames(text: string): readonly number[] {
  sieve ??= wordSieve({
    names: [...meanings].filter(([, meaning]) => isOnly(meaning, anyName)).map(([word]) => word),
    fronts: [...meanings]
      .filter(([word, meaning]) => (meaning & anyName) !== 0 || word.includes('-'))
      .map(([word]) => word.replace(/-.*/s, '')),
    starts: ['mc', 'mac', 'o', 'd', 'fitz'],
    ends: surelyEnds,
  })
  return sieve(text)
}

const publicPersons = new Set(publicNames.trim().split('|').map(folded))

/** Everything that is known of a word, as bits of `known`; 0 for a word that nobody has heard of. */
export function meaningOf(word: string): number {
  const key = folded(word)
  const meaning = meanings.get(key)
  if (meaning !== undefined) return meaning
  const hyphen = key.indexOf('-')
  if (hyphen > 0) return ofHyphened(key, hyphen)
  return hasSurnameForm(word, key) ? known.last : 0
}

/** Jean-Pierre is what Jean is, Smith-Jones what Jones is. */
function ofHyphened(key: string, hyphen: number): number {
  const names = known.first | known.last
  const front = (meanings.get(key.slice(0, hyphen)) ?? 0) & names
  const back = (meanings.get(key.slice(key.lastIndexOf('-') + 1)) ?? 0) & names
  return front !== 0 && back !== 0 ? front | back : 0
}

const endings =
  /(?:[^aeiou]ov|[^aeiou]ova|[kntrlmdvgbzs]ev|[kntrlmdvgbzs]eva|[^s]ski|[^s]ska|sky|skaya|[^s]sson|nsen|rsen|lsen|dsen|ksen|tsen|dottir|enko|chuk|czyk|czak|escu|opoulos|opoulou|akis|idis|iadis|shvili|adze|oglu|ovic|evic|ovich|evich|ovna|evna|quist|qvist|strom|lund|gren|berg|stein|baum|mann|feld|bauer|meier|meyer|hof|ner|etti|elli|ucci|ini|ovski|ovska|uk|yan|ian|ez|ez|ura|moto|yama|shima|mura|kawa|gawa|saki|zaki|hara|nen)$/
const surely =
  /(?:nsen|rsen|lsen|dsen|[^s]sson|dottir|enko|chuk|czyk|escu|opoulos|opoulou|shvili|oglu|ovic|evic|ovich|evich|ovna|evna|quist|qvist|[a-z]{3}ov|[a-z]{3}ova|[a-z]{3}ski|[a-z]{3}ska|[a-z]{2}sky|skaya|guez|nez|ndez)$/

/** The last three letters of whatever `surely` finds. */
const surelyEnds = [
  ...'sen son tir nko huk zyk scu los lou ili glu vic ich vna ist ova ski ska sky aya uez nez dez'.split(' '),
  ...Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => `${letter}ov`),
]

/** A word that only a surname is like: McKenzie, O'Hara, Bryndísardóttir, Baranova. */
function hasSurnameForm(word: string, key: string): boolean {
  return /^(?:Mc|Mac|O['’]|D['’]|Fitz)\p{Lu}/u.test(word) || (key.length >= 6 && surely.test(key))
}

/** Weaker than a form that is surely one: enough beside a first name. */
export function maySoundLikeSurname(word: string): boolean {
  return word.length >= 5 && endings.test(folded(word))
}

export function isPublicPerson(name: string): boolean {
  return publicPersons.has(folded(name))
}
