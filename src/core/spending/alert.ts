/** What the gateway tells people by itself: the kinds of alerts, their form, and what a store of them must do. */

export const alertKinds = {
  'budget-threshold': 'A budget or limit has passed a part of its amount (`alertAt`).',
  'budget-forecast': 'At its pace a budget ends before its time does.',
  'key-expiring': 'A virtual key ends within a week.',
  'account-unhealthy': 'The health checks of a provider account fail.',
  'account-recovered': 'They do not fail any more.',
  consumption: 'A rule of `consumption` has found something about a key.',
  'config-refused': 'A changed configuration file is not valid; the one before it goes on.',
  degraded: 'The gateway says at `/readyz` that something is wrong: with the record, the audit log or a file.',
  recovered: 'It does not say so any more.',
  'audit-checkpoint': 'The audit log was signed. It goes where `audit.checkpoints` says, and nowhere else.',
  test: 'Somebody asked for it.',
} as const
export type AlertKind = keyof typeof alertKinds
export const alertKindNames = Object.keys(alertKinds) as [AlertKind, ...AlertKind[]]

/** What has happened. Nothing in it is secret, and nothing is what a caller has said but for ids and groups of budgets. */
export interface AlertDraft {
  readonly kind: AlertKind
  /** Absent: it is about the whole gateway. */
  readonly workspace?: string
  /** The key, budget or account that it is about; empty for the gateway. */
  readonly subject: string
  /** One sentence. */
  readonly summary: string
  readonly details: Readonly<Record<string, string | number>>
  /** Of drafts with the same one, the first is an alert: a budget passes a threshold once in a window, whoever restarts. */
  readonly once: string
}

export interface Alert extends AlertDraft {
  readonly id: string
  /** Unix milliseconds. */
  readonly at: number
}

export const deliveryStates = ['waiting', 'sent', 'given-up'] as const

/** How far an alert is on its way to one receiver. */
export interface Delivery {
  readonly receiver: string
  readonly state: (typeof deliveryStates)[number]
  readonly attempts: number
  /** Why the last attempt failed, in a sentence without anything that the receiver said. */
  readonly fault?: string
  /** Of the next attempt, or the last one. Unix milliseconds. */
  readonly at: number
}

export interface StoredAlert {
  readonly alert: Alert
  readonly deliveries: readonly Delivery[]
}

/** What is to be sent. */
export interface DueDelivery {
  readonly alert: Alert
  readonly receiver: string
  /** Attempts that were made. */
  readonly attempts: number
}

export interface AlertStore {
  /** Keeps an alert and to whom it goes. False: there was one of the same `once`. */
  add(alert: Alert, receivers: readonly string[]): boolean
  /** Those whose time has come, the oldest first, and when the next one's does. */
  due(now: number, limit: number): { readonly due: readonly DueDelivery[]; readonly nextAt?: number }
  settle(alertId: string, delivery: Delivery): void
  /** Newest first. */
  list(query: { readonly workspace?: string; readonly limit: number; readonly before?: string }): readonly StoredAlert[]
  /** Takes away what is older, but for what waits. */
  expire(before: number): void
  close(): void
}

/** Sends one alert. Rejects with a `GatewayError` whose sentence holds nothing secret and nothing that the receiver said. */
export type SendAlert = (alert: Alert) => Promise<void>

export interface AlertSink {
  /** Never throws, never waits. */
  raise(draft: AlertDraft): void
}
