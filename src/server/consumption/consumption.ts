import type { GatewayEvent } from '../../core/record/call-record.ts'
import type { CallOutcome, CallShape, ConsumptionSettings, Verdict } from '../../core/spending/consumption.ts'
import type { HeldKeys } from '../../registry/held-keys.ts'

/** What a data plane asks of whoever judges consumption: this process, or the primary one for all workers. */
export interface Consumption {
  judge(shape: CallShape, settings: ConsumptionSettings): Verdict | Promise<Verdict>
  ended(outcome: CallOutcome, settings: ConsumptionSettings): void
  readonly held: HeldKeys
}

/** Tells it what calls have come to. A call that was not judged costs a look at one field. */
export function tellConsumption(
  { ended }: Pick<Consumption, 'ended'>,
  settings: () => ConsumptionSettings | undefined,
): (event: GatewayEvent) => void {
  return ({ consumption, record }) => {
    if (consumption?.settled !== 'at-end') return
    const current = settings()
    if (current === undefined || record.key === undefined) return
    const { id, key, workspace, attempts, cache, usage, costNanoUsd } = record
    const { countedNanoUsd, label } = consumption
    const isFree = attempts.length === 0 || cache === 'hit' || cache === 'semantic'
    const isRefused = attempts.every(({ status = 0 }) => status >= 400)
    ended(
      {
        id,
        key,
        workspace,
        ...(label === undefined ? {} : { label }),
        countedNanoUsd,
        // Where nobody says what it cost, it goes on to count as what was expected.
        costNanoUsd: isFree ? 0 : (costNanoUsd ?? (isRefused ? 0 : countedNanoUsd)),
        tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
      },
      current,
    )
  }
}
