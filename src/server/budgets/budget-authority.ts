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
  const inFlight = new Set<string>()

  function held({ callId, claims, demand }: BudgetQuestions['asks'][number]): BudgetAnswer {
    try {
      void ledger.reserve(callId, claims, demand)
      inFlight.add(callId)
      return { callId, standings: claims.map(ledger.standing) }
    } catch (fault) {
      if (!(fault instanceof GatewayError)) throw fault
      const { code, message, retryAfterSeconds } = fault
      const refusal = { code, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
      return { callId, standings: claims.map(ledger.standing), refusal }
    }
  }

  return {
    answer({ asks, ended }) {
      // What comes free is there for those who ask.
      for (const { callId, used } of ended) if (inFlight.delete(callId)) ledger.settle(callId, () => used)
      return asks.map(held)
    },
    gone() {
      for (const callId of inFlight) ledger.settle(callId, (demand) => demand)
      inFlight.clear()
    },
  }
}
