import type { Limits, Priority } from '../../core/calls/registry.ts'

/** How hard it is for this process to do what it has taken on. */
export interface LoadGauge {
  /** One sentence on why a new call would be too much; `undefined`: it may come. */
  reason(limits: Limits, priority?: Priority): string | undefined
  close(): void
}

export interface LoadGaugeOptions {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Of the whole process. */
  memoryBytes(): number
  /** Calls back again and again. The result ends that. */
  every(ms: number, look: () => void): () => void
}

const tickMs = 100
/** The weight of a new look in the mean: half a second of trouble counts, one long task does not. */
const newShare = 0.2
/** Who matters less goes first. */
const allowance: Readonly<Record<Priority, number>> = { high: 2, normal: 1, low: 0.5 }

export function createLoadGauge({ now, memoryBytes, every }: LoadGaugeOptions): LoadGauge {
  let lastAt = now()
  let delayMs = 0
  let memory = memoryBytes()
  const close = every(tickMs, () => {
    const at = now()
    delayMs += newShare * (Math.max(0, at - lastAt - tickMs) - delayMs)
    lastAt = at
    memory = memoryBytes()
  })
  return {
    reason({ maxEventLoopDelayMs, maxMemoryMegabytes }, priority = 'normal') {
      if (delayMs > maxEventLoopDelayMs * allowance[priority])
        return `The gateway is behind by ${Math.round(delayMs)} ms with what it has taken on.`
      const maxBytes = (maxMemoryMegabytes ?? Number.POSITIVE_INFINITY) * 2 ** 20
      if (memory > maxBytes) return `The gateway uses more than ${maxMemoryMegabytes} MB of memory.`
      return undefined
    },
    close,
  }
}
