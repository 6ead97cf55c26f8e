import type { CallLifetime } from '../../core/calls/lifetime.ts'
import type { GatewayError } from '../../core/errors.ts'

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
  /**
   * A list in which each lifetime knows its place. Not a `Set`: when a set grows, the table it leaves behind points to the
   * next one, so that one old table kept all later calls alive until the next full collection.
   */
  const watched: CallLifetime[] = []
  const remove = (lifetime: CallLifetime): void => {
    const place = lifetime.deadline?.place
    const last = watched.at(-1)
    if (place === undefined || last?.deadline === undefined) return
    watched[place] = last
    last.deadline.place = place
    watched.pop()
    lifetime.deadline = undefined
  }
  const timer = setInterval(() => {
    const now = performance.now()
    const late = watched.filter(({ deadline }) => deadline !== undefined && now >= deadline.at)
    for (const lifetime of late) {
      const reason = lifetime.deadline?.reason
      remove(lifetime)
      if (reason !== undefined) lifetime.end(reason())
    }
  }, tickMs)
  timer.unref()
  return {
    set(lifetime, afterMs, reason) {
      const at = performance.now() + afterMs
      if (lifetime.deadline === undefined) {
        lifetime.deadline = { at, reason, place: watched.push(lifetime) - 1 }
      } else {
        lifetime.deadline.at = at
        lifetime.deadline.reason = reason
      }
    },
    delete: remove,
    close: () => clearInterval(timer),
  }
}
