import { inflateRawSync } from 'node:zlib'
import { createSeen, type FoundFeatures, featureCount, featuresIn, isOfForm, isOfOther, type Seen } from './features.ts'
import { lonenessOf } from './loneness.ts'
import type { Tokens } from './tokens.ts'
import { forEachWindow, scales, sentencesOf } from './windows.ts'

/** As bench/train-injection.ts writes it: experts, each of which knows one kind of attack. The surest of them counts. */
export type StoredModel = readonly StoredExpert[]

export interface StoredExpert {
  /** One signed byte for each feature, compressed, in base64. */
  readonly weights: string
  /** What the square of a byte stands for: small weights are many, and large ones few. */
  readonly unit: number
  /** For each scale of windows. At a logit of 0, ordinary texts of sources never seen are rare enough. */
  readonly biases: readonly number[]
  /** The most that a window loses where others beside it are ordinary: 0 where one is enough, as attacks that hide in documents. */
  readonly loneness: number
}

export interface ScoredWindow {
  readonly from: number
  readonly to: number
  /** Above 0: rather an attack. */
  readonly margin: number
}

/** The windows of a text with a margin of at least `least`, the highest first, none of which overlaps a higher one. */
export type Judge = (tokens: Tokens, least: number, context?: JudgeContext) => readonly ScoredWindow[]

export interface JudgeContext {
  /** How much longer the text is that this one was found in. */
  readonly times?: number
  /** The highest margin that a window may have, if not any. */
  readonly mostOf?: ((tokens: Tokens, from: number, to: number) => number) | undefined
}

const maxWindows = 16

export function createJudge(experts: StoredModel): Judge {
  const { length } = experts
  // The weights of a feature stand beside where it was last seen, four in the place of one: texts meet features at random, and
  // so most of them are found in the nearer caches. The sums of a token stand together.
  const seen = createSeen(Math.ceil(length / 4))
  const cells = new Int8Array(seen.last.buffer)
  const kinds = { forms: false, others: false }
  for (const [index, { weights }] of experts.entries()) {
    const bytes = inflateRawSync(Buffer.from(weights, 'base64'))
    for (let feature = 0; feature < featureCount; feature++) {
      const byte = bytes.readInt8(feature)
      cells[(feature * seen.stride + 1) * 4 + index] = byte
      kinds.forms ||= byte !== 0 && isOfForm(feature)
      kinds.others ||= byte !== 0 && isOfOther(feature)
    }
  }
  let sums = new Float64Array(1024 * length)
  // Of each window: its first token, the one behind its last, its scale, and its margins by expert.
  let windows = createWindows(64, length)
  const units = Float64Array.from(experts, ({ unit }) => unit)
  const biases = Float64Array.from(scales.flatMap((_, scale) => experts.map((expert) => expert.biases[scale] ?? 0)))
  const highest = new Float64Array(length)
  const taken = new Float64Array(length)
  return (tokens, least, { times = 1, mostOf } = {}) => {
    const { count } = tokens
    if (count < 2) return []
    const size = (count + 1) * length
    if (sums.length < size) sums = new Float64Array(size * 2)
    sums.fill(0, 0, size)
    const found = featuresIn(tokens, seen, kinds)
    addUp(sums, found, seen, cells, length)
    for (let at = length; at < size; at++) sums[at] = (sums[at] ?? 0) + (sums[at - length] ?? 0)
    let made = 0
    highest.fill(Number.NEGATIVE_INFINITY)
    forEachWindow(sentencesOf(tokens), (scale, from, to) => {
      if (made === windows.scales.length) windows = largerWindows(windows, length)
      const { margins } = windows
      const norm = 1 / Math.sqrt(4 + to - from)
      for (let index = 0; index < length; index++) {
        const sum = (sums[to * length + index] ?? 0) - (sums[from * length + index] ?? 0)
        const margin = (biases[scale * length + index] ?? 0) + sum * (units[index] ?? 0) * norm
        margins[made * length + index] = margin
        if (margin > (highest[index] ?? 0)) highest[index] = margin
      }
      windows.scales[made] = scale
      windows.from[made] = from
      windows.to[made++] = to
    })
    let isAny = false
    for (let index = 0; index < length; index++) {
      const isHigh = (highest[index] ?? 0) >= least
      isAny ||= isHigh
      const most = experts[index]?.loneness ?? 0
      const { margins, scales: scaleOf } = windows
      taken[index] = isHigh && most > 0 ? lonenessOf(margins, scaleOf, made, most, length, index, times) : 0
    }
    // So it is with most texts.
    if (!isAny) return []
    const kept: ScoredWindow[] = []
    for (let at = 0; at < made; at++) {
      let margin = Number.NEGATIVE_INFINITY
      for (let index = 0; index < length; index++)
        margin = Math.max(margin, (windows.margins[at * length + index] ?? 0) - (taken[index] ?? 0))
      if (margin < least) continue
      const [from = 0, to = 0] = [windows.from[at], windows.to[at]]
      if (mostOf !== undefined) margin = Math.min(margin, mostOf(tokens, from, to))
      if (margin >= least) kept.push({ from, to, margin })
    }
    return kept.length < 2 ? kept : apart(kept)
  }
}

interface Windows {
  readonly scales: Uint8Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly margins: Float64Array
}

function createWindows(count: number, length: number): Windows {
  return {
    scales: new Uint8Array(count),
    from: new Int32Array(count),
    to: new Int32Array(count),
    margins: new Float64Array(count * length),
  }
}

function largerWindows({ scales, from, to, margins }: Windows, length: number): Windows {
  const larger = createWindows(scales.length * 2, length)
  larger.scales.set(scales)
  larger.from.set(from)
  larger.to.set(to)
  larger.margins.set(margins)
  return larger
}

/** What a byte stands for, in units of its expert. */
const squares = Float64Array.from({ length: 256 }, (_, byte) => {
  const signed = byte > 127 ? byte - 256 : byte
  return signed * Math.abs(signed)
})

/** A loop of its own: this takes half the time. */
function addUp(
  sums: Float64Array,
  { count, tokens, features }: FoundFeatures,
  { stride }: Seen,
  cells: Int8Array,
  length: number,
) {
  for (let at = 0; at < count; at++) {
    const to = ((tokens[at] ?? 0) + 1) * length
    const from = ((features[at] ?? 0) * stride + 1) * 4
    for (let index = 0; index < length; index++)
      sums[to + index] = (sums[to + index] ?? 0) + (squares[(cells[from + index] ?? 0) & 255] ?? 0)
  }
}

function apart(found: ScoredWindow[]): readonly ScoredWindow[] {
  found.sort((a, b) => b.margin - a.margin)
  const kept: ScoredWindow[] = []
  for (const window of found) {
    if (kept.length >= maxWindows) break
    if (kept.every(({ from, to }) => window.to <= from || window.from >= to)) kept.push(window)
  }
  return kept
}

/** A margin as a score: 0.5 at none, 0.3 where it is a weak sign. */
export function scoreOfMargin(margin: number): number {
  return 1 / (1 + Math.exp(-margin))
}

/** The margin that a score stands for. */
export function marginOfScore(score: number): number {
  return Math.log(score / (1 - score))
}
