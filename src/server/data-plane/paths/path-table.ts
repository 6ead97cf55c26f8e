import { GatewayError } from '../../../core/errors.ts'
import type { PathPattern } from '../../../core/model/dialect.ts'
import { nearestNames } from '../../../core/text/nearest-names.ts'

/** What stands at which path. `{model}` in a path stands for the name of a model, which may hold slashes, `{id}` for an id, other braces for one segment. */
export interface PathTable<Item> {
  /** With `/v1` or without, once or twice. Throws `not_found` for a model name that is not valid percent-encoding. */
  find(path: string): Found<Item> | undefined
  readonly paths: readonly string[]
}

export interface Found<Item> {
  readonly item: Item
  /** As the path names it. */
  readonly model?: string
}

/** A path, what stands there, and how the name of a model is read where more than the name stands for it. */
export type PathEntry<Item> = readonly [path: string, item: Item, modelName?: PathPattern['modelName']]

const hole = /(\{\w+\})/

/** The longest pattern that fits wins. */
export function pathTable<Item>(entries: Iterable<PathEntry<Item>>): PathTable<Item> {
  const exact = new Map<string, Found<Item>>()
  const patterns: { readonly entry: PathEntry<Item>; readonly before: string; readonly pattern: RegExp }[] = []
  for (const entry of entries) {
    const [path, item] = entry
    const [before = '', ...holes] = path.split(hole)
    if (holes.length === 0) exact.set(path, { item })
    else patterns.push({ entry, before, pattern: patternOf(path) })
  }
  patterns.sort((a, b) => b.entry[0].length - a.entry[0].length)
  function look(path: string): Found<Item> | undefined {
    const found = exact.get(path)
    if (found !== undefined) return found
    for (const { entry, before, pattern } of patterns) {
      const fitting = path.startsWith(before) ? pattern.exec(path) : null
      if (fitting === null) continue
      const [, item, modelName] = entry
      const written = fitting[1]
      if (written === undefined) return { item }
      const name = decodeName(written)
      return { item, model: modelName?.(name) ?? name }
    }
    return undefined
  }
  return {
    paths: [...exact.keys(), ...patterns.map(({ entry: [path] }) => path)],
    find(path) {
      let found = look(path)
      for (const meant of found === undefined ? meantPaths(path) : []) found ??= look(meant)
      return found
    },
  }
}

/** What stands in the first of them. */
export function joinedTables<Item>(...tables: readonly PathTable<Item>[]): PathTable<Item> {
  return {
    paths: tables.flatMap(({ paths }) => paths),
    find(path) {
      for (const table of tables) {
        const found = table.find(path)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

/**
 * Some clients add `/v1` to a base URL that has it, some are given one without, and those of Azure have their version in the
 * query: `/v1/v1/messages`, `/chat/completions`, `/openai/files`.
 */
function meantPaths(path: string): readonly string[] {
  if (path.startsWith('/v1/')) return path.startsWith('/v1/v1/') ? [path.slice('/v1'.length)] : []
  const [, prefix, rest] = /^(\/[a-z]+)(\/.+)$/.exec(path) ?? []
  return prefix === undefined ? [`/v1${path}`] : [`/v1${path}`, `${prefix}/v1${rest}`]
}

function patternOf(path: string): RegExp {
  const pieces = path.split(hole).map((piece) => {
    if (piece === '{model}' || piece === '{id}') return '(.+)'
    return hole.test(piece) ? '[^/]+' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${pieces.join('')}$`)
}

/**
 * For a path that ends in `:verb` below a model, the path with the verb that was meant: to a GET of that model, all of it
 * would be the model's name.
 */
export function nearestVerb(path: string, paths: readonly string[]): string | undefined {
  const colon = path.lastIndexOf(':')
  if (colon <= path.lastIndexOf('/')) return undefined
  const byVerb = new Map<string, string>()
  for (const known of paths) {
    const [model, verb] = known.split(/:(?=\w+$)/)
    // The longer path comes first, and says more of what was meant.
    if (verb === undefined || byVerb.has(verb)) continue
    if (model?.endsWith('{model}') && patternOf(model).test(path.slice(0, colon))) byVerb.set(verb, known)
  }
  // Of two that are as near, the longer one has a word more.
  const verbs = [...byVerb.keys()].sort((a, b) => a.length - b.length)
  const [near = verbs[0]] = nearestNames(path.slice(colon + 1), verbs, 1)
  return near === undefined ? undefined : byVerb.get(near)
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new GatewayError('not_found', 'The name in the path is not valid percent-encoding.')
  }
}
