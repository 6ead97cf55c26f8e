import { join } from 'node:path'
import type { CacheTier } from '../../core/calls/cache.ts'
import { settledWithin } from '../../core/calls/settled-within.ts'
import { readHead, type StoredEntry } from '../../core/calls/stored-entry.ts'
import type { StorageTeller } from '../../core/record/storage-state.ts'
import { startThread } from '../process/thread.ts'
import type { FromCacheThread, ToCacheThread } from './cache-thread.ts'

export const cacheFileName = 'cache.db'

/** A look takes a tenth of a millisecond; longer than this, the call asks its provider. */
const PATIENCE_MS = 25
const PURGE_PATIENCE_MS = 10_000
/** What the disk does not take in time is not kept. */
const MAX_WAITING_BYTES = 32 << 20
const CLOSE_MS = 3000

/** `cache.db` of the data directory, which all workers share. */
export function openDiskTier(
  dataDirectory: string,
  maxBytes: number,
  tellStorage: StorageTeller,
): CacheTier & { close(): Promise<void> } {
  const answers = new Map<number, (message: FromCacheThread) => void>()
  let last = 0
  /** It has not answered in time: nobody else waits for it until it says something. */
  let isLate = false
  /** False until the thread that takes the place of one that ended says something. */
  let isUp = true
  let waitingBytes = 0
  let batch: (ToCacheThread & { type: 'keep' })['rows'][number][] = []
  const thread = startThread<ToCacheThread, FromCacheThread>({
    name: 'cache-thread',
    beside: import.meta.url,
    data: { path: join(dataDirectory, cacheFileName), maxBytes },
    onMessage(message) {
      isLate = false
      isUp = true
      switch (message.type) {
        case 'found':
        case 'purged':
          answers.get(message.number)?.(message)
          break
        case 'written':
          waitingBytes -= message.bytes
          break
        case 'state':
          tellStorage(message.fault === undefined ? undefined : faultText(message.fault))
          break
      }
    },
    onCrash() {
      isUp = false
      waitingBytes = 0
      tellStorage(faultText('had its thread end; another starts'))
    },
  })

  async function ask(
    question: (number: number) => ToCacheThread,
    patienceMs: number,
  ): Promise<FromCacheThread | undefined> {
    const number = ++last
    const { promise, resolve } = Promise.withResolvers<FromCacheThread>()
    answers.set(number, resolve)
    thread.tell(question(number))
    const answer = await settledWithin(promise, patienceMs)
    answers.delete(number)
    if (answer === undefined) isLate = true
    return answer
  }

  function flush(): void {
    const rows = batch
    batch = []
    if (rows.length > 0) thread.tell({ type: 'keep', rows })
  }

  return {
    async find(workspace, key) {
      if (isLate || !isUp) return undefined
      const answer = await ask((number) => ({ type: 'find', number, workspace, key }), PATIENCE_MS)
      if (answer?.type !== 'found' || answer.row === undefined) return undefined
      const head = readHead(answer.row.head)
      const { bytes } = answer.row
      return head && { head, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
    },
    keep(key, { head, bytes }: StoredEntry) {
      if (!isUp || waitingBytes + bytes.length > MAX_WAITING_BYTES) return
      waitingBytes += bytes.length
      if (batch.length === 0) setImmediate(flush)
      const { workspace, tags, expiresAt } = head
      batch.push({ key, workspace, tags, expiresAt, head: JSON.stringify(head), bytes: new Uint8Array(bytes) })
    },
    async purge(workspace, tag) {
      flush()
      const answer = await ask(
        (number) => ({ type: 'purge', number, workspace, ...(tag === undefined ? {} : { tag }) }),
        PURGE_PATIENCE_MS,
      )
      return answer?.type === 'purged' ? answer.count : 0
    },
    async close() {
      flush()
      thread.tell({ type: 'close' })
      await thread.closed(CLOSE_MS)
      tellStorage(undefined)
    },
  }
}

function faultText(fault: string): string {
  return `${cacheFileName} ${fault}: answers are looked for without it.`
}
