import { randomBytes, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { openSqliteConsumptionStore } from '../../catalog/stores/sqlite/consumption-store.ts'
import type { AuditDraft } from '../../core/record/audit.ts'
import { createStorageState, type StorageTeller } from '../../core/record/storage-state.ts'
import type { AlertDraft } from '../../core/spending/alert.ts'
import type { ConsumptionIncident, ConsumptionSettings, KeyHold } from '../../core/spending/consumption.ts'
import type { HoldsStore, SumsStore } from '../../core/spending/consumption-sums.ts'
import type { MetricsSnapshot } from '../../observe/metrics.ts'
import { type Audit, audited, signedBy } from '../audit/audit.ts'
import type { BudgetAuthorityConfig } from '../config/budget-authority-section.ts'
import type { ConsumptionApi } from '../control/consumption.ts'
import { baselineOf } from './baselines.ts'
import { type ConsumptionAuthority, createConsumptionAuthority } from './consumption-authority.ts'

export interface OpenConsumptionOptions {
  readonly dataDirectory: string
  /** Where several gateways tell each other what they see; absent: each judges for itself. */
  readonly shared: BudgetAuthorityConfig | undefined
  now(): number
  /** For what has happened already. */
  note(draft: AuditDraft): Promise<void>
  readonly append: Audit['append']
  settings(): ConsumptionSettings | undefined
  heldChanged(holds: readonly KeyHold[]): void
  alert(draft: AlertDraft): void
  log(message: string): void
}

export interface OpenConsumption {
  readonly authority: ConsumptionAuthority
  readonly api: ConsumptionApi['consumption']
  /** What is wrong with what gateways share, in sentences. */
  reasons(): readonly string[]
  metrics(): MetricsSnapshot
}

/**
 * Of the process that judges for all. Throws when its file cannot be used: a start that forgets which keys are suspended
 * would let them in.
 */
export async function openConsumption(options: OpenConsumptionOptions): Promise<OpenConsumption> {
  const { dataDirectory, now, note, append, settings, heldChanged, alert, log } = options
  const state = createStorageState()
  const sums = await sharedSums(options, state.teller('Redis'))
  const authority = createConsumptionAuthority({
    now,
    newId: randomUUID,
    store: opened(resolve(dataDirectory, 'consumption.db')),
    ...(sums === undefined ? {} : { sums, sharedHolds: sums }),
    heldChanged,
    raised(incident) {
      log(incidentText(incident))
      alert(alertOf(incident))
      void note(incidentDraft(incident))
    },
    log,
  })
  return {
    authority,
    api: {
      holds: authority.holds,
      incidents: authority.incidents,
      baseline(key) {
        const profile = authority.profile(key)
        return profile === undefined ? undefined : baselineOf(profile, settings(), now())
      },
      suspend: (by, { id: key, workspace }, reason) =>
        audited(append, signedBy(by, { action: 'key-suspended', subject: key, details: { workspace, reason } }), () =>
          authority.hold({ key, workspace, kind: 'suspend', rule: 'manual', reason }),
        ),
      lifts: authority.lifts,
      lift: (by, { id: key, workspace }, rule, forMs) =>
        audited(
          append,
          signedBy(by, { action: 'consumption-lifted', subject: key, details: { rule, workspace, ...forSaid(forMs) } }),
          () => authority.lift({ key, workspace, rule }, settings(), forMs),
        ),
      async release(by, key, kind, forMs) {
        const hold = authority.holds().find((held) => held.key === key && held.kind === kind)
        if (hold === undefined) return undefined
        const { id: decision, rule, workspace } = hold
        const action = kind === 'ask' ? 'key-approved' : 'key-resumed'
        return await audited(
          append,
          signedBy(by, { action, subject: key, details: { decision, rule, workspace, ...forSaid(forMs) } }),
          () => authority.release(key, settings(), forMs),
        )
      },
    },
    reasons: () => (settings() === undefined ? [] : state.reasons()),
    metrics: () => ({
      ...sharedMetrics(authority),
      ...Object.fromEntries(
        [...authority.counts()].map(([labels, count]) => [`portcullis_consumption_decisions_total{${labels}}`, count]),
      ),
      portcullis_keys_held: authority.holds().length,
    }),
  }
}

/** How long another gateway is waited for: a call may wait as long. */
const PATIENCE_MS = 250

async function sharedSums(
  { shared }: OpenConsumptionOptions,
  tell: StorageTeller,
): Promise<(SumsStore & HoldsStore) | undefined> {
  if (shared === undefined) return undefined
  // The client is large, and loaded only where it is used.
  const { openRedisSums } = await import('../../catalog/stores/redis/sums-store.ts')
  return openRedisSums({
    url: shared.url,
    prefix: `${shared.prefix}consumption:`,
    life: randomBytes(6).toString('hex'),
    patienceMs: PATIENCE_MS,
    tell,
  })
}

function sharedMetrics({ shared }: ConsumptionAuthority): MetricsSnapshot {
  if (shared === undefined) return {}
  const { asks, failures } = shared.counts()
  return {
    portcullis_consumption_shared_up: shared.isAway() ? 0 : 1,
    portcullis_consumption_shared_asks_total: asks,
    portcullis_consumption_shared_failures_total: failures,
  }
}

const forSaid = (forMs: number | undefined): object => (forMs === undefined ? {} : { forMs })

function opened(path: string): ReturnType<typeof openSqliteConsumptionStore> {
  try {
    return openSqliteConsumptionStore(path)
  } catch (cause) {
    throw new Error(
      `${path} cannot be used (${(cause as Error).message}); it says which keys are suspended. Move it away to begin anew without.`,
      { cause },
    )
  }
}

function incidentText({ id, rule, state, action, key, reason }: ConsumptionIncident): string {
  const done =
    state === 'shadow' ? `in shadow, nothing is done; enforced it would ${verbs[action]}` : `it will ${verbs[action]}`
  return `Consumption of key "${key}" (${rule}, decision ${id}): ${reason} ${done.charAt(0).toUpperCase()}${done.slice(1)}.`
}

const verbs = {
  alert: 'alert only',
  slow: 'slow its calls down',
  ask: 'hold the key until it is approved',
  suspend: 'suspend the key',
} as const

function alertOf(incident: ConsumptionIncident): AlertDraft {
  const { id, rule, state, action, about, seen, limit, key, workspace, call } = incident
  return {
    kind: 'consumption',
    workspace,
    subject: key,
    summary: incidentText(incident),
    details: { key, rule, state, action, about, seen, limit, call, decision: id },
    once: `consumption ${id}`,
  }
}

/** What was done without anybody asking for it. */
function incidentDraft({
  id,
  rule,
  state,
  action,
  about,
  seen,
  limit,
  key,
  workspace,
  call,
}: ConsumptionIncident): AuditDraft {
  const holds = state === 'enforce' && (action === 'ask' || action === 'suspend')
  return {
    actor: 'gateway',
    action: holds ? (action === 'ask' ? 'key-held' : 'key-suspended') : 'consumption-noticed',
    subject: key,
    details: { decision: id, rule, state, action, about, seen, limit, workspace, call },
  }
}
