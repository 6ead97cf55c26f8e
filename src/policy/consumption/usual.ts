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
}

export function newUsual(): Usual {
  return { count: 0, centre: 0, spread: 0.5, high: 0 }
}

const GAIN = 0.03
/** Half of what was the highest is forgotten in about 700 values. */
const SINK = 0.001

/** `isAlarm`: it is learned as any other, but is no new height. */
export function learn(usual: Usual, value: number, isAlarm = false): void {
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

/** Spreads above the centre; below this much of a spread values of one size would alarm at a little more. */
const SPREADS = 6
const LEAST_SPREAD = 0.35
const ABOVE_HIGH = Math.log(1.5)
/** However wide a key's values are spread, so many times the centre is never usual. */
const MOST = Math.log(64)

/** The value from which on it is an alarm, at least `floor`; `undefined`: too little is known. */
export function limitOf(usual: Usual, floor: number, least = 20): number | undefined {
  if (usual.count < least) return undefined
  const { centre, spread, high } = usual
  const wide = Math.max(centre + SPREADS * Math.max(LEAST_SPREAD, spread), high + ABOVE_HIGH)
  return Math.max(floor, Math.expm1(Math.min(wide, centre + MOST)))
}

export function usualValue({ centre }: Usual): number {
  return Math.expm1(centre)
}
