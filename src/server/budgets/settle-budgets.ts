import type { CallRecord, GatewayEvent } from '../../core/record/call-record.ts'
import {
  type BudgetUse,
  counterName,
  type Demand,
  isLasting,
  periodLength,
  type Reservation,
  windowStart,
} from '../../core/spending/budget.ts'
import { type Dialects, finishCall } from '../../observe/finish-call.ts'
import type { BudgetLedger } from '../../registry/budget-ledger.ts'

/** Settles what a call held with what its record says that it came to, and puts that into the record. */
export function settleBudgets(
  { settle }: Pick<BudgetLedger, 'settle'>,
  dialects: Dialects,
): (event: GatewayEvent) => GatewayEvent {
  return (event) => {
    const { record, reservation, beside } = event
    if (reservation === undefined && beside === undefined) return event
    const budgetUses: BudgetUse[] = []
    if (reservation !== undefined) {
      const used = actualOf(event, reservation.demand, dialects)
      settle(reservation, used)
      addUses(budgetUses, reservation, used, record)
    }
    for (const { reservation: other, used = actualOf(event, other.demand, dialects), at } of beside ?? []) {
      settle(other, used)
      addUses(budgetUses, other, used, at === undefined ? record : { startedAt: at, durationMs: 0 })
    }
    return budgetUses.length === 0 ? event : { ...event, record: { ...record, budgetUses } }
  }
}

/** To the same window as the counter: to that in which a call began where it is fixed, and else to when it ended. */
function addUses(
  uses: BudgetUse[],
  { claims, demand }: Reservation,
  used: Demand,
  { startedAt, durationMs }: Pick<CallRecord, 'startedAt' | 'durationMs'>,
): void {
  const endedAt = startedAt + Math.round(durationMs)
  for (const { budget, group } of claims) {
    const amount = used[budget.measure] ?? demand[budget.measure] ?? 0
    const { window } = budget
    if (amount === 0 || window === undefined || !isLasting(budget)) continue
    const counter = counterName(budget, group)
    if (window.kind === 'token-bucket') {
      const refill = { amount: budget.amount, periodMs: periodLength(window.per) ?? 1 }
      uses.push({ counter, windowStart: endedAt, used: amount, refill })
    } else {
      const at = window.kind === 'fixed' ? startedAt : endedAt
      uses.push({ counter, windowStart: windowStart(window.per, at), used: amount })
    }
  }
}

function actualOf(event: GatewayEvent, held: Demand, dialects: Dialects): Demand {
  const { attempts, cache, stream, durationMs } = event.record
  const { requests, concurrentCalls } = held
  const one = { requests, concurrentCalls, streamSeconds: stream ? Math.round(durationMs) : 0 }
  // Nobody was asked: what was answered from a cache costs nothing and uses no tokens.
  if (attempts.length === 0 || cache === 'hit' || cache === 'semantic')
    return { ...one, inputTokens: 0, outputTokens: 0, tokens: 0, costUsd: 0 }
  const { usage, costNanoUsd } = knownRecord(event, dialects)
  if (event.isInSteps === true)
    return {
      ...one,
      inputTokens: 0,
      outputTokens: 0,
      tokens: 0,
      ...(costNanoUsd === undefined ? {} : { costUsd: costNanoUsd }),
    }
  if (usage === undefined) return isRefused(event) ? { ...one, ...nothing } : { ...withPriced(held), ...one }
  const inputTokens = usage.inputTokens ?? held.inputTokens
  const outputTokens = usage.outputTokens ?? held.outputTokens
  const used = { ...one, inputTokens, outputTokens, tokens: inputTokens + outputTokens }
  return costNanoUsd === undefined ? used : { ...used, costUsd: costNanoUsd }
}

/** An answer that nobody can count is not free because another target has no price. */
function withPriced(held: Demand): Demand {
  const costUsd = held.costUsd ?? held.pricedCostUsd
  return costUsd === undefined ? held : { ...held, costUsd }
}

const nothing = { inputTokens: 0, outputTokens: 0, tokens: 0, costUsd: 0 }

/** Every provider refused it, or was never reached: none of them bills that. */
function isRefused({ record: { attempts } }: GatewayEvent): boolean {
  return attempts.every(({ status = 0, errorCode }) => status >= 400 || unsent.has(errorCode ?? ''))
}

const unsent: ReadonlySet<string> = new Set(['upstream_unreachable', 'blocked_address', 'account_busy'])

/** Where a provider does not say what was used, the record's own estimate counts: the record and the budget then agree. */
function knownRecord(
  { record, bodies }: GatewayEvent,
  dialects: Dialects,
): Pick<GatewayEvent['record'], 'usage' | 'costNanoUsd'> {
  const isWhole = record.usage?.inputTokens !== undefined && record.usage.outputTokens !== undefined
  if (isWhole) return record
  try {
    return finishCall({ header: JSON.stringify(record), bodies }, dialects)?.record ?? record
  } catch {
    // Bodies that cannot be worked on: the call counts as what it held, and its record goes its way.
    return record
  }
}
