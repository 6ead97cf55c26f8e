/** Alerts of a running gateway: what it looks at, and whom it tells. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { VirtualKey } from '../../core/calls/registry.ts'
import { readReference } from '../../core/secrets/secret-reference.ts'
import type { AlertIo } from '../../core/spending/alert-io.ts'
import type { Claim, Standing } from '../../core/spending/budget.ts'
import type { Forecast } from '../../core/spending/forecast.ts'
import type { BudgetLedger } from '../../registry/budget-ledger.ts'
import type { Upstreams } from '../accounts/upstreams.ts'
import type { ReceiverSettings } from '../config/alerts-section.ts'
import { openAlertQuestions } from './alert-questions.ts'
import { type Alerts, createAlerts } from './alerts.ts'
import { createBudgetWatch } from './budget-watch.ts'
import { type CheckpointWatchOptions, createCheckpointWatch } from './checkpoint-watch.ts'
import { createGatewayWatch, type GatewayView } from './gateway-watch.ts'
import { alertReceiversOf } from './receivers.ts'

export interface StartAlertsOptions {
  readonly dataDirectory: string
  readonly upstreams: Pick<Upstreams, 'sendAlert' | 'connectAlert'>
  /** Of alerts and of checkpoints. */
  receivers(): readonly ReceiverSettings[]
  readonly checkpoints: Omit<CheckpointWatchOptions, 'now'>
  /** What a reference to a secret stands for. Throws `secret_unavailable`. */
  secret(reference: string): string | Promise<string>
  readonly budgets: Pick<BudgetLedger, 'claims' | 'standing'>
  keys(): readonly VirtualKey[]
  view(): Omit<GatewayView, 'now' | 'keys'>
  log(message: string): void
}

export interface GatewayAlerts extends Alerts {
  forecast(claim: Claim, standing: Standing): Forecast | undefined
}

const LOOK_EVERY_MS = 2000

export function startAlerts(options: StartAlertsOptions): GatewayAlerts {
  const { dataDirectory, upstreams, receivers, checkpoints, secret, budgets, keys, view, log } = options
  const now = Date.now
  const io: AlertIo = {
    now,
    secret: async (text) => (readReference(text) === undefined ? text : await secret(text)),
    send: upstreams.sendAlert,
    connect: upstreams.connectAlert,
  }
  let settings: readonly ReceiverSettings[] = []
  let senders = alertReceiversOf(settings, io)
  const alerts = createAlerts({
    store: openAlertQuestions(dataDirectory),
    hasStored: existsSync(join(dataDirectory, 'alerts.db')),
    receivers() {
      if (settings !== receivers()) {
        settings = receivers()
        senders = alertReceiversOf(settings, io)
      }
      return senders
    },
    now,
    random: Math.random,
    log,
  })
  const ofBudgets = createBudgetWatch({ list: () => watched(budgets, keys()), keys, now })
  const ofGateway = createGatewayWatch()
  const ofAudit = createCheckpointWatch({ ...checkpoints, now })
  const sign = async (): Promise<void> => {
    for (const draft of await ofAudit()) alerts.raise(draft)
  }
  const look = (): void => {
    for (const draft of [...ofBudgets.look(), ...ofGateway({ ...view(), now: now(), keys: keys() })])
      alerts.raise(draft)
  }
  const looking = setInterval(() => {
    look()
    void sign()
  }, LOOK_EVERY_MS).unref()
  void sign()
  return {
    ...alerts,
    forecast: ofBudgets.forecast,
    async close() {
      clearInterval(looking)
      // What has happened since the last look.
      look()
      await alerts.close()
    },
  }
}

/** Budgets that somebody is to be told of, and those without groups, whose pace is shown. */
function watched(
  { claims, standing }: Pick<BudgetLedger, 'claims' | 'standing'>,
  keys: readonly VirtualKey[],
): { readonly claim: Claim; readonly standing: Standing }[] {
  const ofKeys = keys.flatMap(({ budgets = [], revokedAt }) =>
    revokedAt === undefined ? budgets.map((budget): Claim => ({ budget, group: [] })) : [],
  )
  const seen = new Set(ofKeys.map(({ budget }) => budget.id))
  const others = claims().filter(
    ({ budget, group }) => !seen.has(budget.id) && (budget.alertAt !== undefined || group.length === 0),
  )
  return [...ofKeys, ...others].map((claim) => ({ claim, standing: standing(claim) }))
}
