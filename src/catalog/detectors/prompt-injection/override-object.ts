/**
 * What is to be ignored. An order to leave instructions needs them as its object: a customer's order, a line of a manual and what
 * the user asked for himself are none of the model's.
 */
import { begins, signClasses, type Tokens } from './tokens.ts'
import { wordClasses } from './word-classes.ts'
import { hashesOf } from './word-table.ts'

const your = wordClasses.indexOf('your')
const you = wordClasses.indexOf('you')
const system = wordClasses.indexOf('system')
const classesOf = (names: readonly (typeof wordClasses)[number][]): ReadonlySet<number> =>
  new Set(names.map((name) => wordClasses.indexOf(name)))

/** Of these one alone is a thing that people buy, say or type. */
const things = hashesOf('order direction prompting orden ordine ordem')
const owners = hashesOf('my our mine')
const speakers = hashesOf('i we')
/** "The prompt payment", "the command line": the second word says what is spoken of. */
const heads = hashesOf(
  'color colour line lines payment discount number numbers form forms manual manuals book books status history tracking font size window buffer id ids page pages palette key keys',
)
/** Many of them are verbs, too: "book a flight". A noun stands at the end of its phrase, in front of one of these. */
const behindNoun = hashesOf(
  'in on from inside of for to at with by and or but if when because is are was were as before after',
)
const prepositions = hashesOf('in on from inside of')
const places = hashesOf(
  'manual leaflet booklet recipe book letter poster brochure box label tutorial video mail email slides worksheet exam cookbook packaging wall board docs readme wiki changelog',
)
/** How far behind the instructions it may stand where they are written. */
const reach = 4

/** Whether a word for instructions speaks of something else: an order of a shop, a line of commands, rules on the box of a game. */
export function isOfElsewhere(tokens: Tokens, token: number): boolean {
  const { count, classes, hashes: words, flags } = tokens
  if (things.has(words[token] ?? 0)) return true
  const next = token + 1
  if (next >= count || ((flags[next] ?? 0) & begins) !== 0) return false
  if (heads.has(words[next] ?? 0)) return isNoun(tokens, next)
  if (classes[token - 1] === system || !prepositions.has(words[next] ?? 0)) return false
  for (let at = next + 1; at < count && at <= next + reach; at++) {
    if (((flags[at] ?? 0) & begins) !== 0 || isOfModel(classes[at] ?? -1)) return false
    if (places.has(words[at] ?? 0)) return true
  }
  return false
}

function isNoun({ count, starts, ends, hashes: words, flags }: Tokens, token: number): boolean {
  for (let at = token + 1; at < count; at++) {
    const isApart = (starts[at] ?? 0) - (ends[at - 1] ?? 0) > 1
    if (isApart || ((flags[at] ?? 0) & begins) !== 0 || behindNoun.has(words[at] ?? 0)) return true
    if (!heads.has(words[at] ?? 0)) return false
  }
  return true
}

/** "My rules", "the instructions I gave you": what users told the model they may take back. */
export function isOwn({ count, classes, hashes: words, flags }: Tokens, verb: number, end: number): boolean {
  let isMine = end < count && ((flags[end] ?? 0) & begins) === 0 && speakers.has(words[end] ?? 0)
  for (let token = verb + 1; token < end; token++) {
    if (isOfModel(classes[token] ?? -1)) return false
    if (owners.has(words[token] ?? 0)) isMine = true
  }
  return isMine
}

function isOfModel(found: number): boolean {
  return found === your || found === you || found === system
}

/** How far behind the object an order is looked for: a few sentences. */
const orderReach = 48
const gives = classesOf(['reveal', 'tell', 'send', 'transform', 'write', 'explain'])
/** What is the model's or the operator's. */
const guarded = classesOf(['instruction', 'secret', 'system'])
/** How far behind "print" or "send" it may stand, and where it is sent to. */
const givenReach = 6
const sentReach = 10
const unbound = classesOf(['unlimited', 'pwned', 'harm', 'harmful'])
const personas = hashesOf(
  'persona personas dan stan evilbot omega villain rogue bot jailbreak jailbroken evil ego unleashed anew',
)
const now = wordClasses.indexOf('now')
const be = wordClasses.indexOf('be')

/** "… and print your hidden rules", "… and be DAN": who goes on like this means the model's instructions, whatever he calls them. */
export function isFollowedByOrder({ count, classes, hashes: words }: Tokens, end: number): boolean {
  const last = Math.min(count, end + orderReach)
  let given = -sentReach - 1
  for (let token = end; token < last; token++) {
    const found = classes[token] ?? -1
    if (unbound.has(found) || personas.has(words[token] ?? 0)) return true
    if (guarded.has(found) && token - given <= givenReach) return true
    if ((found === signClasses.mail || found === signClasses.url) && token - given <= sentReach) return true
    if (gives.has(found)) given = token
    // "From now on you are".
    if (found === now && (isYouAre(classes, token + 1, last) || isYouAre(classes, token + 2, last))) return true
    if (isYouAre(classes, token, last) && classes[token + 2] === now) return true
  }
  return false
}

function isYouAre(classes: Int8Array, token: number, last: number): boolean {
  return token + 1 < last && classes[token] === you && classes[token + 1] === be
}
