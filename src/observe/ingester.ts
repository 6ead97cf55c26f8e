/**
 * Takes what the spool holds into the store, exactly once: calls and the position behind them are kept in one
 * transaction, so after a crash at any moment reading goes on where the store is.
 */
import type { CallWriter, FinishedCall } from '../core/call-store.ts'
import { type Dialects, finishCall } from './finish-call.ts'
import { type Segment, SpoolReader } from './spool-reader.ts'

export interface IngesterOptions {
  readonly directory: string
  /** Throws `StoreFault` when it cannot be opened now. */
  readonly openStore: () => CallWriter
  readonly dialects: Dialects
}

export interface IngesterCounts {
  readonly storedCalls: number
  readonly corruptFrames: number
  readonly tornFrames: number
  /** On disk, and not yet in the store. */
  readonly backlogBytes: number
}

const MAX_CALLS = 500
const MAX_BATCH_BYTES = 2 ** 20

/** Synchronous, for a thread of its own. */
export class Ingester {
  readonly #options: IngesterOptions
  readonly #spool: SpoolReader
  #store: CallWriter | undefined
  #positions = new Map<string, number>()
  #storedCalls = 0
  #corruptFrames = 0
  #tornFrames = 0

  constructor(options: IngesterOptions) {
    this.#options = options
    this.#spool = new SpoolReader(options.directory)
  }

  counts(): IngesterCounts {
    return {
      storedCalls: this.#storedCalls,
      corruptFrames: this.#corruptFrames,
      tornFrames: this.#tornFrames,
      backlogBytes: this.#backlogBytes(),
    }
  }

  /** The end of the spool now. */
  mark(): ReadonlyMap<string, number> {
    return new Map(this.#spool.segments().map(({ name, bytes }) => [name, bytes]))
  }

  /** Whether all up to a mark is in the store. A segment that is gone has been. */
  hasReached(mark: ReadonlyMap<string, number>): boolean {
    const left = new Set(this.#spool.segments().map(({ name }) => name))
    return mark.entries().every(([name, bytes]) => !left.has(name) || (this.#positions.get(name) ?? 0) >= bytes)
  }

  /** Takes in one batch. True when there is more. After a throw the same batch is taken again. */
  pass(): boolean {
    try {
      return this.#takeBatch(this.#openedStore())
    } catch (error) {
      // Opened anew next time: a handle may be broken for good, and the positions are read again.
      this.close()
      throw error
    }
  }

  close(): void {
    const store = this.#store
    this.#store = undefined
    this.#spool.close()
    store?.close()
  }

  #backlogBytes(): number {
    try {
      const segments = this.#spool.segments()
      return segments.reduce((sum, { name, bytes }) => sum + bytes - (this.#positions.get(name) ?? 0), 0)
    } catch {
      // What cannot be listed cannot be counted; the fault itself is thrown by the next pass.
      return 0
    }
  }

  #openedStore(): CallWriter {
    if (this.#store !== undefined) return this.#store
    const store = this.#options.openStore()
    this.#store = store
    this.#positions = new Map(store.positions())
    const names = new Set(this.#spool.segments().map(({ name }) => name))
    const gone = [...this.#positions.keys()].filter((name) => !names.has(name))
    if (gone.length > 0) store.forget(gone)
    for (const name of gone) this.#positions.delete(name)
    return store
  }

  #takeBatch(store: CallWriter): boolean {
    const segments = this.#spool.segments()
    this.#spool.keepOnly(segments)
    const calls: FinishedCall[] = []
    const positions = new Map<string, number>()
    const consumed: Segment[] = []
    let corruptFrames = 0
    let tornFrames = 0
    let batchBytes = 0
    let hasMore = false
    for (const segment of segments) {
      const start = this.#positions.get(segment.name) ?? 0
      if (start >= segment.bytes && !segment.isFinished) continue
      if (calls.length >= MAX_CALLS || batchBytes >= MAX_BATCH_BYTES) {
        hasMore = true
        break
      }
      const read = this.#spool.read(segment, start, MAX_CALLS - calls.length)
      for (const frame of read.frames) {
        const call = finishCall(frame, this.#options.dialects)
        if (call === undefined) corruptFrames++
        else calls.push(call)
      }
      batchBytes += read.position - start
      corruptFrames += read.corruptFrames
      tornFrames += read.tornFrames
      hasMore ||= read.hasMore
      if (read.position > start) positions.set(segment.name, read.position)
      if (read.isConsumed) consumed.push(segment)
    }
    if (positions.size > 0) this.#storedCalls += store.store(calls, positions)
    for (const [name, position] of positions) this.#positions.set(name, position)
    this.#corruptFrames += corruptFrames
    this.#tornFrames += tornFrames
    this.#forget(store, consumed)
    return hasMore
  }

  /** The file first: a position without a file is harmless, a file without a position would be read again. */
  #forget(store: CallWriter, segments: readonly Segment[]): void {
    if (segments.length === 0) return
    for (const segment of segments) this.#spool.remove(segment)
    store.forget(segments.map(({ name }) => name))
    for (const { name } of segments) this.#positions.delete(name)
  }
}
