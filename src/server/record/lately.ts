/** How long a loss is spoken of after it has ended. */
export const SPOKEN_OF_MS = 5 * 60_000

/** Watches a counter of losses; the result says whether it grew since the last look or in the last minutes. */
export function lately(now = (): number => performance.now()): (count: number) => boolean {
  let seen = 0
  let grewAt = Number.NEGATIVE_INFINITY
  return (count) => {
    if (count > seen) grewAt = now()
    // Less than before: the thread that counts was replaced.
    seen = count
    return now() - grewAt < SPOKEN_OF_MS
  }
}
