import { type CallStage, callStages, type StageTimes } from '../../core/call-stages.ts'

/**
 * Says how long a call was in each of its stages. Two attempts may run at once: the time is of what began last, so that no moment
 * counts twice.
 */
export class StageClock {
  readonly #times: number[] = none.slice()
  readonly #now: () => number
  #stage: CallStage | undefined = 'authenticate'
  #since: number

  constructor(started: number, now: () => number) {
    this.#now = now
    this.#since = started
  }

  enter(stage: CallStage): void {
    if (this.#stage === undefined) return
    this.#pass(this.#stage, this.#lap())
    this.#stage = stage
  }

  /** The last `ms` of the stage were of another one. */
  spentIn(stage: CallStage, ms: number): void {
    if (this.#stage === undefined) return
    const passed = this.#lap()
    const spent = Math.min(passed, ms)
    this.#pass(stage, spent)
    this.#pass(this.#stage, passed - spent)
  }

  /** The answer leaves: what comes now is in the pace of provider and client. */
  stop(): void {
    if (this.#stage === undefined) return
    this.#pass(this.#stage, this.#lap())
    this.#stage = undefined
  }

  /** To the microsecond. */
  times(): StageTimes {
    const times: Partial<Record<CallStage, number>> = {}
    for (let at = 0; at < callStages.length; at++) {
      const [stage, ms] = [callStages[at], this.#times[at]]
      if (stage !== undefined && ms !== undefined && ms > 0) times[stage] = Math.round(ms * 1000) / 1000
    }
    return times
  }

  #lap(): number {
    const now = this.#now()
    const passed = now - this.#since
    this.#since = now
    return passed
  }

  #pass(stage: CallStage, ms: number): void {
    const at = places[stage]
    this.#times[at] = (this.#times[at] ?? 0) + ms
  }
}

const none: readonly number[] = callStages.map(() => 0)
const places = Object.fromEntries(callStages.map((stage, at) => [stage, at])) as Readonly<Record<CallStage, number>>
