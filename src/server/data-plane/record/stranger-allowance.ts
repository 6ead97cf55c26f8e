/** How many calls of nobody that is known are kept: whoever makes up keys must not fill the record. */
export interface StrangerAllowance {
  /** Whether one more is kept. */
  take(): boolean
  readonly refused: number
}

/** Of one process. Enough to see who knocks, and little beside the calls of one key. */
const MAX_AT_ONCE = 600
const PER_MS = 10 / 1000

export function createStrangerAllowance(now: () => number = () => performance.now()): StrangerAllowance {
  let left = MAX_AT_ONCE
  let at = now()
  let refused = 0
  return {
    take() {
      const time = now()
      left = Math.min(MAX_AT_ONCE, left + (time - at) * PER_MS)
      at = time
      if (left < 1) {
        refused++
        return false
      }
      left--
      return true
    },
    get refused() {
      return refused
    },
  }
}
