import { type Priority, priorities } from '../../core/calls/registry.ts'

/** Who waits, in the order in which they are served: higher priorities first, and within one the keys in turn. */
export interface FairQueue<Waiter> {
  readonly size: number
  add(priority: Priority, key: string, waiter: Waiter): void
  /** Takes out the next one. */
  next(): Waiter | undefined
  /** Takes out one that waits no longer. */
  remove(priority: Priority, key: string, waiter: Waiter): void
}

/** Of so many turns one is for the lowest priority that waits, so that nobody waits for ever. */
const turnsUntilLowest = 10

export function createFairQueue<Waiter>(): FairQueue<Waiter> {
  // Of each priority the keys, the next one first, with those who wait in the order in which they came.
  const levels = new Map<Priority, Map<string, Waiter[]>>(priorities.map((priority) => [priority, new Map()]))
  let size = 0
  let turns = 0

  const takeFrom = (level: Map<string, Waiter[]>): Waiter | undefined => {
    for (const [key, waiters] of level) {
      const waiter = waiters.shift()
      level.delete(key)
      if (waiters.length > 0) level.set(key, waiters)
      if (waiter !== undefined) return waiter
    }
    return undefined
  }

  return {
    get size() {
      return size
    },
    add(priority, key, waiter) {
      const level = levels.get(priority)
      const waiters = level?.get(key)
      if (waiters === undefined) level?.set(key, [waiter])
      else waiters.push(waiter)
      size++
    },
    next() {
      const order = ++turns % turnsUntilLowest === 0 ? [...priorities].reverse() : priorities
      for (const priority of order) {
        const level = levels.get(priority)
        const waiter = level === undefined ? undefined : takeFrom(level)
        if (waiter === undefined) continue
        size--
        return waiter
      }
      return undefined
    },
    remove(priority, key, waiter) {
      const level = levels.get(priority)
      const waiters = level?.get(key)
      const index = waiters?.indexOf(waiter) ?? -1
      if (waiters === undefined || index < 0) return
      waiters.splice(index, 1)
      if (waiters.length === 0) level?.delete(key)
      size--
    },
  }
}
