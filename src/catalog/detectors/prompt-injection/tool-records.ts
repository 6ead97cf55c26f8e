/** Records that are called as what a model is told, and that a tool or a clerk handles: "cancels the previous order by its id". */
import { begins, type Tokens } from './tokens.ts'
import { wordClasses } from './word-classes.ts'
import { hashesOf } from './word-table.ts'

/** What is done to records. Nobody tells a tool to forget or to disregard one. */
const handling = hashesOf(
  `cancel cancels cancelling reset resets replace replaces replacing overwrite overwrites erase erases revoke revokes void voids invalidate invalidates
  suspend suspends purge purges discard discards skip skips storniert anula annule annulla cancela`,
)
const orders = hashesOf('order orden ordine ordem')
/** Of which something has one: a firewall its rules, a job its prompt. */
const owned = hashesOf(
  'rule rules command prompt instruction directive constraint guideline direction protocol orders órdenes ordini ordens',
)
const joints = hashesOf('of in for from')
const articles = hashesOf('a an the its each one')
const by = hashesOf('by')
const names = hashesOf('id number name key index its')
export const talks = hashesOf('conversation chat session dialogue thread context llm')
const readers = hashesOf('you yourself')
const ofModel: ReadonlySet<number> = new Set(
  (['your', 'system', 'ai', 'obey', 'limit'] as const).map((name) => wordClasses.indexOf(name)),
)
/** How far behind its object a sentence is read. */
const reach = 10

export function isRecord({ count, classes, hashes, flags }: Tokens, verb: number, end: number): boolean {
  if (!handling.has(hashes[verb] ?? 0)) return false
  let isOrder = false
  let isOwned = false
  for (let token = verb + 1; token < count && token < end + reach; token++) {
    if (((flags[token] ?? 0) & begins) !== 0) break
    const word = hashes[token] ?? 0
    if (ofModel.has(classes[token] ?? -1) || talks.has(word) || readers.has(word)) return false
    if (token >= end) continue
    const [next = 0, second = 0] = [hashes[token + 1], hashes[token + 2]]
    if (orders.has(word)) isOrder = true
    else if (owned.has(word)) isOwned = joints.has(next) ? articles.has(second) : by.has(next) && names.has(second)
  }
  return isOrder || isOwned
}
