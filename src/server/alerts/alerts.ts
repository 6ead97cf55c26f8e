/**
 * Alerts, from being raised to being taken by their receivers. Each is on the disk before anybody is told of it, and is sent
 * until it was taken or a day is over: what a kill cuts off goes on with the next start.
 */
import { randomUUID } from 'node:crypto'
import { GatewayError } from '../../core/errors.ts'
import type { Alert, AlertDraft, AlertSink, DueDelivery, SendAlert, StoredAlert } from '../../core/spending/alert.ts'
import type { MetricsSnapshot } from '../../observe/metrics.ts'
import { matchesAny } from '../../registry/virtual-keys.ts'
import type { AlertQuestions } from './alert-questions.ts'

/** Where alerts go, and which. */
export interface AlertReceiver {
  readonly id: string
  /** Absent: alerts, and no checkpoints of the audit log. */
  readonly takes?: 'checkpoints'
  /** Patterns with `*`. Absent: all. */
  readonly kinds?: readonly string[]
  /** What is about the whole gateway goes only where this is absent. */
  readonly workspaces?: readonly string[]
  readonly send: SendAlert
}

export interface AlertsOptions {
  readonly store: AlertQuestions
  /** Something may be on its way from before. Without it the store is opened by the first alert. */
  readonly hasStored: boolean
  receivers(): readonly AlertReceiver[]
  now(): number
  /** In [0, 1). */
  random(): number
  log(message: string): void
}

export interface Alerts extends AlertSink {
  list(query: {
    readonly workspace?: string
    readonly limit: number
    readonly before?: string
  }): Promise<readonly StoredAlert[]>
  /** Sends one to a receiver at once. Rejects with the fault, or `not_found`. */
  test(receiver: string): Promise<void>
  metrics(): MetricsSnapshot
  /** What is wrong now, in sentences. */
  reasons(): readonly string[]
  close(): Promise<void>
}

/** About a day in all. A receiver that is down for a night still hears of it. */
const PAUSES_MS = [5, 30, 120, 600, 1800, 3600, 3600, 7200, 14_400, 21_600, 28_800].map((seconds) => seconds * 1000)
const JITTER = 0.2
const AT_ONCE = 8
const STORE_RETRY_MS = 5000
const LONGEST_SLEEP_MS = 60_000
const KEEP_MS = 90 * 86_400_000
const EXPIRE_EVERY_MS = 3_600_000
/** What could not be written down yet; each has a few hundred bytes. */
const MAX_UNWRITTEN = 1000
const MAX_REMEMBERED = 20_000

export function createAlerts({ store, hasStored, receivers, now, random, log }: AlertsOptions): Alerts {
  /** Their `once`: a state that lasts is raised again and again. */
  const raised = new Set<string>()
  const unwritten: Alert[] = []
  const outcomes = { sent: 0, failed: 0, 'given-up': 0 }
  let lost = 0
  let fault: string | undefined
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let isClosed = false
  let expiredAt = 0

  function wakeIn(ms: number): void {
    if (isClosed) return
    clearTimeout(timer)
    timer = setTimeout(wake, Math.min(ms, LONGEST_SLEEP_MS)).unref()
  }

  function wake(): void {
    if (working !== undefined || isClosed) return
    working = work().then(
      (nextMs) => {
        fault = undefined
        working = undefined
        wakeIn(unwritten.length > 0 ? 0 : nextMs)
      },
      (cause: unknown) => {
        const message = cause instanceof GatewayError ? cause.message : 'The store of alerts fails.'
        if (fault !== message) log(`Alerts wait: ${message}`)
        fault = message
        working = undefined
        wakeIn(STORE_RETRY_MS)
      },
    )
  }

  /** Resolves with the time until there is something to do again. */
  async function work(): Promise<number> {
    await writeDown()
    while (!isClosed) {
      const { due, nextAt } = await store.due(now(), AT_ONCE)
      if (due.length > 0) await Promise.all(due.map(deliver))
      else {
        await expire()
        return nextAt === undefined ? LONGEST_SLEEP_MS : Math.max(0, nextAt - now())
      }
    }
    return 0
  }

  async function writeDown(): Promise<void> {
    for (let [alert] = unwritten; alert !== undefined; [alert] = unwritten) {
      const written = alert
      await store.add(
        written,
        receivers().flatMap((one) => (isFor(one, written) ? [one.id] : [])),
      )
      unwritten.shift()
    }
  }

  async function deliver({ alert, receiver: id, attempts }: DueDelivery): Promise<void> {
    const receiver = receivers().find((one) => one.id === id)
    if (receiver === undefined) {
      const gone = 'The configuration names no such receiver any more.'
      return await store.settle(alert.id, { receiver: id, state: 'given-up', attempts, fault: gone, at: now() })
    }
    const tried = { receiver: id, attempts: attempts + 1 }
    try {
      await receiver.send(alert)
    } catch (cause) {
      const sentence = cause instanceof GatewayError ? cause.message : 'It could not be sent.'
      outcomes.failed++
      const pauseMs = PAUSES_MS[attempts]
      if (pauseMs === undefined) {
        outcomes['given-up']++
        log(`The alert ${alert.id} (${alert.kind}) was not taken by "${id}" within a day: ${sentence}`)
      }
      const at = Math.round(now() + (pauseMs ?? 0) * (1 - JITTER + 2 * JITTER * random()))
      const state = pauseMs === undefined ? 'given-up' : 'waiting'
      return await store.settle(alert.id, { ...tried, state, fault: sentence, at })
    }
    outcomes.sent++
    await store.settle(alert.id, { ...tried, state: 'sent', at: now() })
  }

  async function expire(): Promise<void> {
    if (now() - expiredAt < EXPIRE_EVERY_MS) return
    expiredAt = now()
    await store.expire(now() - KEEP_MS)
  }

  if (hasStored) wakeIn(0)
  return {
    raise(draft) {
      if (raised.has(draft.once)) return
      if (raised.size >= MAX_REMEMBERED) raised.clear()
      raised.add(draft.once)
      if (unwritten.length >= MAX_UNWRITTEN) lost++
      else unwritten.push({ ...draft, id: newId(), at: now() })
      wakeIn(0)
    },
    list: store.list,
    async test(id) {
      const receiver = receivers().find((one) => one.id === id && one.takes === undefined)
      if (receiver === undefined) throw new GatewayError('not_found', `There is no receiver of alerts "${id}".`)
      await receiver.send({ ...testAlert(id), id: newId(), at: now() })
    },
    metrics: () => ({
      'portcullis_alert_deliveries_total{outcome="sent"}': outcomes.sent,
      'portcullis_alert_deliveries_total{outcome="failed"}': outcomes.failed,
      'portcullis_alert_deliveries_total{outcome="given-up"}': outcomes['given-up'],
      portcullis_alerts_lost_total: lost,
    }),
    reasons: () => (fault === undefined ? [] : [`Alerts wait: ${fault}`]),
    async close() {
      isClosed = true
      clearTimeout(timer)
      await working
      // What was raised a moment ago is sent by the next start.
      await writeDown().catch((cause: Error) => log(`Alerts are lost: ${cause.message}`))
      await store.close()
    },
  }
}

function newId(): string {
  return `alert_${randomUUID()}`
}

function testAlert(receiver: string): AlertDraft {
  const summary = 'A test: alerts of Portcullis arrive here.'
  return { kind: 'test', subject: receiver, summary, details: {}, once: '' }
}

function isFor({ takes, kinds, workspaces }: AlertReceiver, { kind, workspace }: Alert): boolean {
  if ((kind === 'audit-checkpoint') !== (takes === 'checkpoints')) return false
  if (kinds !== undefined && !matchesAny(kinds, kind)) return false
  return workspaces === undefined || (workspace !== undefined && matchesAny(workspaces, workspace))
}
