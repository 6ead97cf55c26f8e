import type { BudgetLedger } from '../../registry/budget-ledger.ts'
import type { Record } from '../record/record.ts'

export interface BudgetMemoryOptions {
  readonly ledger: Pick<BudgetLedger, 'restore'>
  readonly record: Pick<Record, 'budgetUses'>
  /** A record that nobody needs for this is not asked. */
  hasBudgets(): boolean
  log(message: string): void
}

export interface BudgetMemory {
  /**
   * Tells the ledger once what was used before this process began. Resolves when that is done, or when it has to go on
   * beside the calls: a record that is away must not keep the gateway from starting.
   */
  recall(): Promise<void>
  close(): void
}

/** The longest window that has an end is a month. */
const LOOK_BACK_MS = 32 * 86_400_000
const RETRY_MS = 1000

export function createBudgetMemory({ ledger, record, hasBudgets, log }: BudgetMemoryOptions): BudgetMemory {
  let timer: NodeJS.Timeout | undefined
  let recalled: Promise<void> | undefined
  let isClosed = false
  let isTold = false
  const look = async (): Promise<void> => {
    try {
      const { uses, isWhole } = await record.budgetUses(Date.now() - LOOK_BACK_MS)
      ledger.restore(uses)
      if (isWhole || isClosed) return
    } catch (fault) {
      if (!isTold) log(`What was used of budgets before is not known yet: ${(fault as Error).message}`)
      isTold = true
    }
    if (!isClosed) timer = setTimeout(() => void look(), RETRY_MS).unref()
  }
  return {
    async recall() {
      if (hasBudgets()) recalled ??= look()
      await recalled
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
