import type { GatewayError } from '../../core/errors.ts'
import type { CallLifetime } from '../../core/lifetime.ts'

/** Ends lifetimes when their time is over. One timer looks at all of them: two timers a call would cost 2 µs of it. */
export interface Deadlines {
  /** Replaces an earlier deadline of the same lifetime. */
  set(lifetime: CallLifetime, afterMs: number, reason: () => GatewayError): void
  delete(lifetime: CallLifetime): void
  close(): void
}

/** How late a deadline may be. */
const tickMs = 50

export function createDeadlines(): Deadlines {
  const watched = new Set<CallLifetime>()
  const timer = setInterval(() => {
    const now = performance.now()
    for (const lifetime of watched) {
      if (lifetime.deadline === undefined || now < lifetime.deadline.at) continue
      watched.delete(lifetime)
      lifetime.end(lifetime.deadline.reason())
    }
  }, tickMs)
  timer.unref()
  return {
    set(lifetime, afterMs, reason) {
      lifetime.deadline = { at: performance.now() + afterMs, reason }
      watched.add(lifetime)
    },
    delete: (lifetime) => void watched.delete(lifetime),
    close: () => clearInterval(timer),
  }
}
