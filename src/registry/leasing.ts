import type { Budget } from '../core/spending/budget.ts'
import type { LeasedCounter } from './budget-counter.ts'
import type { Lease } from './budget-lease.ts'

export interface Leased {
  readonly counter: LeasedCounter
  readonly budget: Budget
  readonly group: readonly string[]
}

export interface Shortage {
  readonly leased: Leased
  readonly more: number
}

/** How a ledger comes by leases, where several gateways count together. */
export interface Leasing {
  /** What the record tells of budgets is of all gateways, not of this one. */
  readonly isRecordShared: boolean
  open(counterName: string): Lease
  /** There is a counter, or it is of no consequence any more. */
  follow(leased: Leased): void
  forget(leased: Leased): void
  /** So much of it is held now, or something was settled. */
  taken(leased: Leased, amount: number): void
  settled(leased: Leased): void
  /** Asks for so much more of each. Resolves when the authority has answered, or is away. */
  draw(short: readonly Shortage[]): Promise<'answered' | 'away'>
  /** The authority said a moment ago that there is not so much. */
  isInVain(short: Shortage): boolean
  /** It is away, and nothing is to go on without it. */
  isRefusing(): boolean
}
