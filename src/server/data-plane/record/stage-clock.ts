import { type CallStage, callStages, type StageTimes } from '../../../core/calls/call-stages.ts'

/**
 * Says how long a call was in each of its stages. Two attempts may run at once: the time is of what began last, so that no moment
 * counts twice.
 */
export class StageClock {
  /** Small whole numbers: others would be made anew on the heap with each stage of each call. */
  readonly #times: number[] = none.slice()
  readonly #now: () => number
  #stage: number | undefined = places.authenticate
  #since: number

  /** `now`: in milliseconds. */
  constructor(started: number, now: () => number) {
    this.#now = now
    this.#since = inMicroseconds(started)
  }

  enter(stage: CallStage): void {
    if (this.#stage === undefined) return
    this.#pass(this.#stage, this.#lap())
    this.#stage = places[stage]
  }

  /** The last `ms` of the stage were of another one. */
  spentIn(stage: CallStage, ms: number): void {
    if (this.#stage === undefined) return
    const passed = this.#lap()
    const spent = Math.min(passed, inMicroseconds(ms))
    this.#pass(places[stage], spent)
    this.#pass(this.#stage, passed - spent)
  }

  /** The answer leaves: what comes now is in the pace of provider and client. */
  stop(): void {
    if (this.#stage === undefined) return
    this.#pass(this.#stage, this.#lap())
    this.#stage = undefined
  }

  /** Complete once it has stopped. */
  get times(): StageTimes {
    return this.#times
  }

  #lap(): number {
    const now = inMicroseconds(this.#now())
    const passed = now - this.#since
    this.#since = now
    return passed
  }

  #pass(at: number, microseconds: number): void {
    this.#times[at] = Math.max(0, this.#times[at] ?? 0) + microseconds
  }
}

function inMicroseconds(ms: number): number {
  return Math.round(ms * 1000)
}

const none: StageTimes = callStages.map(() => -1)
const places = Object.fromEntries(callStages.map((stage, at) => [stage, at])) as Readonly<Record<CallStage, number>>
