import type { Target } from '../../../core/calls/registry.ts'
import type { Attempt } from '../../../core/record/call-record.ts'

/** The targets that one call has asked, in turn. */
export class Attempts {
  readonly list: Attempt[] = []
  /** Milliseconds of all of them. */
  durationMs = 0

  ended(attempt: Attempt): void {
    this.list.push(attempt)
    this.durationMs += attempt.durationMs
  }

  /** It had answered, and its answer ended before its time. */
  brokeOff(target: Target, errorCode: string): void {
    const index = this.list.findLastIndex(
      ({ account, model }) => account === target.account.id && model === target.model,
    )
    const attempt = this.list[index]
    if (attempt !== undefined) this.list[index] = { ...attempt, errorCode }
  }
}
