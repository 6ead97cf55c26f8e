import type { ReservedCall } from '../../core/budget.ts'
import { GatewayError } from '../../core/errors.ts'
import type { BudgetLedger } from '../../registry/budget-ledger.ts'
import type { BudgetAnswer, BudgetQuestions } from './remote-ledger.ts'

/** One worker's side of the counters, in the primary process. */
export interface BudgetAuthority {
  answer(questions: BudgetQuestions): readonly BudgetAnswer[]
  /** The worker has ended. What its calls in flight came to nobody will tell: what they held is taken to be used. */
  gone(): void
}

export function createBudgetAuthority(ledger: BudgetLedger): BudgetAuthority {
  const inFlight = new Map<number, ReservedCall>()

  function held({ call, claims, demand }: BudgetQuestions['asks'][number]): BudgetAnswer {
    try {
      const reserved = inFlight.get(call) ?? { reservation: undefined }
      void ledger.reserve(reserved, claims, demand)
      inFlight.set(call, reserved)
      return { call, standings: claims.map(ledger.standing) }
    } catch (fault) {
      if (!(fault instanceof GatewayError)) throw fault
      const { code, message, retryAfterSeconds } = fault
      const refusal = { code, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
      return { call, standings: claims.map(ledger.standing), refusal }
    }
  }

  return {
    answer({ asks, ended }) {
      // What comes free is there for those who ask.
      for (const { call, used } of ended) {
        const reservation = inFlight.get(call)?.reservation
        inFlight.delete(call)
        if (reservation !== undefined) ledger.settle(reservation, used)
      }
      return asks.map(held)
    },
    gone() {
      for (const { reservation } of inFlight.values())
        if (reservation !== undefined) ledger.settle(reservation, reservation.demand)
      inFlight.clear()
    },
  }
}
