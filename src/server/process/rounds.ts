export interface Rounds {
  /** Begins one at the end of this turn of the loop, or when the one that runs is over. */
  soon(): void
  /** Resolves when none runs and none is due. */
  idle(): Promise<void>
  /** Begins none from now on; resolves when the one that runs is over. */
  close(): Promise<void>
}

/** Exchanges with somebody elsewhere, one at a time: what is wanted meanwhile goes into the next. */
export function createRounds(round: () => Promise<void>, isMoreWanted: () => boolean): Rounds {
  let isDue = false
  let isClosed = false
  let running: Promise<void> | undefined

  function soon(): void {
    if (isDue || running !== undefined || isClosed) return
    isDue = true
    setImmediate(() => {
      isDue = false
      running ??= round().finally(() => {
        running = undefined
        if (isMoreWanted()) soon()
      })
    })
  }

  return {
    soon,
    async idle() {
      while (isDue || running !== undefined) await (running ?? new Promise((resolve) => setImmediate(resolve)))
    },
    async close() {
      isClosed = true
      await running
    },
  }
}
