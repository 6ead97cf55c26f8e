/**
 * What is to be ignored. An order to leave instructions needs them as its object: a customer's order, a line of a manual and what
 * the user asked for himself are none of the model's.
 */
import { begins, type Tokens } from './tokens.ts'
import { wordClasses } from './word-classes.ts'
import { hashOf } from './word-table.ts'

const your = wordClasses.indexOf('your')
const you = wordClasses.indexOf('you')
const system = wordClasses.indexOf('system')

const hashes = (words: string): ReadonlySet<number> => new Set(words.split(' ').map(hashOf))
/** Of these one alone is a thing that people buy, say or type. */
const things = hashes('order direction prompting')
const owners = hashes('my our mine')
const speakers = hashes('i we')
/** "The prompt payment", "the command line": the second word says what is spoken of. */
const heads = hashes(
  'color colour line lines payment discount number numbers form forms manual manuals book books status history tracking font size window buffer id ids page pages palette key keys',
)
const prepositions = hashes('in on from inside of')
const places = hashes(
  'manual leaflet booklet recipe book letter poster brochure box label tutorial video mail email slides worksheet exam cookbook packaging wall board',
)
/** How far behind the instructions it may stand where they are written. */
const reach = 4

/** Whether a word for instructions speaks of something else: an order of a shop, a line of commands, rules on the box of a game. */
export function isOfElsewhere({ count, classes, hashes: words, flags }: Tokens, token: number): boolean {
  if (things.has(words[token] ?? 0)) return true
  const next = token + 1
  if (next >= count || ((flags[next] ?? 0) & begins) !== 0) return false
  if (heads.has(words[next] ?? 0)) return true
  if (classes[token - 1] === system || !prepositions.has(words[next] ?? 0)) return false
  for (let at = next + 1; at < count && at <= next + reach; at++) {
    if (((flags[at] ?? 0) & begins) !== 0 || isOfModel(classes[at] ?? -1)) return false
    if (places.has(words[at] ?? 0)) return true
  }
  return false
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
