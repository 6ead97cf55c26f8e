import type { Random } from '../random.ts'

/** Names and what they may stand for. In each text `{name}` is one of these, and `[a|b|]` one of the alternatives. */
export type Grammar = Readonly<Record<string, readonly string[]>>

const maxDepth = 12

export function expand(text: string, grammar: Grammar, random: Random, depth = 0): string {
  const chosen = text.replace(/\[([^[\]]*\|[^[\]]*)\]/g, (_, alternatives: string) =>
    pick(alternatives.split('|'), random),
  )
  if (depth >= maxDepth) return chosen
  return chosen.replace(/\{([a-zA-Z]+)(\^?)\}/g, (whole, name: string, capital: string) => {
    const options = grammar[name]
    if (options === undefined) return whole
    const made = expand(pick(options, random), grammar, random, depth + 1)
    return capital === '' ? made : made.charAt(0).toUpperCase() + made.slice(1)
  })
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random.next() * items.length)]
  if (item === undefined) throw new Error('There is nothing to choose from.')
  return item
}
