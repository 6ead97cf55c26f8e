import { GatewayError } from '../../../core/errors.ts'

/** How much of spans each key may have read: what was used comes back within a minute. */
export interface SpanAllowance {
  /** Throws `rate_limited` for a key that has used all of it. */
  check(key: string, bytesPerMinute: number): void
  /** May lead below nothing: a request is taken whole, and the next one waits the longer. */
  use(key: string, bytes: number, bytesPerMinute: number): void
}

const MINUTE_MS = 60_000

export function createSpanAllowance(now: () => number = () => performance.now()): SpanAllowance {
  const used = new Map<string, { readonly bytes: number; readonly at: number }>()
  const usedNow = (key: string, bytesPerMinute: number): number => {
    const last = used.get(key)
    if (last === undefined) return 0
    return Math.max(0, last.bytes - ((now() - last.at) * bytesPerMinute) / MINUTE_MS)
  }
  return {
    check(key, bytesPerMinute) {
      const over = usedNow(key, bytesPerMinute) - bytesPerMinute
      if (over < 0) return
      const message = `Of this key at most ${bytesPerMinute} bytes of spans are read in a minute (\`limits.maxSpanBytesPerMinute\`).`
      // Until there is room for a little more than nothing.
      const retryAfterSeconds = Math.ceil((over * 60) / bytesPerMinute) + 1
      throw new GatewayError('rate_limited', message, { retryAfterSeconds })
    },
    use(key, bytes, bytesPerMinute) {
      used.set(key, { bytes: usedNow(key, bytesPerMinute) + bytes, at: now() })
    },
  }
}
