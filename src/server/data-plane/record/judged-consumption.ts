import type { CallFact } from '../../../core/calls/call.ts'
import type { GatewayEvent } from '../../../core/record/call-record.ts'
import type { ConsumptionDecision } from '../../../core/spending/consumption.ts'

/** What the rules of consumption said about a call, which may have been judged at each of its targets. */
export class JudgedConsumption {
  counted: GatewayEvent['consumption']
  carriedOut: ConsumptionDecision | undefined

  /** Decisions of this time. */
  judged({
    verdict,
    settled,
    label,
  }: Extract<CallFact, { type: 'consumption-judged' }>): readonly ConsumptionDecision[] {
    const countedNanoUsd = (this.counted?.countedNanoUsd ?? 0) + verdict.countedNanoUsd
    this.counted = { countedNanoUsd, settled, ...(label === undefined ? {} : { label }) }
    this.carriedOut = verdict.carriedOut ?? this.carriedOut
    return verdict.decisions
  }
}
