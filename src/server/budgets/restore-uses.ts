import type { BudgetLedger } from '../../registry/budget-ledger.ts'
import type { Record } from '../record/record.ts'

export interface RestoreOptions {
  readonly ledger: Pick<BudgetLedger, 'restore'>
  readonly record: Pick<Record, 'budgetUses'>
  log(message: string): void
}

/** The longest window that has an end is a month. */
const LOOK_BACK_MS = 32 * 86_400_000
const RETRY_MS = 1000

/**
 * Tells the ledger what was used before this process began. Resolves when that is done, or when it has to go on beside the
 * calls: a record that is away must not keep the gateway from starting. The result ends that.
 */
export async function restoreUses({ ledger, record, log }: RestoreOptions): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined
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
  await look()
  return () => {
    isClosed = true
    clearTimeout(timer)
  }
}
