/** Which sums, and which calls, are read for the parts of a range: as few buckets as tell them exactly. Pure. */
import type { Family } from './rollup-families.ts'

export interface Span {
  readonly from: number
  readonly to: number
}

export interface Read extends Span {
  /** Absent: of calls. */
  readonly level?: number
  /** The parts of the range that it is added to, or taken away from. */
  readonly targets: readonly Target[]
}

export interface Target {
  readonly segment: number
  readonly sign: 1 | -1
}

interface Piece extends Span {
  readonly level?: number
  readonly sign: 1 | -1
  readonly buckets: number
}

/**
 * Each read once, whatever it is for. `takesAway`: a part of a bucket may be told as the whole of it without the rest. A day of Berlin
 * has 22 hours of one day of UTC and two of the day before: these two are read, once for both their days, where else all 24 are.
 */
export function readsFor(segments: readonly Span[], levels: Family['levels'], takesAway: boolean): readonly Read[] {
  const reads = new Map<string, Read & { readonly targets: Target[] }>()
  for (const [segment, { from, to }] of segments.entries()) {
    for (const { sign, buckets: _, ...place } of piecesOf(from, to, levels, takesAway)) {
      const name = `${place.level} ${place.from} ${place.to}`
      const read = reads.get(name) ?? { ...place, targets: [] }
      read.targets.push({ segment, sign })
      reads.set(name, read)
    }
  }
  return [...reads.values()]
}

/** From its beginning to its end, whole buckets in the middle. */
function piecesOf(from: number, to: number, levels: Family['levels'], takesAway: boolean): readonly Piece[] {
  if (from >= to) return []
  const coarsest = levels.at(-1)
  if (coarsest === undefined) return [{ from, to, sign: 1, buckets: 0 }]
  const { level, bucketMs } = coarsest
  const finer = levels.slice(0, -1)
  const [first, end] = [Math.ceil(from / bucketMs) * bucketMs, Math.floor(to / bucketMs) * bucketMs]
  if (first > end || (first === end && finer.length === 0)) return piecesOf(from, to, finer, false)
  const finestMs = finer[0]?.bucketMs ?? bucketMs
  /** Both sides of a place in a bucket are told by the smaller one, as mostly both are asked for. */
  const partOf = (part: Span, rest: Span): readonly Piece[] => {
    const own = piecesOf(part.from, part.to, finer, false)
    const others = piecesOf(rest.from, rest.to, finer, false)
    const isTold = part.from % finestMs === 0 && part.to % finestMs === 0
    const isSmaller = bucketsIn(own) < bucketsIn(others) || (bucketsIn(own) === bucketsIn(others) && part.to === to)
    if (!takesAway || !isTold || isSmaller) return own
    const whole = { level, from: Math.min(part.from, rest.from), to: Math.max(part.to, rest.to), buckets: 1 }
    return [{ ...whole, sign: 1 }, ...others.map((piece): Piece => ({ ...piece, sign: -1 }))]
  }
  return [
    ...(from < first ? partOf({ from, to: first }, { from: first - bucketMs, to: from }) : []),
    ...(first < end ? [{ level, from: first, to: end, sign: 1 as const, buckets: (end - first) / bucketMs }] : []),
    ...(end < to ? partOf({ from: end, to }, { from: to, to: end + bucketMs }) : []),
  ]
}

function bucketsIn(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { buckets }) => sum + buckets, 0)
}
