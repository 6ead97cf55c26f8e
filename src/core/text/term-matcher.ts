import type { Span } from '../inspection/detection.ts'
import { unitsOf } from './views/text-units.ts'

export interface TermMatch extends Span {
  /** Which of the terms. */
  readonly term: number
}

export interface TermMatcherOptions {
  readonly matchCase?: boolean
  /** Also inside of words. Terms of scripts without spaces between words are found inside in any case. */
  readonly insideWords?: boolean
}

/**
 * Finds many words and phrases in one pass, however many there are (Aho and Corasick, 1975). Any run of white space is one
 * space, and typographic apostrophes and hyphens are plain ones. Of matches that overlap the first and longest is reported.
 */
export function termMatcher(
  terms: readonly string[],
  options: TermMatcherOptions = {},
): (text: string, limit?: number) => readonly TermMatch[] {
  const fold = options.matchCase === true ? plainUnit : foldedUnit
  const insideWords = options.insideWords === true
  const nodes: Node[] = [newNode()]
  const lengths = terms.map((term, index) => insert(nodes, folded(term, fold), index))
  link(nodes)
  const root = nodes[0] ?? newNode()

  return (text, limit = 1000) => {
    const found: TermMatch[] = []
    const starts = new Int32Array(Math.max(1, ...lengths))
    let state = root
    let wasSpace = true
    let count = 0
    const units = unitsOf(text)
    for (let index = 0; index < units.length; index++) {
      const unit = fold(units[index] ?? 0)
      if (unit === SPACE && wasSpace) continue
      wasSpace = unit === SPACE
      starts[count++ % starts.length] = index
      state = step(state, unit, root)
      for (let out: Node | undefined = state; out !== undefined; out = out.shorter) {
        if (out.term < 0) continue
        const start = starts[(count - out.depth) % starts.length] ?? 0
        if (insideWords || (isEdge(text, start) && isEdge(text, index + 1))) {
          add(found, { start, end: index + 1, term: out.term })
          break
        }
      }
      if (found.length > limit) return found.slice(0, limit)
    }
    return found
  }
}

/** Matches come by their end: a longer one that begins no later takes the place of those it covers. */
function add(found: TermMatch[], match: TermMatch): void {
  let last = found.at(-1)
  while (last !== undefined && last.start >= match.start) {
    found.pop()
    last = found.at(-1)
  }
  if (last === undefined || last.end <= match.start) found.push(match)
}

interface Node {
  readonly next: Map<number, Node>
  readonly depth: number
  term: number
  fail: Node | undefined
  /** The next shorter term that ends here. */
  shorter: Node | undefined
}

function newNode(depth = 0): Node {
  return { next: new Map(), depth, term: -1, fail: undefined, shorter: undefined }
}

function insert(nodes: Node[], units: readonly number[], term: number): number {
  let node = nodes[0] ?? newNode()
  for (const unit of units) {
    let next = node.next.get(unit)
    if (next === undefined) {
      next = newNode(node.depth + 1)
      node.next.set(unit, next)
      nodes.push(next)
    }
    node = next
  }
  if (units.length > 0 && node.term < 0) node.term = term
  return units.length
}

function link(nodes: readonly Node[]): void {
  const root = nodes[0]
  if (root === undefined) return
  let level = [...root.next.values()]
  for (const node of level) node.fail = root
  while (level.length > 0) {
    const below: Node[] = []
    for (const node of level) {
      for (const [unit, next] of node.next) {
        next.fail = step(node.fail ?? root, unit, root)
        next.shorter = next.fail.term >= 0 ? next.fail : next.fail.shorter
        below.push(next)
      }
    }
    level = below
  }
}

function step(from: Node, unit: number, root: Node): Node {
  for (let node: Node | undefined = from; node !== undefined; node = node.fail) {
    const next = node.next.get(unit)
    if (next !== undefined) return next
  }
  return root
}

const SPACE = 0x20

function folded(term: string, fold: (unit: number) => number): readonly number[] {
  const units: number[] = []
  for (let index = 0; index < term.trim().length; index++) {
    const unit = fold(term.trim().charCodeAt(index))
    if (unit !== SPACE || units.at(-1) !== SPACE) units.push(unit)
  }
  return units
}

function plainUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x09 && unit <= 0x0d ? SPACE : unit
  if (unit === 0xa0 || unit === 0x3000 || (unit >= 0x2000 && unit <= 0x200a)) return SPACE
  if (unit === 0x2019 || unit === 0x2018 || unit === 0x02bc) return 0x27
  if (unit >= 0x2010 && unit <= 0x2015) return 0x2d
  return unit
}

function foldedUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : plainUnit(unit)
  if (unit >= 0x3000) return plainUnit(unit)
  const lower = String.fromCharCode(unit).toLowerCase()
  // A capital I with a dot has a lower case of two units.
  return plainUnit(lower.length === 1 ? lower.charCodeAt(0) : unit)
}

const spaced = /[\p{L}\p{N}\p{M}_]/u
const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u

/** True where a word may begin or end. */
function isEdge(text: string, at: number): boolean {
  return !(joins(text.charCodeAt(at - 1)) && joins(text.charCodeAt(at)))
}

function joins(unit: number): boolean {
  if (Number.isNaN(unit)) return false
  if (unit < 0x80) {
    const lower = unit | 0x20
    return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f
  }
  const character = String.fromCharCode(unit)
  return spaced.test(character) && !unspaced.test(character)
}
