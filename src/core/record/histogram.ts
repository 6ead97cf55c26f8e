/**
 * How often values of each size occurred, for percentiles of sets that can be added up.
 *
 * A value is a whole number, of microseconds here. Up to 15 each has a bin of its own; above, each power of two has sixteen, so
 * that what a bin says of a value is at most 3.2 % off. Only whole numbers are counted: the same values give the same bins and
 * the same percentiles in whatever order and in however many parts they were added.
 */

/** Counts by bin; a hole is 0. */
export type Histogram = number[]

const BIN_BITS = 4
const BINS_PER_POWER = 1 << BIN_BITS
/** Fifty days in microseconds; what is longer is counted as that. */
const MAX_VALUE = 2 ** 42 - 1

export function addValue(histogram: Histogram, value: number): void {
  const bin = binOf(value)
  histogram[bin] = (histogram[bin] ?? 0) + 1
}

function binOf(value: number): number {
  if (value < BINS_PER_POWER) return Math.max(0, Math.floor(value))
  const bounded = Math.min(value, MAX_VALUE)
  // `clz32` knows 32 bits.
  const isLarge = bounded >= 2 ** 32
  const power = isLarge ? 63 - Math.clz32(Math.floor(bounded / 2 ** 32)) : 31 - Math.clz32(bounded)
  const place = Math.floor(bounded / 2 ** (power - BIN_BITS)) - BINS_PER_POWER
  return (power - BIN_BITS + 1) * BINS_PER_POWER + place
}

/** The middle of the values that a bin holds. */
function middleOf(bin: number): number {
  if (bin < BINS_PER_POWER) return bin
  const width = 2 ** (Math.floor(bin / BINS_PER_POWER) - 1)
  return ((bin % BINS_PER_POWER) + BINS_PER_POWER) * width + (width - 1) / 2
}

/** The value that `part` (above 0, up to 1) of all do not exceed, by nearest rank; `undefined` of none. */
export function percentile(histogram: Histogram, part: number): number | undefined {
  let all = 0
  for (let bin = 0; bin < histogram.length; bin++) all += histogram[bin] ?? 0
  const wanted = Math.ceil(part * all)
  let passed = 0
  for (let bin = 0; bin < histogram.length; bin++) {
    passed += histogram[bin] ?? 0
    if (passed >= wanted && passed > 0) return middleOf(bin)
  }
  return undefined
}

/**
 * As ASCII: `!`, then for each bin with a count how many bins it lies behind the one before, and the count. A number is its digits
 * to the base 32, the lowest first, as the characters from `0` on; all but its last are 32 higher. So a store adds one to another by
 * writing it behind.
 */
export function encodeHistogram(histogram: Histogram): string {
  let text = ''
  let last = -1
  for (let bin = 0; bin < histogram.length; bin++) {
    const count = histogram[bin] ?? 0
    if (count === 0) continue
    text += number(bin - last - 1) + number(count)
    last = bin
  }
  return text === '' ? '' : `!${text}`
}

/** Of one value. */
export function encodeValue(value: number): string {
  return `!${number(binOf(value))}${number(1)}`
}

function number(value: number): string {
  let text = ''
  let rest = value
  for (; rest >= 32; rest = Math.floor(rest / 32)) text += String.fromCharCode(ZERO + 32 + (rest % 32))
  return text + String.fromCharCode(ZERO + rest)
}

/**
 * Adds any number of those that `encodeHistogram` wrote, one behind the other, or takes them away. Of what is none it adds what can
 * be read.
 */
export function addEncoded(histogram: Histogram, text: string, sign: 1 | -1 = 1): void {
  let bin = -1
  let isBin = true
  let value = 0
  let factor = 1
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0) {
      bin = -1
      isBin = true
    } else {
      value += (digit % 32) * factor
      factor *= 32
      if (digit >= 32) continue
      if (isBin) bin = Math.min(bin + 1 + value, MAX_BIN)
      else histogram[bin] = (histogram[bin] ?? 0) + sign * value
      isBin = !isBin
    }
    value = 0
    factor = 1
  }
}

const ZERO = 48
const MAX_BIN = binOf(MAX_VALUE)
