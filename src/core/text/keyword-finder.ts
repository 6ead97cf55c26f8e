import { isLetterUnit, mostNumbers, type ReadWords, readWords } from './read-words.ts'
import { unitsOf } from './views/text-units.ts'

/**
 * Finds many keywords, whatever their number and wherever they stand, also within words. Letters match in both cases. Each keyword is
 * looked for by one of its words: what a text's words are part of is known of most of them from texts before.
 */
export interface KeywordFinder {
  /** Calls `onHit` for each place of a keyword, in the order of ends, or of where the rarest of them ends; the longest first at one end. */
  scan(text: string, onHit: (keyword: number, start: number) => void): void
}

/** `lookUpFrom`: where in a keyword stands what is rarest of it. */
export function keywordFinder(
  keywords: readonly string[],
  lookUpFrom: (keyword: string) => number | undefined = () => undefined,
): KeywordFinder {
  const all = keywords.map((keyword, index) => readKeyword(keyword.toLowerCase(), index, lookUpFrom(keyword)))
  const signs = all.filter(({ units }) => !units.some(isLetterUnit))
  const anchored = all.flatMap((keyword) => anchorOf(keyword) ?? [])
  const anchors = anchorsOf(anchored.filter((anchor) => !isTiny(anchor)))
  const tails = edgesOf(
    anchored.filter((anchor) => isTiny(anchor) && isLast(anchor)),
    ({ to }) => to - 1,
    1,
  )
  const heads = edgesOf(
    anchored.filter((anchor) => isTiny(anchor) && !isLast(anchor)),
    ({ from }) => from,
    -1,
  )
  // By the number of a word: not looked at yet, nothing in it, or where in the lists is what is in it.
  const known = new Uint16Array(mostNumbers)
  const lists: (readonly InWord[])[] = []
  let generation = 0

  /** At a word that nobody has looked at. */
  function look(units: Uint16Array, { starts, ends, numbers }: ReadWords, index: number): readonly InWord[] {
    const number = numbers[index] ?? 0
    const found = inWord(units, starts[index] ?? 0, ends[index] ?? 0, anchors)
    if (number > 0) known[number] = found.length === 0 ? nothing : lists.push(found) + 1
    return found
  }

  function hitsIn(text: string): Hit[] | undefined {
    const words = readWords(text)
    const units = unitsOf(text)
    if (words.generation !== generation) {
      known.fill(0)
      lists.length = 0
      generation = words.generation
    }
    const { count, numbers, starts, ends } = words
    let hits: Hit[] | undefined
    for (let index = 0; index < count; index++) {
      if (tails !== undefined && isAtEdge(units, (ends[index] ?? 0) - 1, tails))
        hits = edgeHits(units, (ends[index] ?? 0) - 1, tails, hits)
      if (heads !== undefined && isAtEdge(units, starts[index] ?? 0, heads))
        hits = edgeHits(units, starts[index] ?? 0, heads, hits)
      const state = known[numbers[index] ?? 0] ?? 0
      if (state === nothing) continue
      const list = state === 0 ? look(units, words, index) : (lists[state - 2] ?? none)
      for (let at = 0; at < list.length; at++) {
        const one = list[at] as InWord
        const start = (starts[index] ?? 0) + one.offset
        if (
          one.probe >= 0 &&
          !(isSame(units[start + one.probe] ?? 0, one.unit) && isAt(units, start, one.keyword.units))
        )
          continue
        hits ??= []
        hits.push({ keyword: one.keyword, start, end: start + one.keyword.reach })
      }
    }
    return hits
  }

  return {
    scan(text, onHit) {
      let hits = hitsIn(text)
      for (const keyword of signs) {
        for (let at = text.indexOf(keyword.text); at >= 0; at = text.indexOf(keyword.text, at + 1)) {
          hits ??= []
          hits.push({ keyword, start: at, end: at + keyword.reach })
        }
      }
      if (hits === undefined) return
      // Whoever is told may look at other texts.
      for (const { keyword, start } of inOrder(hits)) onHit(keyword.index, start)
    },
  }
}

/** Of so many letters at most a keyword is looked up. */
const longestKey = 4

interface Keyword {
  readonly index: number
  readonly text: string
  readonly units: readonly number[]
  readonly rarest: number | undefined
  /** Behind what is rarest of it. */
  readonly reach: number
}

function readKeyword(text: string, index: number, rarest: number | undefined): Keyword {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
  const reach = rarest === undefined ? text.length : Math.min(text.length, rarest + longestKey)
  return { index, text, units, rarest, reach }
}

/** A keyword in a word, or one of which a word is a part. */
interface InWord {
  readonly keyword: Keyword
  /** Where it begins, from where the word does. */
  readonly offset: number
  /** Of what is beside the word, what is compared first; -1: the keyword is within the word. */
  readonly probe: number
  readonly unit: number
}

const nothing = 1
const none: readonly never[] = []

interface Hit {
  readonly keyword: Keyword
  readonly start: number
  readonly end: number
}

/** Where one goes on behind its word another may end before it, and those of no letters come last. */
function inOrder(hits: Hit[]): readonly Hit[] {
  for (let at = 1; at < hits.length; at++) if (order(hits[at - 1] as Hit, hits[at] as Hit) > 0) return hits.sort(order)
  return hits
}

function order(one: Hit, other: Hit): number {
  return one.end - other.end || one.start - other.start
}

/** The word of a keyword by which it is looked for, and where in the keyword up to four of its letters stand that say so. */
interface Anchor {
  readonly keyword: Keyword
  readonly from: number
  readonly to: number
  readonly key: number
  readonly size: number
}

function anchorOf(keyword: Keyword): Anchor | undefined {
  const { units, rarest } = keyword
  let best: Anchor | undefined
  let most = -1
  for (let from = 0; from < units.length; ) {
    if (!isLetterUnit(units[from] ?? 0)) {
      from++
      continue
    }
    let to = from
    while (to < units.length && isLetterUnit(units[to] ?? 0)) to++
    const size = Math.min(to - from, longestKey)
    const shared = rarest === undefined ? 0 : Math.min(to, rarest + longestKey) - Math.max(from, rarest)
    const value = size * 1000 + Math.max(0, shared) * 100 + Math.min(99, to - from)
    if (value > most) {
      most = value
      const key = Math.min(Math.max(from, rarest ?? from), to - size)
      best = { keyword, from, to, key, size }
    }
    from = to
  }
  return best
}

/** Where in the word of a text it stands: those of four letters anywhere, shorter ones at its end, at its beginning, or anywhere. */
interface Anchors {
  readonly long: Keys
  readonly last: Keys
  readonly first: Keys
  readonly within: Keys
}

function anchorsOf(all: readonly Anchor[]): Anchors {
  const short = all.filter(({ size }) => size < longestKey)
  return {
    long: keysOf(all.filter(({ size }) => size === longestKey)),
    last: keysOf(short.filter(isLast)),
    first: keysOf(short.filter((anchor) => !isLast(anchor) && anchor.from > 0)),
    within: keysOf(short.filter((anchor) => !isLast(anchor) && anchor.from === 0)),
  }
}

function isLast({ to, keyword }: Anchor): boolean {
  return to < keyword.units.length
}

/** Shorter than three letters, and not anywhere. Most words end with a letter or two that some keyword has beside a sign: to remember these of each costs more than to look. */
function isTiny(anchor: Anchor): boolean {
  return anchor.size < 3 && (isLast(anchor) || anchor.from > 0)
}

/** Keywords by a letter at the edge of a word and the sign beside it. */
interface Edges {
  readonly marked: Uint8Array
  readonly byEdge: ReadonlyMap<number, readonly { readonly keyword: Keyword; readonly at: number }[]>
  /** 1: the sign stands behind the letter; -1: before it. */
  readonly step: 1 | -1
}

function edgesOf(anchors: readonly Anchor[], letterOf: (anchor: Anchor) => number, step: 1 | -1): Edges | undefined {
  if (anchors.length === 0) return undefined
  const marked = new Uint8Array(1 << 12)
  const byEdge = Map.groupBy(
    anchors.map((anchor) => ({ keyword: anchor.keyword, at: letterOf(anchor) })),
    ({ keyword, at }) => edgeOf(keyword.units[at] ?? 0, keyword.units[at + step] ?? 0),
  )
  for (const edge of byEdge.keys()) marked[edge] = 1
  return { marked, byEdge, step }
}

function edgeOf(letter: number, sign: number): number {
  return ((sign & 127) << 5) | (lowerOf(letter) & 31)
}

function isAtEdge(units: Uint16Array, at: number, { marked, step }: Edges): boolean {
  const beside = at + step
  if (beside < 0 || beside >= units.length) return false
  return marked[edgeOf(units[at] ?? 0, units[beside] ?? 0)] === 1
}

function edgeHits(units: Uint16Array, at: number, { byEdge, step }: Edges, hits: Hit[] | undefined): Hit[] | undefined {
  let all = hits
  for (const { keyword, at: within } of byEdge.get(edgeOf(units[at] ?? 0, units[at + step] ?? 0)) ?? none) {
    const start = at - within
    if (!isAt(units, start, keyword.units)) continue
    all ??= []
    all.push({ keyword, start, end: start + keyword.reach })
  }
  return all
}

/** Anchors by the letters of their keys. */
interface Keys {
  /** Whether there are any of three letters, of fewer in ASCII, and of fewer in any script. */
  readonly hasThrees: boolean
  readonly hasTwos: boolean
  readonly hasOthers: boolean
  readonly byKey: ReadonlyMap<number, readonly Anchor[]>
  /** Most letters are no key: one look at a bit says so. The table is small, or it would not stay at hand. */
  readonly marked: Uint32Array
  readonly shift: number
}

function keysOf(anchors: readonly Anchor[]): Keys {
  const byKey = Map.groupBy(anchors, ({ keyword, key, size }) => {
    let letters = 0
    for (let at = key; at < key + size; at++) letters = (letters << 5) | ((keyword.units[at] ?? 0) & 31)
    return nameOf(size, letters)
  })
  const shift = 27 - Math.min(16, Math.ceil(Math.log2(1 + byKey.size)))
  const marked = new Uint32Array(1 << (27 - shift))
  for (const name of byKey.keys()) {
    const slot = slotOf(name, shift)
    marked[slot >> 5] = (marked[slot >> 5] ?? 0) | (1 << (slot & 31))
  }
  const twos = anchors.filter(({ size }) => size < 3)
  const hasTwos = twos.some(({ keyword }) => /^[\0-\x7f]*$/.test(keyword.text))
  return {
    hasThrees: anchors.some(({ size }) => size === 3),
    hasTwos,
    hasOthers: twos.length > 0,
    byKey,
    marked,
    shift,
  }
}

/** Of four letters, these alone. */
function nameOf(size: number, letters: number): number {
  return size === longestKey ? letters : (size << 20) | (letters & ((1 << (size * 5)) - 1))
}

/** Of 32 for each name. */
function slotOf(name: number, shift: number): number {
  return Math.imul(name, 0x9e3779b1) >>> shift
}

function isMarked({ marked, shift }: Keys, name: number): boolean {
  const slot = slotOf(name, shift)
  return (((marked[slot >> 5] ?? 0) >>> (slot & 31)) & 1) !== 0
}

function inWord(units: Uint16Array, start: number, end: number, anchors: Anchors): readonly InWord[] {
  const { long, last, first, within } = anchors
  let found: InWord[] | undefined
  let letters = 0
  let isAscii = true
  for (let at = start; at < end; at++) {
    const unit = units[at] ?? 0
    if (unit > 0x7f) isAscii = false
    letters = ((letters << 5) | ((unit > 0x7f ? lowerOf(unit) : unit) & 31)) & 0xfffff
    if (at < start + 2) continue
    if (within.hasThrees && isMarked(within, nameOf(3, letters)))
      found = keyedIn(units, start, end, at - 2, within.byKey.get(nameOf(3, letters)), found)
    if (at === start + 2) {
      if (isMarked(first, nameOf(3, letters)))
        found = keyedIn(units, start, end, start, first.byKey.get(nameOf(3, letters)), found)
    } else if (isMarked(long, letters)) found = keyedIn(units, start, end, at - 3, long.byKey.get(letters), found)
  }
  if (end - start > 2 && isMarked(last, nameOf(3, letters)))
    found = keyedIn(units, start, end, end - 3, last.byKey.get(nameOf(3, letters)), found)
  if (isAscii ? within.hasTwos : within.hasOthers) found = inTwos(units, start, end, within, found)
  return found ?? none
}

/** Keywords of one letter or two, which are Chinese as a rule. */
function inTwos(
  units: Uint16Array,
  start: number,
  end: number,
  within: Keys,
  found: InWord[] | undefined,
): InWord[] | undefined {
  let all = found
  let letters = 0
  for (let at = start; at < end; at++) {
    letters = ((letters << 5) | (lowerOf(units[at] ?? 0) & 31)) & 0x3ff
    if (isMarked(within, nameOf(1, letters)))
      all = keyedIn(units, start, end, at, within.byKey.get(nameOf(1, letters)), all)
    if (at > start && isMarked(within, nameOf(2, letters)))
      all = keyedIn(units, start, end, at - 1, within.byKey.get(nameOf(2, letters)), all)
  }
  return all
}

/** With those whose key begins here. */
function keyedIn(
  units: Uint16Array,
  start: number,
  end: number,
  at: number,
  anchors: readonly Anchor[] | undefined,
  found: InWord[] | undefined,
): InWord[] | undefined {
  let all = found
  for (const anchor of anchors ?? none) {
    const one = anchoredAt(units, start, end, at, anchor)
    if (one === undefined) continue
    all ??= []
    all.push(one)
  }
  return all
}

/** Where a word of a keyword does not begin or end the keyword, the word of a text is no longer. */
function anchoredAt(
  units: Uint16Array,
  start: number,
  end: number,
  at: number,
  { keyword, from, to, key }: Anchor,
): InWord | undefined {
  const begin = at - key
  if (from > 0 ? begin + from !== start : begin < start) return undefined
  const { length } = keyword.units
  if (to < length ? begin + to !== end : begin + to > end) return undefined
  for (let index = from; index < to; index++)
    if (!isSame(units[begin + index] ?? 0, keyword.units[index] ?? 0)) return undefined
  const probe = to < length ? to : from - 1
  return { keyword, offset: begin - start, probe, unit: keyword.units[probe] ?? 0 }
}

function isAt(units: Uint16Array, start: number, keyword: readonly number[]): boolean {
  for (let index = 0; index < keyword.length; index++)
    if (!isSame(units[start + index] ?? 0, keyword[index] ?? 0)) return false
  return true
}

function isSame(unit: number, letter: number): boolean {
  return unit === letter || lowerOf(unit) === letter
}

function lowerOf(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit
  const lower = lowers[unit] ?? 0
  return lower === 0 ? lowerOfFurther(unit) : lower
}

/** Of letters that are not ASCII, as far as anybody has asked. */
const lowers = new Uint16Array(1 << 16)

function lowerOfFurther(unit: number): number {
  const lower = String.fromCharCode(unit).toLowerCase()
  const one = lower.length === 1 ? lower.charCodeAt(0) : unit
  lowers[unit] = one
  return one
}
