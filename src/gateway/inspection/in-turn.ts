/** One thing to do after another; what it gives is a promise where a detector asks somebody else. */
export type Step = () => void | Promise<void>

export interface Turns {
  /** Does it now, or once what came before is done. */
  take(step: Step): void
  /** What still waits is not done any more. */
  stop(): void
}

/** Keeps the order of a stream, also where one has to wait: its source is paused for as long. */
export function createTurns(source: { pause(): void; resume(): void }, broken: (fault: unknown) => void): Turns {
  const waiting: Step[] = []
  let isBusy = false
  let isOver = false

  function take(step: Step): void {
    if (isOver) return
    if (isBusy) {
      waiting.push(step)
      return
    }
    try {
      const pending = step()
      if (pending === undefined) return
      isBusy = true
      source.pause()
      pending.then(goOn, broken)
    } catch (fault) {
      broken(fault)
    }
  }

  function goOn(): void {
    isBusy = false
    for (let next = waiting.shift(); next !== undefined && !isOver; next = waiting.shift()) {
      take(next)
      if (isBusy) return
    }
    if (!isOver) source.resume()
  }

  return {
    take,
    stop() {
      isOver = true
      waiting.length = 0
    },
  }
}

export function inOrder(steps: readonly Step[], from = 0): void | Promise<void> {
  for (let index = from; index < steps.length; index++) {
    const pending = steps[index]?.()
    if (pending !== undefined) return pending.then(() => inOrder(steps, index + 1))
  }
}
