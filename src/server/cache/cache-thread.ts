/** Entry of the thread that has `cache.db`: neither a slow disk nor a lock holds up calls. */
import { parentPort, workerData } from 'node:worker_threads'
import {
  type CacheFile,
  type CacheFileOptions,
  type CacheRow,
  openSqliteCacheFile,
} from '../../catalog/stores/sqlite/cache-store.ts'
import { storageFault } from '../../core/record/storage-state.ts'

export type ToCacheThread =
  | { readonly type: 'find'; readonly number: number; readonly workspace: string; readonly key: string }
  | { readonly type: 'keep'; readonly rows: readonly CacheRow[] }
  | { readonly type: 'purge'; readonly number: number; readonly workspace: string; readonly tag?: string }
  | { readonly type: 'close' }

export type FromCacheThread =
  | { readonly type: 'found'; readonly number: number; readonly row?: ReturnType<CacheFile['find']> }
  | { readonly type: 'purged'; readonly number: number; readonly count: number }
  /** So many bytes wait no longer. */
  | { readonly type: 'written'; readonly bytes: number }
  /** How the file is: what follows its name, or nothing when it is well. */
  | { readonly type: 'state'; readonly fault?: string }

/** Looks come between two batches. */
const BATCH_ROWS = 32
const BATCH_BYTES = 1 << 20
/** A file that fails is opened anew, but not for each call. */
const REOPEN_MS = 1000

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const tell = (message: FromCacheThread): void => port.postMessage(message)
const options = workerData as CacheFileOptions
const queue: CacheRow[] = []
let file: CacheFile | undefined
let closedUntil = 0
let told: string | undefined

tell({ type: 'state' })
attempt(() => undefined)

port.on('message', (message: ToCacheThread) => {
  switch (message.type) {
    case 'find': {
      const { number, workspace, key } = message
      const row = attempt((open) => open.find(workspace, key, Date.now()))
      tell({ type: 'found', number, ...(row === undefined ? {} : { row }) })
      break
    }
    case 'keep':
      if (queue.length === 0) setImmediate(writeBatch)
      queue.push(...message.rows)
      break
    case 'purge': {
      while (queue.length > 0) writeBatch()
      const { number, workspace, tag } = message
      tell({ type: 'purged', number, count: attempt((open) => open.purge(workspace, tag)) ?? 0 })
      break
    }
    case 'close':
      while (queue.length > 0) writeBatch()
      file?.close()
      process.exit()
  }
})

function writeBatch(): void {
  const rows: CacheRow[] = []
  let bytes = 0
  for (let row = queue[0]; row !== undefined && rows.length < BATCH_ROWS && bytes < BATCH_BYTES; row = queue[0]) {
    queue.shift()
    rows.push(row)
    bytes += row.bytes.length
  }
  if (rows.length > 0) attempt((open) => open.keep(rows, Date.now()))
  tell({ type: 'written', bytes })
  if (queue.length > 0) setImmediate(writeBatch)
}

function attempt<Result>(work: (open: CacheFile) => Result): Result | undefined {
  if (file === undefined && Date.now() < closedUntil) return undefined
  try {
    file ??= openSqliteCacheFile(options)
    const result = work(file)
    say(undefined)
    return result
  } catch (fault) {
    say(storageFault(fault) ?? 'cannot be used')
    // A handle may be broken for good, and the file another by now.
    try {
      file?.close()
    } finally {
      file = undefined
      closedUntil = Date.now() + REOPEN_MS
    }
    return undefined
  }
}

function say(fault: string | undefined): void {
  if (fault === told) return
  told = fault
  tell({ type: 'state', ...(fault === undefined ? {} : { fault }) })
}
