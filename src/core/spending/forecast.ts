/** When a budget ends, at the pace at which it is used. */
export interface Forecast {
  /** Unix milliseconds; not before the window ends means that it lasts, in the past that it was used up then. */
  readonly endsAt: number
  /** What the pace is of: the last eighth of the window's time, or all of it so far. */
  readonly basis: 'recent' | 'window'
}

/** What was used by a time, both of one window. */
export interface Sample {
  readonly at: number
  readonly used: number
}

export interface ForecastQuestion {
  readonly now: number
  readonly used: number
  readonly amount: number
  /** Of the window; absent for all time. */
  readonly startedAt?: number
  readonly lengthMs: number
  /** The oldest first. */
  readonly samples: readonly Sample[]
}

/** Below this part of the window's length nothing can be said. */
const LEAST_SHARE = 1 / 50
/** Ten years: longer is as good as for ever. */
const LONGEST_MS = 3650 * 86_400_000

/**
 * The recent pace where samples reach far enough back, or else that of the window so far: a burst of a minute must not look like
 * the end of the month, and a quiet start not like its whole. `undefined`: too little is known, or nothing is used.
 */
export function forecast({ now, used, amount, startedAt, lengthMs, samples }: ForecastQuestion): Forecast | undefined {
  const [oldest] = samples
  if (oldest !== undefined && now - oldest.at >= lengthMs * LEAST_SHARE && oldest.used <= used)
    return at('recent', (used - oldest.used) / (now - oldest.at))
  if (startedAt === undefined || now - startedAt < lengthMs * LEAST_SHARE) return undefined
  return at('window', used / (now - startedAt))

  function at(basis: Forecast['basis'], perMs: number): Forecast | undefined {
    const leftMs = Math.max(0, amount - used) / perMs
    return perMs > 0 && leftMs < LONGEST_MS ? { endsAt: Math.round(now + leftMs), basis } : undefined
  }
}

/** How far back samples are kept, and how far apart they are. */
export const sampleSpan = (lengthMs: number): number => lengthMs / 8
export const sampleEvery = (lengthMs: number): number => lengthMs / 400
