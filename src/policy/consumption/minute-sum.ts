/** A sum over the last minute, without a list: that of the running minute, and what of the one before has not faded out yet. */
export interface MinuteSum {
  minute: number
  current: number
  previous: number
}

export function newMinuteSum(): MinuteSum {
  return { minute: 0, current: 0, previous: 0 }
}

const MINUTE = 60_000

/** Goes on to the minute of `now`. Returns the sum of a minute that is over by now, if anything was in it. */
export function turn(sum: MinuteSum, now: number): number | undefined {
  const minute = Math.floor(now / MINUTE)
  // A clock that was set back gives nothing back; nor is an hour that comes twice one minute.
  if (minute <= sum.minute && minute >= sum.minute - 1) return undefined
  if (minute < sum.minute) {
    sum.previous = Math.max(sum.current, sum.previous)
    sum.current = 0
    sum.minute = minute
    return undefined
  }
  const over = sum.minute === 0 || sum.current === 0 ? undefined : sum.current
  sum.previous = minute === sum.minute + 1 ? sum.current : 0
  sum.current = 0
  sum.minute = minute
  return over
}

export function lastMinute({ minute, current, previous }: MinuteSum, now: number): number {
  const passed = Math.min(1, Math.max(0, now / MINUTE - minute))
  return current + previous * (1 - passed)
}
