/**
 * How much of a margin a window loses because it stands alone. The more windows a text has, the likelier one of them looks like an
 * attack by chance; and who talks a model into something does so in more than one sentence. So the text counts with the mean of
 * its windows' chances, not with the highest (log-mean-exp, as noisy-or pooling is known from multiple-instance learning).
 */

/** Below 1, high windows count more than their share: at 0 only the highest would. */
const temperature = 0.5
/** What is so far below the highest adds nothing. */
const tooLow = -5

/**
 * `margins` has `stride` of them for each window, of which the one at `offset` counts; windows of one scale stand together, as
 * `scaleOf` says. Each scale is looked at by itself, and the one that takes off the least counts. No more than `most` is taken off,
 * or an attack could be drowned in ordinary text. `times`: how much longer the text is that they are a part of.
 */
export function lonenessOf(
  margins: ArrayLike<number>,
  scaleOf: ArrayLike<number>,
  count: number,
  most: number,
  stride = 1,
  offset = 0,
  times = 1,
): number {
  let highest = Number.NEGATIVE_INFINITY
  let pooled = Number.NEGATIVE_INFINITY
  for (let from = 0; from < count; ) {
    const scale = scaleOf[from]
    let to = from
    let top = Number.NEGATIVE_INFINITY
    for (; to < count && scaleOf[to] === scale; to++) top = Math.max(top, margins[to * stride + offset] ?? 0)
    let sum = 0
    for (let at = from; at < to; at++) {
      const below = (margins[at * stride + offset] ?? 0) - top
      if (below > tooLow) sum += Math.exp(below / temperature)
    }
    highest = Math.max(highest, top)
    pooled = Math.max(pooled, top + temperature * Math.log(sum / (to - from) / times))
    from = to
  }
  return count === 0 ? 0 : Math.min(most, highest - pooled)
}
