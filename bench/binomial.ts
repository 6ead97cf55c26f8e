/** Share of `count` in `total` with its 95 % interval by Clopper and Pearson (1934), which is never too narrow. */
export interface Share {
  readonly count: number
  readonly total: number
  readonly rate: number
  readonly lower: number
  readonly upper: number
}

const tail = 0.025

export function shareOf(count: number, total: number): Share {
  const lower = count === 0 ? 0 : bisect((p) => 1 - atMost(count - 1, total, p) > tail)
  const upper = count === total ? 1 : bisect((p) => atMost(count, total, p) < tail)
  return { count, total, rate: total === 0 ? 0 : count / total, lower, upper }
}

/** The least chance at which `holds`, which never ceases to hold above it. */
function bisect(holds: (chance: number) => boolean): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

/** Chance of at most `count` in `total`, each with chance `p`. */
function atMost(count: number, total: number, p: number): number {
  if (p <= 0) return 1
  if (p >= 1) return count >= total ? 1 : 0
  let logTerm = total * Math.log1p(-p)
  let sum = Math.exp(logTerm)
  for (let k = 1; k <= count; k++) {
    logTerm += Math.log((total - k + 1) / k) + Math.log(p) - Math.log1p(-p)
    sum += Math.exp(logTerm)
  }
  return Math.min(1, sum)
}
