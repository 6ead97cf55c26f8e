import type { ModelCall } from '../core/calls/call.ts'
import { GatewayError } from '../core/errors.ts'
import { amountText, type Claim, type HeldBeside, noDemand, type ReservedCall } from '../core/spending/budget.ts'
import type { BesideOptions } from './within-targets.ts'

/** The time of a stream, of budgets of `streamSeconds`. */
export interface StreamTime {
  /** The stream was not made: nothing of it counts. */
  giveBack(): void
}

/** So much is held at a time, or the smallest whole budget where that is less. */
const STEP_MS = 1000
/** How long before the end of what is held more is asked for. */
const AHEAD_MS = 250

/**
 * Nobody knows how long a stream will be, so its time is held second by second, and it is cut when there is none left.
 * Rejects where there is none to begin with. What the stream has come to is settled with its call.
 */
export async function holdStreamTime(
  { reserved, lifetime }: Pick<ModelCall, 'reserved' | 'lifetime'>,
  claims: readonly Claim[],
  { reserve, settle }: BesideOptions,
): Promise<StreamTime> {
  const leastMs = Math.min(...claims.map(({ budget }) => budget.amount))
  const stepMs = Math.min(STEP_MS, leastMs)
  const startedAt = performance.now()
  const own: ReservedCall = { reservation: undefined }
  let entry: HeldBeside | undefined
  let heldMs = 0
  let isOver = false
  let isGivenBack = false
  let timer: NodeJS.Timeout | undefined

  async function holdMore(): Promise<void> {
    // All the time that has passed, where nobody could be asked meanwhile.
    const behindMs = heldMs === 0 ? 0 : Math.max(0, Math.ceil(performance.now() - startedAt) - heldMs)
    const wantedMs = Math.min(heldMs + behindMs + stepMs, leastMs)
    if (wantedMs === heldMs)
      throw new GatewayError('rate_limited', `This stream has used all of ${amountText('streamSeconds', leastMs)}.`)
    await reserve(own, claims, { ...noDemand, streamSeconds: wantedMs })
    heldMs = wantedMs
    if (own.reservation === undefined) return
    // All of it goes back in the end: the call itself counts how long it was.
    const next = { reservation: own.reservation, used: noDemand }
    if (isGivenBack || reserved.reservation?.isSettled === true) settle(next.reservation, noDemand)
    else reserved.beside = [...(reserved.beside ?? []).filter((other) => other !== entry), next]
    entry = next
  }

  function hasEnded(): boolean {
    return isOver || reserved.reservation?.isSettled === true
  }

  /** Nobody waits for it: a stream that has ended is settled, and is left alone then. */
  function after(ms: number, then: () => void): void {
    timer = setTimeout(
      () => {
        if (!hasEnded()) then()
      },
      startedAt + ms - performance.now(),
    ).unref()
  }

  function goOn(): void {
    after(heldMs - Math.min(AHEAD_MS, stepMs / 2), askAgain)
  }

  function askAgain(): void {
    holdMore().then(goOn, (fault: unknown) => {
      const reason =
        fault instanceof GatewayError ? fault : new GatewayError('internal_error', 'Its time could not be held.')
      // Nobody can tell now whether there is time left. The stream counts in the end, however long it was.
      if (reason.code === 'budget_unavailable') after(performance.now() - startedAt + STEP_MS, askAgain)
      else after(heldMs, () => lifetime.end(reason))
    })
  }

  function stop(): void {
    isOver = true
    clearTimeout(timer)
  }

  await holdMore()
  lifetime.onEnd(stop)
  goOn()
  return {
    giveBack() {
      stop()
      isGivenBack = true
      if (entry === undefined) return
      settle(entry.reservation, noDemand)
      reserved.beside = reserved.beside?.filter((other) => other !== entry)
    },
  }
}
