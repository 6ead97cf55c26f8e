/** How much may be done on top of what is asked for: a share of the calls, and a few when there are hardly any. */
export interface Budget {
  /** A call came. */
  earn(): void
  /** False: there is none left. */
  spend(): boolean
}

export function createBudget(share: number, burst: number): Budget {
  let left = burst
  return {
    earn() {
      left = Math.min(burst, left + share)
    },
    spend() {
      if (left < 1) return false
      left--
      return true
    },
  }
}
