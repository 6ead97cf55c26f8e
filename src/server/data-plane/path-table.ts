import { GatewayError } from '../../core/errors.ts'

/** What stands at which path. `{model}` in a path stands for the name of a model, which may hold slashes, and `{id}` for an id. */
export interface PathTable<Item> {
  /** Throws `not_found` for a model name that is not valid percent-encoding. */
  find(path: string): Found<Item> | undefined
  readonly paths: readonly string[]
}

export interface Found<Item> {
  readonly item: Item
  /** As the path names it. */
  readonly model?: string
}

const hole = /\{(?:model|id)\}/

/** The longest pattern that fits wins. */
export function pathTable<Item>(items: Iterable<readonly [path: string, item: Item]>): PathTable<Item> {
  const exact = new Map<string, Found<Item>>()
  const patterns: { readonly path: string; readonly before: string; readonly after: string; readonly item: Item }[] = []
  for (const [path, item] of items) {
    const [before = '', after] = path.split(hole)
    if (after === undefined) exact.set(path, { item })
    else patterns.push({ path, before, after, item })
  }
  patterns.sort((a, b) => b.path.length - a.path.length)
  return {
    paths: [...exact.keys(), ...patterns.map(({ path }) => path)],
    find(path) {
      const found = exact.get(path)
      if (found !== undefined) return found
      for (const { before, after, item } of patterns) {
        const end = path.length - after.length
        if (end <= before.length || !path.startsWith(before) || !path.endsWith(after)) continue
        return { item, model: decodeName(path.slice(before.length, end)) }
      }
      return undefined
    },
  }
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new GatewayError('not_found', 'The name in the path is not valid percent-encoding.')
  }
}
