/**
 * What is usual of a measure, from a stream of values: a robust centre and spread in the logarithm (Huber's M-estimator with
 * exponential forgetting), in four numbers. One value, however large, moves the centre by a bounded step, so that an attack
 * does not teach its own size, while a lasting change is learned in some tens of values.
 */
export interface Usual {
  count: number
  /** Of log(1 + value). */
  centre: number
  spread: number
  /** The highest of lately, of those that raised no alarm; sinks slowly. */
  high: number
  /** No limit is higher: the highest that has been, which rises by so much in a day, whatever is learned meanwhile. */
  rail?: number
  railAt?: number
}

export function newUsual(): Usual {
  return { count: 0, centre: 0, spread: 0.5, high: 0 }
}

const GAIN = 0.03
/** Half of what was the highest is forgotten in about 700 values. */
const SINK = 0.001

export interface Learning {
  /** Unix milliseconds. */
  readonly at: number
  /** It is learned as any other, but is no new height. */
  readonly isAlarm?: boolean
  /** Nothing is usual yet, or somebody has said that it is well: limits follow at once. */
  readonly isFree?: boolean
}

export function learn(usual: Usual, value: number, learning: Learning): void {
  add(usual, value, learning.isAlarm === true)
  raiseRail(usual, learning)
}

function add(usual: Usual, value: number, isAlarm: boolean): void {
  const seen = Math.log1p(value)
  usual.count++
  if (usual.count === 1) {
    usual.centre = seen
    usual.high = seen
    return
  }
  const gain = Math.max(GAIN, 1 / usual.count)
  const bound = Math.max(0.5, 2 * usual.spread)
  const off = seen - usual.centre
  usual.centre += gain * Math.min(bound, Math.max(-bound, off))
  usual.spread += gain * (Math.min(Math.abs(off), bound * 2) - usual.spread)
  usual.high = Math.max(isAlarm ? 0 : seen, usual.high - SINK)
}

/** Who raises a limit little by little, below all alarms, comes this far in a day: four times as high. */
const RISE = Math.log(4)
const DAY_MS = 86_400_000

function raiseRail(usual: Usual, { at, isFree = false }: Learning): void {
  const wide = wideOf(usual)
  const { rail = wide, railAt = at } = usual
  usual.railAt = at
  if (isFree) usual.rail = wide
  else if (wide <= rail) usual.rail = rail
  else usual.rail = Math.min(wide, rail + (RISE * Math.min(DAY_MS, Math.max(0, at - railAt))) / DAY_MS)
}

/** Spreads above the centre; below this much of a spread values of one size would alarm at a little more. */
const SPREADS = 6
const LEAST_SPREAD = 0.35
const ABOVE_HIGH = Math.log(1.5)
/** However wide a key's values are spread, so many times the centre is never usual. */
const MOST = Math.log(64)

/** The value from which on it is an alarm, at least `floor`; `undefined`: too little is known. */
export function limitOf(usual: Usual, floor: number, least = 20): number | undefined {
  if (usual.count < least) return undefined
  return Math.max(floor, Math.expm1(Math.min(wideOf(usual), usual.rail ?? Number.POSITIVE_INFINITY)))
}

function wideOf({ centre, spread, high }: Usual): number {
  const wide = Math.max(centre + SPREADS * Math.max(LEAST_SPREAD, spread), high + ABOVE_HIGH)
  return Math.min(wide, centre + MOST)
}

export function usualValue({ centre }: Usual): number {
  return Math.expm1(centre)
}
