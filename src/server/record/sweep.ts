import type { Expiry } from '../../core/record/retention.ts'

/** One look at all calls, for those that are older than they may become. */
export interface Sweep {
  /** True when there is more to look at. A step that fails ends it: the next one finds what is left. */
  step(): Promise<boolean>
}

/** `found` is told what went of each workspace of which something did. */
export function createSweep(begin: () => Promise<AsyncIterator<Expiry, void>>, found: (expiry: Expiry) => void): Sweep {
  let steps: AsyncIterator<Expiry, void> | undefined
  let sum: Expiry | undefined
  let isOver = false
  const tell = (): void => {
    if (sum !== undefined && sum.calls + sum.bodies + sum.spans > 0) found(sum)
    sum = undefined
  }
  return {
    async step() {
      if (isOver) return false
      try {
        steps ??= await begin()
        const { done, value } = await steps.next()
        if (done === true) isOver = true
        else if (sum?.workspace === value.workspace)
          sum = {
            ...value,
            calls: sum.calls + value.calls,
            bodies: sum.bodies + value.bodies,
            spans: sum.spans + value.spans,
          }
        else {
          tell()
          sum = value
        }
      } catch {
        isOver = true
      }
      if (isOver) tell()
      return !isOver
    },
  }
}
