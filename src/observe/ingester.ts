/**
 * Takes what the spool holds into the store, exactly once: calls and the position behind them are kept in one
 * transaction, so after a crash at any moment reading goes on where the store is.
 */
import { type CallWriter, type FinishedCall, type Keepers, StoreGone } from '../core/record/call-store.ts'
import type { DataSubject, ErasedCalls, Expiry, LegalHold, RetentionRules } from '../core/record/retention.ts'
import type { ReceivedSpan } from '../core/record/span.ts'
import { feedbackIn } from './feedback-in.ts'
import { type Dialects, finishCall, unfinishedCall } from './finish-call.ts'
import { spansIn } from './spans/spans-in.ts'
import type { SpoolFrame } from './spool-frame.ts'
import { type Segment, SpoolReader } from './spool-reader.ts'

export interface IngesterOptions {
  readonly directory: string
  /** Throws `StoreFault` when it cannot be opened now. */
  readonly openStore: () => CallWriter | Promise<CallWriter>
  readonly dialects: Dialects
  /** What is kept in place of a call, where somebody has looked at it first. */
  inspected?(call: FinishedCall): FinishedCall
  inspectedSpan?(span: ReceivedSpan): ReceivedSpan
  /** Whether `stored` is to be told. */
  isHeard?(): boolean
  /** Told of the calls of a batch when the store has them. */
  stored?(calls: readonly FinishedCall[]): void
}

export interface IngesterCounts {
  readonly storedCalls: number
  readonly corruptFrames: number
  readonly tornFrames: number
  /** Stored as they came, because their bodies could not be worked on. */
  readonly unfinishedCalls: number
  /** Of calls whose cost was not known when they ended. */
  readonly lateCostNanoUsd: number
  /** Stores that were taken away while in use. */
  readonly goneStores: number
  /** Of finished segments that somebody else removed before they were in the store. */
  readonly lostBytes: number
  /** On disk, and not yet in the store. */
  readonly backlogBytes: number
}

/** Of what is handed over at once; the store may take several times for one transaction. */
const MAX_CALLS = 500
const MAX_BYTES = 2 ** 20

/** For a thread of its own. Whoever calls it waits for one thing before the next. */
export class Ingester {
  readonly #options: IngesterOptions
  readonly #spool: SpoolReader
  #store: CallWriter | undefined
  #positions = new Map<string, number>()
  #storedCalls = 0
  #corruptFrames = 0
  #tornFrames = 0
  #unfinishedCalls = 0
  #lateCostNanoUsd = 0
  #goneStores = 0
  #lostBytes = 0
  /** What is left to take of segments to which nothing will be added. */
  #unread: ReadonlyMap<string, number> = new Map()

  constructor(options: IngesterOptions) {
    this.#options = options
    this.#spool = new SpoolReader(options.directory)
  }

  counts(): IngesterCounts {
    return {
      storedCalls: this.#storedCalls,
      corruptFrames: this.#corruptFrames,
      tornFrames: this.#tornFrames,
      unfinishedCalls: this.#unfinishedCalls,
      lateCostNanoUsd: this.#lateCostNanoUsd,
      goneStores: this.#goneStores,
      lostBytes: this.#lostBytes,
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
    return mark.entries().every(([name, bytes]) => !left.has(name) || this.#positionOf(name) >= bytes)
  }

  /** Takes in what one transaction keeps. True when there is more. After a throw the same batch is taken again. */
  pass(): Promise<boolean> {
    return this.#withStore((store) => this.#takeBatch(store))
  }

  /** Takes a step of what a store of an older version has left to do. True when there is more. */
  catchUp(): Promise<boolean> {
    return this.#withStore((store) => store.catchUp())
  }

  async #withStore(work: (store: CallWriter) => Promise<boolean>): Promise<boolean> {
    try {
      return await work(await this.#openedStore())
    } catch (error) {
      if (error instanceof StoreGone) this.#goneStores++
      // Opened anew next time: a handle may be broken for good, and the positions are read again.
      await this.close()
      throw error
    }
  }

  /** Begins to take away what is older than it may become. The steps hold as long as nothing fails. */
  async expire(rules: RetentionRules, now: number): Promise<AsyncIterator<Expiry, void>> {
    return (await this.#openedStore()).expire(rules, now)
  }

  async erase(subject: DataSubject, holds: readonly LegalHold[]): Promise<ErasedCalls> {
    return await (await this.#openedStore()).erase(subject, holds)
  }

  async close(): Promise<void> {
    const store = this.#store
    this.#store = undefined
    this.#spool.close()
    await store?.close()
  }

  #backlogBytes(): number {
    try {
      const segments = this.#spool.segments()
      return segments.reduce((sum, { name, bytes }) => sum + bytes - this.#positionOf(name), 0)
    } catch {
      // What cannot be listed cannot be counted; the fault itself is thrown by the next pass.
      return 0
    }
  }

  async #openedStore(): Promise<CallWriter> {
    if (this.#store !== undefined) {
      await this.#store.check()
      return this.#store
    }
    const store = await this.#options.openStore()
    this.#store = store
    this.#positions = new Map(await store.positions())
    const names = new Set(this.#spool.segments().map(({ name }) => name))
    const gone = [...this.#positions.keys()].filter((name) => !names.has(name))
    if (gone.length > 0) await store.forget(gone)
    for (const name of gone) this.#positions.delete(name)
    return store
  }

  async #takeBatch(store: CallWriter): Promise<boolean> {
    const segments = this.#spool.segments()
    this.#spool.keepOnly(segments)
    this.#countLost(segments)
    const left = segments.filter(({ name, bytes, isFinished }) => isFinished || this.#positionOf(name) < bytes)
    if (left.length === 0) return false
    const batch: Batch = {
      calls: 0,
      bytes: 0,
      corruptFrames: 0,
      tornFrames: 0,
      unfinishedCalls: 0,
      lateCostNanoUsd: 0,
      hasMore: false,
      consumed: [],
    }
    const positions = new Map<string, number>()
    const heard: FinishedCall[] | undefined = this.#options.isHeard?.() === true ? [] : undefined
    const take = (keepers: Keepers): ReadonlyMap<string, number> => {
      Object.assign(batch, { calls: 0, bytes: 0, hasMore: false })
      const hear = (call: FinishedCall): void => {
        heard?.push(call)
        keepers.keep(call)
      }
      for (const segment of left) {
        if (!batch.consumed.includes(segment)) this.#takeSegment(segment, batch, positions, { ...keepers, keep: hear })
      }
      return positions
    }
    const stored = await store.store(take, () => batch.hasMore)
    this.#storedCalls += stored
    if (heard !== undefined) this.#options.stored?.(heard)
    for (const [name, position] of positions) this.#positions.set(name, position)
    this.#corruptFrames += batch.corruptFrames
    this.#tornFrames += batch.tornFrames
    this.#unfinishedCalls += batch.unfinishedCalls
    this.#lateCostNanoUsd += batch.lateCostNanoUsd
    await this.#forget(store, batch.consumed)
    const unread = left.filter((segment) => segment.isFinished && !batch.consumed.includes(segment))
    this.#unread = new Map(unread.map(({ name, bytes }) => [name, bytes - this.#positionOf(name)]))
    return batch.hasMore
  }

  /** A segment that is still written to is saved by its writer (`spool-writer.ts`). */
  #countLost(segments: readonly Segment[]): void {
    const names = new Set(segments.map(({ name }) => name))
    for (const [name, bytes] of this.#unread) if (!names.has(name)) this.#lostBytes += bytes
    this.#unread = new Map()
  }

  #takeSegment(segment: Segment, batch: Batch, positions: Map<string, number>, keepers: Keepers): void {
    if (batch.calls >= MAX_CALLS || batch.bytes >= MAX_BYTES) {
      batch.hasMore = true
      return
    }
    const start = positions.get(segment.name) ?? this.#positionOf(segment.name)
    const read = this.#spool.read(segment, start, MAX_CALLS - batch.calls, (frame) => {
      const feedback = feedbackIn(frame)
      if (feedback !== undefined) return keepers.note(feedback)
      const spans = spansIn(frame)
      if (spans !== undefined) {
        for (const span of spans) keepers.keepSpan(this.#options.inspectedSpan?.(span) ?? span)
        return
      }
      const call = this.#finished(frame, batch)
      if (call === undefined) batch.corruptFrames++
      else keepers.keep(call)
    })
    batch.calls += read.frames
    batch.bytes += read.position - start
    batch.corruptFrames += read.corruptFrames
    batch.tornFrames += read.tornFrames
    batch.hasMore ||= read.hasMore
    if (read.position > start) positions.set(segment.name, read.position)
    if (read.isConsumed) batch.consumed.push(segment)
  }

  /** One call that cannot be finished must not hold up those behind it for ever: it is kept as it came. */
  #finished(frame: SpoolFrame, batch: Batch): FinishedCall | undefined {
    try {
      const call = finishCall(frame, this.#options.dialects)
      if (call?.isCostLate === true) batch.lateCostNanoUsd += call.record.costNanoUsd ?? 0
      return call === undefined ? undefined : (this.#options.inspected?.(call) ?? call)
    } catch {
      batch.unfinishedCalls++
      return unfinishedCall(frame)
    }
  }

  #positionOf(name: string): number {
    return this.#positions.get(name) ?? 0
  }

  /** The file first: a position without a file is harmless, a file without a position would be read again. */
  async #forget(store: CallWriter, segments: readonly Segment[]): Promise<void> {
    if (segments.length === 0) return
    for (const segment of segments) this.#spool.remove(segment)
    await store.forget(segments.map(({ name }) => name))
    for (const { name } of segments) this.#positions.delete(name)
  }
}

/** What one batch has taken so far. Counted only when the store has it. */
interface Batch {
  /** Of what was handed over last. */
  calls: number
  bytes: number
  hasMore: boolean
  corruptFrames: number
  tornFrames: number
  unfinishedCalls: number
  lateCostNanoUsd: number
  readonly consumed: Segment[]
}
