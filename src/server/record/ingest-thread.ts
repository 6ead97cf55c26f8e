/** Entry of the thread that takes the spool into the store. */
import { parentPort, workerData } from 'node:worker_threads'
import { dialects } from '../../catalog/dialects.generated.ts'
import { StoreFault } from '../../core/record/call-store.ts'
import type { DataSubject, ErasedCalls, Expiry, LegalHold, RetentionRules } from '../../core/record/retention.ts'
import { Ingester, type IngesterCounts } from '../../observe/ingester.ts'
import type { GuardrailSource } from '../config/compile-guardrails.ts'
import { lowestPriority, setThreadPriority } from '../process/thread-priority.ts'
import { type CallFeed, openCallFeed } from '../telemetry/finished-calls.ts'
import { type CallStoreAddress, openCallWriter } from './call-stores.ts'
import { createRecordedInspection } from './recorded-inspection.ts'
import { createSweep, type Sweep } from './sweep.ts'

export interface IngestThreadData {
  readonly spoolDirectory: string
  readonly store: CallStoreAddress
  readonly feed: CallFeed
  readonly guardrails: GuardrailSource
}

export type ToIngestThread =
  | { readonly type: 'wake' }
  /** Say when all that is in the spool now is in the store. */
  | { readonly type: 'barrier'; readonly id: number }
  /** From now on; a look at all calls begins at once. */
  | { readonly type: 'retain'; readonly rules: RetentionRules }
  /** Guardrails that judge what is stored from now on. */
  | { readonly type: 'inspect'; readonly source: GuardrailSource }
  | { readonly type: 'erase'; readonly id: number; readonly subject: DataSubject; readonly holds: readonly LegalHold[] }
  | { readonly type: 'close' }

export interface RecordCounts extends IngesterCounts {
  /** That guardrails in shadow did not judge, as there was too much to store. */
  readonly uninspectedCalls: number
}

export type FromIngestThread =
  /** It knows no rules yet. */
  | { readonly type: 'started' }
  | { readonly type: 'counts'; readonly counts: RecordCounts; readonly fault?: string }
  | { readonly type: 'reached'; readonly id: number }
  /** A look at the calls of a workspace has come to its end, and took some away. */
  | { readonly type: 'expired'; readonly expiry: Expiry }
  | { readonly type: 'erased'; readonly id: number; readonly erased: ErasedCalls | { readonly fault: string } }

/** Batches are worth waiting for: a commit costs a sync of the disk, however small it is. */
const PASS_EVERY_MS = 40
/** For what another process wrote without a word, and for a disk that is there again. */
const LOOK_EVERY_MS = 1000
/** How much longer than asked for a call may be there. */
const EXPIRE_EVERY_MS = 3_600_000
const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 2000
/** Behind this much, the record may take time from calls: 2 GiB is all that a spool holds. */
const URGENT_BYTES = 256 * 2 ** 20
/** Behind this much, guardrails in shadow let calls pass by until it is stored. */
const LATE_BYTES = 64 * 2 ** 20

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const { spoolDirectory, store, feed, guardrails } = workerData as IngestThreadData
const finished = openCallFeed(feed)
const inspection = createRecordedInspection(guardrails)
const ingester = new Ingester({
  directory: spoolDirectory,
  openStore: () => openCallWriter(store),
  dialects,
  inspectedSpan: inspection.inspectSpan,
  inspected: (call) => inspection.inspect(call, backlogBytes > LATE_BYTES),
  isHeard: finished.isOn,
  stored: finished.offer,
})
const waiting: { readonly id: number; readonly mark: ReadonlyMap<string, number> }[] = []
let timer: NodeJS.Timeout | undefined
let passedAt = Number.NEGATIVE_INFINITY
let retryMs = FIRST_RETRY_MS
let isClosing = false
let isFaulty = false
let priority = 0
let backlogBytes = 0
let rules: RetentionRules | undefined
let sweep: Sweep | undefined
/** What the store is asked is asked one after the other. */
let before: Promise<unknown> = Promise.resolve()

port.postMessage({ type: 'started' } satisfies FromIngestThread)
yieldToCalls(0)
passAfter(0)
setInterval(() => wake(PASS_EVERY_MS), LOOK_EVERY_MS)
setInterval(startSweep, EXPIRE_EVERY_MS)

port.on('message', (message: ToIngestThread) => {
  switch (message.type) {
    case 'wake':
      wake(PASS_EVERY_MS)
      break
    case 'barrier':
      waiting.push({ id: message.id, mark: ingester.mark() })
      wake(0)
      break
    case 'retain':
      rules = message.rules
      startSweep()
      break
    case 'inspect':
      inspection.configure(message.source)
      break
    case 'erase':
      void inTurn(async () => {
        const erased = await erase(message)
        port?.postMessage({ type: 'erased', id: message.id, erased } satisfies FromIngestThread)
      })
      break
    case 'close':
      isClosing = true
      wake(0)
      break
  }
})

function wake(sinceLastMs: number): void {
  // After a fault the retry is on its way; hammering a locked database helps nobody.
  if (isFaulty && !isClosing) return
  passAfter(Math.max(0, passedAt + sinceLastMs - performance.now()))
}

function passAfter(delayMs: number): void {
  if (timer !== undefined && delayMs > 0) return
  clearTimeout(timer)
  timer = setTimeout(() => {
    timer = undefined
    void inTurn(pass)
  }, delayMs)
}

function inTurn(work: () => Promise<void>): Promise<void> {
  const done = before.then(work)
  before = done
  return done
}

/** Never throws. */
async function pass(): Promise<void> {
  passedAt = performance.now()
  try {
    const hasMore = await ingester.pass()
    retryMs = FIRST_RETRY_MS
    isFaulty = false
    tellCounts()
    if (hasMore || (!isClosing && ((await ingester.catchUp()) || (await sweep?.step()) === true))) passAfter(0)
    else if (isClosing) await end()
  } catch (fault) {
    isFaulty = true
    tellCounts(faultText(fault))
    if (isClosing) await end()
    else passAfter(retryMs)
    retryMs = Math.min(2 * retryMs, MAX_RETRY_MS)
  }
}

function startSweep(): void {
  const asked = rules
  sweep = asked === undefined ? undefined : createSweep(() => ingester.expire(asked, Date.now()), tellExpiry)
  wake(0)
}

function tellExpiry(expiry: Expiry): void {
  port?.postMessage({ type: 'expired', expiry } satisfies FromIngestThread)
}

async function erase({
  subject,
  holds,
}: ToIngestThread & { type: 'erase' }): Promise<ErasedCalls | { readonly fault: string }> {
  try {
    return await ingester.erase(subject, holds)
  } catch (fault) {
    return { fault: faultText(fault) }
  }
}

function tellCounts(fault?: string): void {
  const counts = { ...ingester.counts(), uninspectedCalls: inspection.passedBy }
  backlogBytes = counts.backlogBytes
  yieldToCalls(backlogBytes)
  port?.postMessage({ type: 'counts', counts, ...(fault === undefined ? {} : { fault }) })
  for (const one of waiting.splice(0)) {
    if (ingester.hasReached(one.mark)) port?.postMessage({ type: 'reached', id: one.id })
    else waiting.push(one)
  }
}

function faultText(fault: unknown): string {
  if (fault instanceof StoreFault) return fault.message
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown fault'
  return `The spool cannot be read (${code}).`
}

async function end(): Promise<void> {
  try {
    await ingester.close()
  } finally {
    process.exit()
  }
}

/**
 * Calls come first: this thread takes the time that they leave. At the lowest priority the 99th percentile of calls on one core
 * was half of what it was (a priority of 10 let it wait for milliseconds).
 */
function yieldToCalls(backlogBytes: number): void {
  const wanted = backlogBytes > URGENT_BYTES ? 0 : lowestPriority
  if (wanted === priority) return
  priority = wanted
  setThreadPriority(wanted)
}
