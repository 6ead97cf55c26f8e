/** How fast a token bucket fills: with the amount in the period, evenly. */
export interface Refill {
  readonly amount: number
  readonly periodMs: number
}

/** How much is missing in it, and as of when. */
export interface BucketLevel {
  /** Unix milliseconds. */
  startedAt: number
  used: number
}

/**
 * Lets flow in what came until then. A clock that is set back brings nothing; one that had been a whole period ahead is
 * believed, or nothing would flow in for as long.
 */
export function refill(level: BucketLevel, amount: number, periodMs: number, now: number): void {
  const passed = now - level.startedAt
  if (passed < 0 && passed > -periodMs) return
  level.used = Math.max(0, level.used - (Math.max(0, passed) / periodMs) * amount)
  level.startedAt = now
}

/** What is missing after more was used, which a record keeps. */
export function poured(
  level: Readonly<BucketLevel> | undefined,
  { windowStart: at, used, refill: { amount, periodMs } }: BucketUse,
): BucketLevel {
  const next = { ...(level ?? { startedAt: at, used: 0 }) }
  refill(next, amount, periodMs, at)
  next.used += used
  return next
}

interface BucketUse {
  readonly windowStart: number
  readonly used: number
  readonly refill: Refill
}
