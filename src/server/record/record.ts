/**
 * The record of calls: events go to a spool on disk at once, from there into the store by a thread of its own, and are
 * read by another. `docs/decisions/2026-11-23-record-through-a-spool.md` says why.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { GatewayError } from '../../core/errors.ts'
import type { EventSink, FeedbackSink } from '../../core/record/call-record.ts'
import type { FeedbackSubject } from '../../core/record/feedback.ts'
import type { DataSubject, ErasedCalls, Expiry, LegalHold, RetentionRules } from '../../core/record/retention.ts'
import type { SpanSink } from '../../core/record/span.ts'
import type { BudgetUse } from '../../core/spending/budget.ts'
import type { IngesterCounts } from '../../observe/ingester.ts'
import type { MetricsSnapshot } from '../../observe/metrics.ts'
import { openSpoolWriter, type SpoolWriterStatus } from '../../observe/spool-writer.ts'
import type { GuardrailSource } from '../config/compile-guardrails.ts'
import { startThread } from '../process/thread.ts'
import type { CallFeed } from '../telemetry/finished-calls.ts'
import { type CallQuestions, openCallQuestions } from './call-questions.ts'
import type { CallStoreAddress } from './call-stores.ts'
import type { FromIngestThread, RecordCounts, ToIngestThread } from './ingest-thread.ts'
import { lately } from './lately.ts'

export interface RecordOptions {
  readonly dataDirectory: string
  /** Of this process, among those that write into the directory. */
  readonly writerId: string
}

export interface WholeRecordOptions extends RecordOptions {
  readonly store: CallStoreAddress
  /** That judge what is stored, until others are told. */
  readonly guardrails: GuardrailSource
  /** Where calls go when they are stored. */
  readonly feed: CallFeed
  /** Ends when what other processes have emitted until now is in their spools. */
  flushWorkers(): Promise<void>
  /** Calls were taken away, or what was said in them. */
  expired(expiry: Expiry): void
}

/** What every process has that serves calls. */
export interface Spool {
  readonly sink: EventSink & FeedbackSink & SpanSink
  /** What is wrong now, in sentences. */
  reasons(): readonly string[]
  metrics(): MetricsSnapshot
  /** Writes what was emitted. */
  close(): Promise<void>
}

export interface Record extends Spool {
  readonly reader: Omit<CallQuestions, 'budgetUses' | 'hasCall'>
  /** Whether something that has ended is on record. As long as nobody can tell, it is. */
  hasCall(subject: FeedbackSubject): Promise<boolean>
  /** What calls have used of budgets, of windows that began then or later, as far as that can be told soon. Throws `record_unavailable`. */
  budgetUses(since: number): Promise<{ readonly uses: readonly BudgetUse[]; readonly isWhole: boolean }>
  /** What is kept from now on, and for how long. */
  retain(rules: RetentionRules): void
  /** Guardrails that judge what is stored from now on. */
  inspectWith(source: GuardrailSource): void
  /** Takes a person out of all that was emitted until now. Throws `record_unavailable`. */
  erase(subject: DataSubject, holds: readonly LegalHold[]): Promise<ErasedCalls>
  /** Another process has written to its spool. */
  wake(): void
  /** Stores what was emitted, as far as the store takes it; the rest stays in the spool for the next start. */
  close(): Promise<void>
}

/** How long a list waits for calls that have just ended. */
const READ_YOUR_WRITES_MS = 250
/** How long who says something of a call waits to hear whether there is such a one. */
const TELL_MS = 1000
const CLOSE_MS = 3000
const ERASE_MS = 25_000
/** How long a start waits for what the process before has left in the spool. */
const START_MS = 2000

export function openRecord({
  dataDirectory,
  store,
  guardrails: first,
  writerId,
  feed,
  flushWorkers,
  expired,
}: WholeRecordOptions): Record {
  const spoolDirectory = spoolOf(dataDirectory)
  let counts: RecordCounts = { ...noCounts, uninspectedCalls: 0 }
  let fault: string | undefined
  const barriers = new Map<number, () => void>()
  let lastBarrier = 0
  const erasures = new Map<number, (erased: ErasedCalls | { readonly fault: string }) => void>()
  let rules: RetentionRules | undefined
  let guardrails = first
  const { promise: opened, resolve: haveOpened } = Promise.withResolvers<void>()
  const ingester = startThread<ToIngestThread, FromIngestThread>({
    name: 'ingest-thread',
    beside: import.meta.url,
    data: { spoolDirectory, store, feed, guardrails: first },
    onMessage(message) {
      if (message.type === 'reached') return void barriers.get(message.id)?.()
      if (message.type === 'started') return tellRules()
      if (message.type === 'expired') return expired(message.expiry)
      if (message.type === 'erased') return void erasures.get(message.id)?.(message.erased)
      counts = message.counts
      fault = message.fault
      haveOpened()
    },
    onCrash: () => {
      fault = 'The thread that stores calls ended; another starts.'
      haveOpened()
      for (const settle of erasures.values()) settle({ fault })
    },
  })
  const tellRules = (): void => {
    // Others than it began with, where it began anew.
    if (guardrails !== first) ingester.tell({ type: 'inspect', source: guardrails })
    if (rules !== undefined) ingester.tell({ type: 'retain', rules })
  }
  const wake = (): void => ingester.tell({ type: 'wake' })
  const spool = openSpoolWriter({ directory: spoolDirectory, writerId, onWritten: wake })
  const spoolReasons = spoolWatch()
  const losses = lossWatch()
  const questions = openCallQuestions(store)

  /** Waits until what was emitted so far can be read, whoever emitted it. False: it took longer than that. */
  async function catchUp(withinMs: number): Promise<boolean> {
    // On a busy machine the first question may come before the store was made.
    await opened
    const id = ++lastBarrier
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), withinMs)
    barriers.set(id, () => resolve(true))
    Promise.all([spool.flush(), flushWorkers()]).then(
      () => ingester.tell({ type: 'barrier', id }),
      // Nobody knows what has not been written.
      () => resolve(false),
    )
    const isReached = await promise
    clearTimeout(timer)
    barriers.delete(id)
    return isReached
  }

  /** Who asks right behind a call finds it. */
  const caughtUp =
    <Query, Answer>(ask: (query: Query) => Promise<Answer>) =>
    async (query: Query): Promise<Answer> => {
      await catchUp(READ_YOUR_WRITES_MS)
      return await ask(query)
    }

  return {
    sink: spool,
    reader: {
      listCalls: caughtUp(questions.listCalls),
      getCall: caughtUp(questions.getCall),
      analytics: caughtUp(questions.analytics),
      access: caughtUp(questions.access),
      decisions: caughtUp(questions.decisions),
      sessions: caughtUp(questions.sessions),
      spans: caughtUp(questions.spans),
      getSpan: caughtUp(questions.getSpan),
      searchSpans: caughtUp(questions.searchSpans),
    },
    async hasCall(subject) {
      if (!(await catchUp(TELL_MS))) return true
      const isThere = (): Promise<boolean> => questions.hasCall(subject).catch(() => true)
      if (await isThere()) return true
      if (store.engine === 'sqlite') return false
      // Another gateway may be about to store it.
      await delay(TELL_MS)
      return await isThere()
    },
    async budgetUses(since) {
      const isWhole = await catchUp(START_MS)
      return { uses: await questions.budgetUses(since), isWhole }
    },
    reasons: () => [
      ...spoolReasons(spool.status()),
      ...(fault === undefined ? [] : [`Calls wait in the spool: ${fault}`]),
      ...losses(counts),
    ],
    metrics: () => ({
      ...spoolMetrics(spool.status()),
      portcullis_spool_bytes: counts.backlogBytes,
      portcullis_torn_frames_total: counts.tornFrames + counts.corruptFrames,
      portcullis_unfinished_calls_total: counts.unfinishedCalls,
      ...(counts.lateCostNanoUsd === 0 ? {} : { portcullis_cost_estimated_usd_total: counts.lateCostNanoUsd / 1e9 }),
      portcullis_calls_stored: counts.storedCalls,
      portcullis_uninspected_calls_total: counts.uninspectedCalls,
    }),
    retain(next) {
      rules = next
      tellRules()
    },
    inspectWith(source) {
      guardrails = source
      ingester.tell({ type: 'inspect', source })
    },
    async erase(subject, holds) {
      // A call that comes in later would be found by nobody.
      if (!(await catchUp(ERASE_MS))) throw unavailable('Calls wait in the spool; erase again when they are stored.')
      const id = ++lastBarrier
      const { promise, resolve } = Promise.withResolvers<ErasedCalls | { readonly fault: string }>()
      const timer = setTimeout(() => resolve({ fault: 'The store takes long; erase again.' }), ERASE_MS)
      erasures.set(id, resolve)
      ingester.tell({ type: 'erase', id, subject, holds })
      const erased = await promise
      clearTimeout(timer)
      erasures.delete(id)
      if ('fault' in erased) throw unavailable(erased.fault)
      return erased
    },
    wake,
    async close() {
      await spool.close()
      ingester.tell({ type: 'close' })
      await Promise.all([ingester.closed(CLOSE_MS), questions.close()])
    },
  }
}

function unavailable(message: string): GatewayError {
  return new GatewayError('record_unavailable', message)
}

/** The part of the record that a worker process has. `written` is called after each write. */
export function openSpool({ dataDirectory, writerId, written }: RecordOptions & { written(): void }): Spool {
  const spool = openSpoolWriter({ directory: spoolOf(dataDirectory), writerId, onWritten: written })
  const spoolReasons = spoolWatch()
  return {
    sink: spool,
    reasons: () => spoolReasons(spool.status()),
    metrics: () => spoolMetrics(spool.status()),
    close: () => spool.close(),
  }
}

function spoolOf(dataDirectory: string): string {
  return join(dataDirectory, 'spool')
}

/** What is wrong with the spool of one process. What is lost is said for some minutes: nobody may have looked when it happened. */
function spoolWatch(): (status: SpoolWriterStatus) => string[] {
  const hasDropped = lately()
  return ({ error, spoolBytes, maxSpoolBytes, eventsDropped }) => [
    ...(error === undefined ? [] : [error]),
    ...(spoolBytes <= maxSpoolBytes * 0.875
      ? []
      : ['The spool is nearly full: calls are recorded without their bodies.']),
    ...(hasDropped(eventsDropped) ? ['Calls are missing in the record: they were too large or found no room.'] : []),
  ]
}

/** What was lost on the way from the spool into the store. */
function lossWatch(): (counts: IngesterCounts) => string[] {
  const [isUnreadable, isGone, isLost] = [lately(), lately(), lately()]
  return ({ corruptFrames, goneStores, lostBytes }) => [
    ...(isUnreadable(corruptFrames)
      ? ['Calls are missing in the record: the spool held some that cannot be read.']
      : []),
    ...(isGone(goneStores) ? ['calls.db was moved away or deleted while in use; a new one was made.'] : []),
    ...(isLost(lostBytes)
      ? [`Calls are missing in the record: ${lostBytes} bytes of the spool were removed before they were stored.`]
      : []),
  ]
}

const noCounts: IngesterCounts = {
  storedCalls: 0,
  corruptFrames: 0,
  tornFrames: 0,
  unfinishedCalls: 0,
  lateCostNanoUsd: 0,
  goneStores: 0,
  lostBytes: 0,
  backlogBytes: 0,
}

function spoolMetrics({ eventsDropped, bodiesDropped }: SpoolWriterStatus): MetricsSnapshot {
  return { portcullis_events_dropped_total: eventsDropped, portcullis_bodies_dropped_total: bodiesDropped }
}
