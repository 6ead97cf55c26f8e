/** Quality against cost of a router that sends the prompts with the greatest scores to the strong model. */
import type { Random } from './random.ts'

/** What a prompt gives and costs at each model. */
export interface Item {
  readonly group: string
  readonly weak: { readonly quality: number; readonly cost: number }
  readonly strong: { readonly quality: number; readonly cost: number }
}

/** One score of each item, in their order. */
export type Scores = readonly number[]

export interface Curve {
  /** Average performance gap recovered (Ong et al., 2024): 0 is always cheap, 1 always strong, a random router has 0.5. */
  readonly apgr: number
  /** The same by money instead of calls: what is recovered at equal cost. */
  readonly apgrByCost: number
  /** The share of calls to the strong model that recovers this much of the gap. */
  callsFor(recovered: number): number
  /** The part of the gap that is recovered with this share of calls to the strong model. */
  atCalls(share: number): number
  /** The same with this share of the money between always cheap and always strong. */
  atCost(share: number): number
}

export function curveOf(items: readonly Item[], scores: Scores): Curve {
  const order = items.map((_, index) => index).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
  const gains = order.map((index) => gainOf(items[index]))
  const costs = order.map((index) => extraOf(items[index]))
  const gap = sum(gains)
  const extra = sum(costs)
  const recovered = runningShares(gains, gap)
  const spent = runningShares(costs, extra)
  const area = (width: (index: number) => number): number =>
    recovered.reduce((total, at, index) => total + ((at + (recovered[index - 1] ?? 0)) / 2) * width(index), 0)
  return {
    apgr: area(() => 1 / items.length),
    apgrByCost: area((index) => (costs[index] ?? 0) / extra),
    callsFor: (part) => (recovered.findIndex((at) => at >= part - 1e-9) + 1) / items.length,
    atCalls: (share) => recovered[Math.round(share * items.length) - 1] ?? 0,
    atCost: (share) => recovered[spent.findLastIndex((at) => at <= share + 1e-9)] ?? 0,
  }
}

/** Who knows how each answer turns out. */
export function oracleScores(items: readonly Item[]): Scores {
  return items.map(gainOf)
}

export interface Interval {
  readonly value: number
  readonly lower: number
  readonly upper: number
}

/** With the 95 % interval of the bootstrap over groups (percentiles of 2,000 draws, of many items fewer). */
export function bootstrapped(
  items: readonly Item[],
  measure: (drawn: readonly number[]) => number,
  random: Random,
): Interval {
  const groups = [...Map.groupBy(items.keys(), (index) => items[index]?.group ?? '').values()]
  const count = Math.min(2000, Math.ceil(2e6 / items.length))
  const drawn = (): number[] => groups.flatMap(() => groups[Math.floor(random.next() * groups.length)] ?? [])
  // Of a draw without a gap between the models nothing can be said.
  const draws = Array.from({ length: count }, () => measure(drawn()))
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  return {
    value: measure([...items.keys()]),
    lower: draws[Math.floor(draws.length * 0.025)] ?? 0,
    upper: draws[Math.ceil(draws.length * 0.975) - 1] ?? 0,
  }
}

/** Chance that a failure has a greater score than a success (the area under the ROC curve), by ranks. */
export function rankedRight(scores: Scores, failed: readonly boolean[]): number {
  const order = scores.map((_, index) => index).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0))
  let ranks = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && scores[order[to] ?? 0] === scores[order[from] ?? 0]) to++
    for (let at = from; at < to; at++) if (failed[order[at] ?? 0]) ranks += (from + to + 1) / 2
    from = to
  }
  const positives = failed.filter(Boolean).length
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (failed.length - positives))
}

function gainOf(item: Item | undefined): number {
  return item === undefined ? 0 : item.strong.quality - item.weak.quality
}

function extraOf(item: Item | undefined): number {
  return item === undefined ? 0 : item.strong.cost - item.weak.cost
}

function runningShares(values: readonly number[], whole: number): number[] {
  let total = 0
  return values.map((value) => {
    total += value
    return total / whole
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
