const baseMs = 100
const capMs = 10_000

/**
 * How long to wait before the next round: decorrelated jitter, which spreads callers that failed together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function nextPauseMs(lastMs: number | undefined, random: number): number {
  const upTo = Math.max(baseMs, (lastMs ?? baseMs) * 3)
  return Math.min(capMs, baseMs + random * (upTo - baseMs))
}
