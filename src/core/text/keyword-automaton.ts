import { unitsOf } from './views/text-units.ts'

/**
 * Finds many keywords in one pass over a text, whatever their number: the automaton of Aho and Corasick (1975), worked out
 * completely, so that a character costs one look into a table. Letters match in both cases.
 */
export interface KeywordAutomaton {
  /** Calls `onHit` for each place where a keyword ends, in the order of ends; the longest first at one end. */
  scan(text: string, onHit: (keyword: number, end: number) => void, from?: number): void
}

/** For some thousand keywords: its table has a row for each of their beginnings. */
export function keywordAutomaton(keywords: readonly string[]): KeywordAutomaton {
  const { classes, width } = classesOf(keywords)
  const { children, ends } = trieOf(keywords, classes)
  const { next, outputs } = complete(children, ends, width)
  const { table, hits, firstHit } = hitsLast(next, outputs, width)
  return {
    scan(text, onHit, from = 0) {
      const at: Place = { index: from, state: 0 }
      while (goOn(unitsOf(text), at, classes, table, firstHit)) {
        for (const keyword of hits[(at.state - firstHit) / width] ?? []) onHit(keyword, at.index)
      }
    },
  }
}

interface Place {
  /** Of the unit that comes next. */
  index: number
  state: number
}

/** To the next state with a keyword. A loop of its own, with all that it reads at hand: this takes half the time. */
function goOn(units: Uint16Array, at: Place, classes: Uint8Array, table: Int32Array, firstHit: number): boolean {
  const { length } = units
  let { state } = at
  for (let { index } = at; index < length; index++) {
    state = table[state + (classes[units[index] ?? 0] ?? 0)] ?? 0
    if (state < firstHit) continue
    at.index = index + 1
    at.state = state
    return true
  }
  return false
}

/** A number for each character that keywords have, the same for both cases; 0 for all others. */
function classesOf(keywords: readonly string[]): { readonly classes: Uint8Array; readonly width: number } {
  const classes = new Uint8Array(65_536)
  let width = 1
  for (const character of new Set(keywords.join('').toLowerCase().split(''))) {
    if (width > 255) throw new RangeError('Keywords have more than 255 characters that differ.')
    classes[character.charCodeAt(0)] = width
    const upper = character.toUpperCase()
    // The capital of a Turkish dotless i is that of an i too.
    if (upper.toLowerCase() === character) classes[upper.charCodeAt(0)] = width
    width += 1
  }
  return { classes, width }
}

function trieOf(keywords: readonly string[], classes: Uint8Array) {
  const children: Map<number, number>[] = [new Map()]
  const ends: number[][] = [[]]
  keywords.forEach((keyword, index) => {
    let state = 0
    for (const character of keyword.toLowerCase().split('')) {
      const step = classes[character.charCodeAt(0)] ?? 0
      let child = children[state]?.get(step)
      if (child === undefined) {
        child = children.push(new Map()) - 1
        ends.push([])
        children[state]?.set(step, child)
      }
      state = child
    }
    ends[state]?.push(index)
  })
  return { children, ends }
}

/** Adds where to go on when a keyword breaks off: to the longest beginning of another that the text ends with. */
function complete(children: readonly Map<number, number>[], ends: readonly number[][], width: number) {
  const next = new Int32Array(children.length * width)
  const fallback = new Int32Array(children.length)
  const outputs = ends.map((own) => [...own])
  const queue = [0]
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] ?? 0
    const back = fallback[state] ?? 0
    for (let step = 0; step < width; step++) {
      const child = children[state]?.get(step)
      const elsewhere = state === 0 ? 0 : (next[back * width + step] ?? 0)
      if (child === undefined) next[state * width + step] = elsewhere
      else {
        next[state * width + step] = child
        fallback[child] = elsewhere
        outputs[child]?.push(...(outputs[elsewhere] ?? []))
        queue.push(child)
      }
    }
  }
  return { next, outputs }
}

/** Numbers states anew, those with a keyword last, so that one comparison tells them. States are offsets of rows. */
function hitsLast(next: Int32Array, outputs: readonly number[][], width: number) {
  const order = [...outputs.keys()].sort(
    (a, b) => Math.sign(outputs[a]?.length ?? 0) - Math.sign(outputs[b]?.length ?? 0),
  )
  const renamed = new Int32Array(order.length)
  order.forEach((state, index) => {
    renamed[state] = index * width
  })
  const table = new Int32Array(next.length)
  order.forEach((state, index) => {
    for (let step = 0; step < width; step++) {
      table[index * width + step] = renamed[next[state * width + step] ?? 0] ?? 0
    }
  })
  const silent = outputs.filter((own) => own.length === 0).length
  return { table, hits: order.slice(silent).map((state) => outputs[state] ?? []), firstHit: silent * width }
}
