import { randomBytes } from 'node:crypto'
import type { VirtualKey } from '../../core/calls/registry.ts'
import { createStorageState } from '../../core/record/storage-state.ts'
import type { LeaseStore } from '../../core/spending/budget-lease.ts'
import type { MetricsSnapshot } from '../../observe/metrics.ts'
import { type BudgetLedger, createBudgetLedger } from '../../registry/budget-ledger.ts'
import type { BudgetAuthorityConfig } from '../config/budget-authority-section.ts'
import { type ListedBudget, listBudgets } from '../control/budgets.ts'
import { gatewayId } from '../gateway-id.ts'
import { createBudgetLeases } from './budget-leases.ts'

export interface OpenBudgets {
  readonly ledger: BudgetLedger
  /** With what the other gateways have used. */
  list(keys: readonly VirtualKey[]): Promise<readonly ListedBudget[]>
  /** What is wrong with the authority, in sentences. */
  reasons(): readonly string[]
  metrics(): MetricsSnapshot
  close(): Promise<void>
}

export interface BudgetsOptions {
  /** Absent: this process is the authority. */
  readonly authority: BudgetAuthorityConfig | undefined
  readonly dataDirectory: string
  /** What the record tells of budgets is of all gateways. */
  readonly isRecordShared: boolean
  log(message: string): void
}

/** How long an authority is waited for that answers no more. */
const PATIENCE_MS = 250
/** Time in which gateways tell a Redis that knows nothing what they have used. */
const GRACE_MS = 2000
const MAX_BEAT_MS = 500
/** A start waits so long for an authority that is away. */
const AWAY_WAIT_MS = 1000
const LOOK_MS = 20

/** The counters of the primary process, by themselves or with a lease of those that all gateways share. */
export async function openBudgets({
  authority,
  dataDirectory,
  isRecordShared,
  log,
}: BudgetsOptions): Promise<OpenBudgets> {
  if (authority === undefined) return ofThisProcess()
  const { url, prefix, whenAway, leaseMs } = authority
  const state = createStorageState()
  // The client is large, and loaded only where it is used.
  const { openRedisLeases } = await import('../../catalog/stores/redis/lease-store.ts')
  const store: LeaseStore = openRedisLeases({
    url,
    prefix,
    gateway: gatewayId(dataDirectory),
    life: randomBytes(6).toString('hex'),
    leaseMs,
    graceMs: GRACE_MS,
    patienceMs: PATIENCE_MS,
    whenAway,
    tell: state.teller('Redis'),
  })
  const beatMs = Math.min(MAX_BEAT_MS, leaseMs / 4)
  const leases = createBudgetLeases({ store, whenAway, beatMs, isRecordShared, leaseMs, now: Date.now, every })
  const ledger = createBudgetLedger(leases.now, leases)
  // Calls that come at once should find it there, and in the right window.
  for (
    let waited = 0;
    leases.isWaiting() && waited < (leases.isAway() ? AWAY_WAIT_MS : 2 * GRACE_MS);
    waited += LOOK_MS
  ) {
    leases.look()
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  for (const reason of state.reasons()) log(reason)
  return {
    ledger,
    async list(keys) {
      // Counters are made first, so that all of them are heard of.
      listBudgets(ledger, keys)
      await leases.refresh()
      return listBudgets(ledger, keys)
    },
    reasons: () => [...state.reasons(), ...(leases.isWaiting() && !leases.isAway() ? [waiting] : [])],
    metrics() {
      const { draws, failures } = leases.counts()
      return {
        portcullis_budget_authority_up: leases.isAway() ? 0 : 1,
        portcullis_budget_authority_asks_total: draws,
        portcullis_budget_authority_failures_total: failures,
      }
    },
    close: leases.close,
  }
}

const waiting = 'Redis has lost what it knew of budgets, and gives nothing of them until all gateways have told it.'

function every(ms: number, look: () => void): () => void {
  const timer = setInterval(look, ms).unref()
  return () => clearInterval(timer)
}

function ofThisProcess(): OpenBudgets {
  const ledger = createBudgetLedger(Date.now)
  return {
    ledger,
    list: async (keys) => listBudgets(ledger, keys),
    reasons: () => [],
    metrics: () => ({}),
    close: async () => undefined,
  }
}
