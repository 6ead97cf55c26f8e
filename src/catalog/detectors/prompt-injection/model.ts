import { inflateRawSync } from 'node:zlib'
import { createSeen, featureCount, forEachFeature } from './features.ts'
import type { Tokens } from './tokens.ts'
import { forEachWindow, sentencesOf } from './windows.ts'

/** As bench/train-injection.ts writes it. */
export interface StoredModel {
  /** One signed byte for each feature, compressed, in base64. */
  readonly weights: string
  /** What a byte stands for. */
  readonly unit: number
  /** For each scale of windows. */
  readonly biases: readonly number[]
  /** The logit from which on ordinary texts of sources never seen are rare enough. */
  readonly threshold: number
}

export interface ScoredWindow {
  readonly from: number
  readonly to: number
  /** Above 0: rather an attack. */
  readonly margin: number
}

/** The windows of a text with a margin of at least `least`, the highest first, none of which overlaps a higher one. */
export type Judge = (tokens: Tokens, least: number) => readonly ScoredWindow[]

const maxWindows = 16

export function createJudge({ weights, unit, biases, threshold }: StoredModel): Judge {
  const bytes = inflateRawSync(Buffer.from(weights, 'base64'))
  const values = Float32Array.from({ length: featureCount }, (_, index) => bytes.readInt8(index) * unit)
  const seen = createSeen()
  let sums = new Float64Array(1024)
  return (tokens, least) => {
    const { count } = tokens
    if (count < 2) return []
    if (sums.length < count + 1) sums = new Float64Array(count * 2)
    sums.fill(0, 0, count + 1)
    forEachFeature(tokens, seen, (token, feature) => {
      sums[token + 1] = (sums[token + 1] ?? 0) + (values[feature] ?? 0)
    })
    for (let token = 0; token < count; token++) sums[token + 1] = (sums[token + 1] ?? 0) + (sums[token] ?? 0)
    const found: ScoredWindow[] = []
    forEachWindow(sentencesOf(tokens), (scale, from, to) => {
      const logit = (biases[scale] ?? 0) + ((sums[to] ?? 0) - (sums[from] ?? 0)) / Math.sqrt(4 + to - from)
      if (logit - threshold >= least) found.push({ from, to, margin: logit - threshold })
    })
    return found.length < 2 ? found : apart(found)
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
