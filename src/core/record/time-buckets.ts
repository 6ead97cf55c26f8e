/** Divides a range of time by the calendar of a time zone. */

export const intervals = ['minute', 'hour', 'day', 'week', 'month'] as const
export type Interval = (typeof intervals)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MINUTE_MS = 60_000

/** `start` is where the minute, hour, … begins, which may be before the range; `from` up to `to` is its part of the range. */
export interface TimeBucket {
  readonly start: number
  readonly from: number
  readonly to: number
}

/** Whether there is an IANA time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** In order; `undefined` when there would be more than `max`. Weeks begin on Monday (ISO 8601). */
export function timeBuckets(
  { from, to }: { readonly from: number; readonly to: number },
  interval: Interval,
  timeZone: string,
  max: number,
): readonly TimeBucket[] | undefined {
  const offsetAt = offsetsOf(timeZone)
  const buckets: TimeBucket[] = []
  let start = startOf(from, interval, offsetAt)
  while (from < to && start < to) {
    if (buckets.length === max) return undefined
    const next = nextOf(start, interval, offsetAt)
    if (next > from) buckets.push({ start, from: Math.max(start, from), to: Math.min(next, to) })
    start = next
  }
  return buckets
}

/** Milliseconds by which the local time is ahead of UTC. */
type OffsetAt = (time: number) => number

function offsetsOf(timeZone: string): OffsetAt {
  if (timeZone === 'UTC') return () => 0
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (time) => {
    const seconds = Math.floor(time / 1000) * 1000
    const parts = new Map(format.formatToParts(seconds).map(({ type, value }) => [type, Number(value)]))
    const of = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - seconds
  }
}

function startOf(time: number, interval: Interval, offsetAt: OffsetAt): number {
  const offset = offsetAt(time)
  const local = time + offset
  if (interval === 'minute') return floor(local, MINUTE_MS) - offset
  if (interval === 'hour') return floor(local, HOUR_MS) - offset
  const date = new Date(local)
  const day = floor(local, DAY_MS)
  // 0 is Sunday.
  const first = interval === 'week' ? day - ((date.getUTCDay() + 6) % 7) * DAY_MS : day
  return midnightOf(interval === 'month' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) : first, offsetAt)
}

function nextOf(start: number, interval: Interval, offsetAt: OffsetAt): number {
  if (interval === 'minute') return start + MINUTE_MS
  // A clock that is set by half an hour moves the begin of hours.
  if (interval === 'hour') return after(start, startOf(start + HOUR_MS, interval, offsetAt), HOUR_MS)
  const local = new Date(start + offsetAt(start))
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()]
  if (interval === 'month') return midnightOf(Date.UTC(year, month + 1), offsetAt)
  const days = interval === 'week' ? 7 : 1
  // A zone that changed sides of the date line has left a day out: then the next is the one behind it.
  return after(start, midnightOf(Date.UTC(year, month, day + days), offsetAt), days * DAY_MS)
}

function after(start: number, next: number, step: number): number {
  return next > start ? next : start + step
}

/** The first moment of a day, given as if it were in UTC. Where a clock is set at midnight, that is not always 00:00. */
function midnightOf(day: number, offsetAt: OffsetAt): number {
  const candidates = [day - offsetAt(day - DAY_MS), day - offsetAt(day + DAY_MS)].sort((a, b) => a - b)
  return candidates.find((time) => time + offsetAt(time) >= day) ?? Math.max(...candidates)
}

function floor(time: number, step: number): number {
  return Math.floor(time / step) * step
}
