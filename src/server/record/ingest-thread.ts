/** Entry of the thread that takes the spool into the store. */
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { dialects } from '../../catalog/dialects.generated.ts'
import { openSqliteCallWriter } from '../../catalog/stores/sqlite-call-writer.ts'
import { StoreFault } from '../../core/call-store.ts'
import { Ingester, type IngesterCounts } from '../../observe/ingester.ts'

export interface IngestThreadData {
  readonly spoolDirectory: string
  readonly databasePath: string
}

export type ToIngestThread =
  | { readonly type: 'wake' }
  /** Say when all that is in the spool now is in the store. */
  | { readonly type: 'barrier'; readonly id: number }
  | { readonly type: 'close' }

export type FromIngestThread =
  | { readonly type: 'counts'; readonly counts: IngesterCounts; readonly fault?: string }
  | { readonly type: 'reached'; readonly id: number }

/** Batches are worth waiting for: a commit costs a sync of the disk, however small it is. */
const PASS_EVERY_MS = 40
/** For what another process wrote without a word, and for a disk that is there again. */
const LOOK_EVERY_MS = 1000
const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 2000
/** Behind this much, the record may take time from calls: 2 GiB is all that a spool holds. */
const URGENT_BYTES = 256 * 2 ** 20
const LOWEST_PRIORITY = 19

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const { spoolDirectory, databasePath } = workerData as IngestThreadData
const ingester = new Ingester({
  directory: spoolDirectory,
  openStore: () => openSqliteCallWriter(databasePath),
  dialects,
})
const waiting: { readonly id: number; readonly mark: ReadonlyMap<string, number> }[] = []
let timer: NodeJS.Timeout | undefined
let passedAt = Number.NEGATIVE_INFINITY
let retryMs = FIRST_RETRY_MS
let isClosing = false
let isFaulty = false
let priority = 0

yieldToCalls(0)
passAfter(0)
setInterval(() => wake(PASS_EVERY_MS), LOOK_EVERY_MS)

port.on('message', (message: ToIngestThread) => {
  switch (message.type) {
    case 'wake':
      wake(PASS_EVERY_MS)
      break
    case 'barrier':
      waiting.push({ id: message.id, mark: ingester.mark() })
      wake(0)
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
  timer = setTimeout(pass, delayMs)
}

function pass(): void {
  timer = undefined
  passedAt = performance.now()
  try {
    const hasMore = ingester.pass()
    retryMs = FIRST_RETRY_MS
    isFaulty = false
    tellCounts()
    if (hasMore || (!isClosing && ingester.catchUp())) passAfter(0)
    else if (isClosing) end()
  } catch (fault) {
    isFaulty = true
    tellCounts(faultText(fault))
    if (isClosing) end()
    else passAfter(retryMs)
    retryMs = Math.min(2 * retryMs, MAX_RETRY_MS)
  }
}

function tellCounts(fault?: string): void {
  const counts = ingester.counts()
  yieldToCalls(counts.backlogBytes)
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

function end(): void {
  try {
    ingester.close()
  } finally {
    process.exit()
  }
}

/**
 * Calls come first: this thread takes the time that they leave. At the lowest priority the scheduler lets a call's thread in
 * at once, which halved the 99th percentile of calls on one core (a priority of 10 let it wait for milliseconds). Where
 * threads have no priority of their own, or may not raise it again, nothing changes.
 */
function yieldToCalls(backlogBytes: number): void {
  const wanted = backlogBytes > URGENT_BYTES ? 0 : LOWEST_PRIORITY
  if (wanted === priority) return
  priority = wanted
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (thread > 0) setPriority(thread, wanted)
  } catch {
    // Not Linux, or not allowed.
  }
}
