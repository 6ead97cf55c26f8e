import type { RoutedCall } from '../../core/calls/call.ts'

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

/** What a provider asks for is the least; one that asks for longer than this is not waited for. */
export const longestWaitMs = 10_000

/** Resolves after so many milliseconds; rejects when the call ends before. */
export function pause(ms: number, { lifetime }: Pick<RoutedCall, 'lifetime'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      removeEndListener()
      resolve()
    }, ms)
    const removeEndListener = lifetime.onEnd((reason) => {
      clearTimeout(timer)
      reject(reason)
    })
  })
}
