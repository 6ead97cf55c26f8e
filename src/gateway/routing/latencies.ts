/** The last latencies of a target, in milliseconds. */
export interface Latencies {
  add(ms: number): void
  readonly meanMs: number | undefined
  /** What 95 of 100 were below; absent while there are too few. */
  p95Ms(): number | undefined
}

const size = 128
const fewest = 20
/** The percentile is worked out anew after so many more. */
const every = 16
/** The weight of a new figure in the mean. */
const newShare = 0.2

export function createLatencies(): Latencies {
  const ring = new Float64Array(size)
  let count = 0
  let mean: number | undefined
  let known: { readonly at: number; readonly ms: number } | undefined
  return {
    add(ms) {
      ring[count++ % size] = ms
      mean = mean === undefined ? ms : mean + newShare * (ms - mean)
    },
    get meanMs() {
      return mean
    },
    p95Ms() {
      if (count < fewest) return undefined
      if (known === undefined || count - known.at >= every) {
        const sorted = ring.slice(0, Math.min(count, size)).sort()
        known = { at: count, ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0 }
      }
      return known.ms
    },
  }
}
