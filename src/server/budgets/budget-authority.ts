import { GatewayError } from '../../core/errors.ts'
import { noDemand, type ReservedCall } from '../../core/spending/budget.ts'
import type { BudgetLedger } from '../../registry/budget-ledger.ts'
import type { BudgetAnswer, BudgetQuestions } from './remote-ledger.ts'

/** One worker's side of the counters, in the primary process. */
export interface BudgetAuthority {
  /** Answers at once, and once more for calls that have to wait for a lease. */
  hear(questions: BudgetQuestions): void
  /** The worker has ended. What its calls in flight came to nobody will tell: what they held is taken to be used. */
  gone(): void
}

type Ask = BudgetQuestions['asks'][number]

export function createBudgetAuthority(
  ledger: BudgetLedger,
  answer: (answers: readonly BudgetAnswer[]) => void,
): BudgetAuthority {
  const inFlight = new Map<number, ReservedCall>()
  let late: BudgetAnswer[] = []
  let isGone = false

  function held({ call, claims, demand }: Ask): BudgetAnswer | undefined {
    const reserved = inFlight.get(call) ?? { reservation: undefined }
    try {
      const waits = ledger.reserve(reserved, claims, demand)
      if (waits === undefined) return granted({ call, claims, demand }, reserved)
      void waits.then(
        () => answerLate(granted({ call, claims, demand }, reserved)),
        (fault: unknown) => answerLate(refused({ call, claims, demand }, fault)),
      )
      return undefined
    } catch (fault) {
      return refused({ call, claims, demand }, fault)
    }
  }

  function granted({ call, claims }: Ask, reserved: ReservedCall): BudgetAnswer {
    // Nobody has sent a call whose worker ended before it heard that it may.
    if (isGone && reserved.reservation !== undefined) ledger.settle(reserved.reservation, noDemand)
    else inFlight.set(call, reserved)
    return { call, standings: claims.map(ledger.standing) }
  }

  function refused({ call, claims }: Ask, fault: unknown): BudgetAnswer {
    if (!(fault instanceof GatewayError)) throw fault
    const { code, message, retryAfterSeconds, isForGood, help } = fault
    const refusal = {
      code,
      message,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(isForGood ? { help } : {}),
    }
    return { call, standings: claims.map(ledger.standing), refusal }
  }

  /** One answer of the authority lets many calls go on. */
  function answerLate(one: BudgetAnswer): void {
    late.push(one)
    if (late.length > 1) return
    setImmediate(() => {
      const answers = late
      late = []
      answer(answers)
    })
  }

  return {
    hear({ asks, ended }) {
      // What comes free is there for those who ask.
      for (const { call, used } of ended) {
        const reservation = inFlight.get(call)?.reservation
        inFlight.delete(call)
        if (reservation !== undefined) ledger.settle(reservation, used)
      }
      const answers = asks.map(held).filter((one) => one !== undefined)
      if (answers.length > 0) answer(answers)
    },
    gone() {
      isGone = true
      for (const { reservation } of inFlight.values())
        if (reservation !== undefined) ledger.settle(reservation, reservation.demand)
      inFlight.clear()
    },
  }
}
