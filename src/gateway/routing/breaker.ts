/** A circuit breaker as a value. Pure: the time is an argument, in milliseconds of a clock that never goes back. */
export interface Breaker {
  /** Attempts lately, each worth half after `halfLifeMs`. */
  readonly total: number
  readonly failed: number
  readonly atMs: number
  /** Failures since the last success. */
  readonly inARow: number
  /** Absent: closed. */
  readonly open?: { readonly untilMs: number; readonly pauseMs: number }
}

export const closedBreaker: Breaker = { total: 0, failed: 0, atMs: 0, inARow: 0 }

const halfLifeMs = 10_000
/** Fewer failures in a row say little; more cost callers time. */
const maxInARow = 5
/** Where half of the attempts fail, and there were enough of them. */
const maxFailedShare = 0.5
const minTotal = 20
const firstPauseMs = 2000
const longestPauseMs = 60_000

/** `half-open`: one attempt may find out whether it is well again. */
export function breakerState({ open }: Breaker, nowMs: number): 'closed' | 'open' | 'half-open' {
  if (open === undefined) return 'closed'
  return nowMs < open.untilMs ? 'open' : 'half-open'
}

export function afterSuccess(breaker: Breaker, nowMs: number): Breaker {
  const { total, failed } = decayed(breaker, nowMs)
  return breaker.open === undefined
    ? { total: total + 1, failed, atMs: nowMs, inARow: 0 }
    : withoutFaults(breaker, nowMs)
}

/** One that answered its probe starts anew: what failed before is over. */
export function withoutFaults(breaker: Breaker, nowMs: number): Breaker {
  return breaker.open === undefined ? breaker : { total: 1, failed: 0, atMs: nowMs, inARow: 0 }
}

/** Open until then at least, as somebody else has found out. */
export function withPause(breaker: Breaker, untilMs: number, pauseMs: number): Breaker {
  const { open } = breaker
  return open !== undefined && open.untilMs >= untilMs ? breaker : { ...breaker, open: { untilMs, pauseMs } }
}

/** Half-open at once where it is open: there is reason to think that it is well again. */
export function halfOpened(breaker: Breaker, nowMs: number): Breaker {
  const { open } = breaker
  return open === undefined || open.untilMs <= nowMs
    ? breaker
    : { ...breaker, open: { untilMs: nowMs, pauseMs: open.pauseMs } }
}

export function afterFailure(breaker: Breaker, nowMs: number): Breaker {
  const past = decayed(breaker, nowMs)
  const next = { total: past.total + 1, failed: past.failed + 1, atMs: nowMs, inARow: breaker.inARow + 1 }
  const { open } = breaker
  if (open !== undefined) {
    // Attempts that began before it opened tell nothing new.
    if (nowMs < open.untilMs) return { ...next, open }
    const pauseMs = Math.min(longestPauseMs, open.pauseMs * 2)
    return { ...next, open: { untilMs: nowMs + pauseMs, pauseMs } }
  }
  const isBroken = next.inARow >= maxInARow || (next.total >= minTotal && next.failed >= next.total * maxFailedShare)
  return isBroken ? { ...next, open: { untilMs: nowMs + firstPauseMs, pauseMs: firstPauseMs } } : next
}

function decayed({ total, failed, atMs }: Breaker, nowMs: number): Pick<Breaker, 'total' | 'failed'> {
  const factor = 0.5 ** ((nowMs - atMs) / halfLifeMs)
  return { total: total * factor, failed: failed * factor }
}
