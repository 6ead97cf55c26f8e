/**
 * The first place an event goes: a file, in batches, without waiting. What is written survives the process; a store may be
 * slow, locked or gone without anyone on the request path knowing.
 */
import { randomBytes } from 'node:crypto'
import * as fileSystem from 'node:fs/promises'
import { join } from 'node:path'
import type { CallBodies, EventSink, FeedbackSink, GatewayEvent } from '../core/record/call-record.ts'
import type { Feedback } from '../core/record/feedback.ts'
import type { SpanOrigin, SpanSink } from '../core/record/span.ts'
import { FrameBuffer } from './frame-buffer.ts'
import { addFrames, copyFrames, createSegmentFile, type SegmentFile } from './segment-file.ts'
import { spansHeader } from './spans/spans-in.ts'
import { frameRoom, segmentEnd } from './spool-frame.ts'
import { segmentName, segmentsAmong } from './spool-segment.ts'

export interface SpoolLimits {
  /** Bytes that wait in memory for the disk. */
  readonly maxPendingBytes: number
  /** Bytes of all segments on disk. */
  readonly maxSpoolBytes: number
  readonly maxSegmentBytes: number
  /** What was erased from the store is still in the segment that it came by, until that is finished and removed. */
  readonly maxSegmentMs: number
}

const defaultSpoolLimits: SpoolLimits = {
  maxPendingBytes: 64 * 2 ** 20,
  maxSpoolBytes: 2 * 2 ** 30,
  maxSegmentBytes: 64 * 2 ** 20,
  maxSegmentMs: 600_000,
}

export interface SpoolWriterOptions {
  readonly directory: string
  /** Unique among the processes that write into the directory, and the same when such a process starts again. */
  readonly writerId: string
  readonly limits?: Partial<SpoolLimits>
  /** Called after each write: there is something to read. */
  readonly onWritten?: () => void
  /** For tests of what a disk can do. */
  readonly files?: SpoolFiles
}

export type SpoolFiles = Pick<typeof fileSystem, 'mkdir' | 'readdir' | 'stat' | 'open' | 'unlink'>

export interface SpoolWriter extends EventSink, FeedbackSink, SpanSink {
  status(): SpoolWriterStatus
  /** Writes what it holds, gives up after `patienceMs`. */
  close(patienceMs?: number): Promise<void>
}

export interface SpoolWriterStatus {
  /** Why nothing can be written now. */
  readonly error?: string
  readonly pendingBytes: number
  /** All segments on disk, of all writers, as last seen. */
  readonly spoolBytes: number
  readonly maxSpoolBytes: number
  readonly framesWritten: number
  readonly eventsDropped: number
  readonly bodiesDropped: number
}

/** Under load, one write in this time: the fixed cost of a write is then spread over many events. */
const WRITE_EVERY_MS = 10
const noBodies: CallBodies = { requestTruncated: false, replyTruncated: false }
const MAX_WRITE_BYTES = 8 * 2 ** 20
const FIRST_RETRY_MS = 50
const MAX_RETRY_MS = 2000
const LOOK_EVERY_MS = 1000
/** Faults after which the same file will take the same bytes at the same place later. */
const passingFaults = new Set(['ENOSPC', 'EDQUOT', 'EAGAIN', 'EINTR', 'EFBIG'])

export function openSpoolWriter(options: SpoolWriterOptions): SpoolWriter {
  return new FileSpoolWriter(options)
}

class FileSpoolWriter implements SpoolWriter {
  readonly #directory: string
  readonly #writerId: string
  readonly #limits: SpoolLimits
  readonly #files: SpoolFiles
  readonly #onWritten: () => void
  readonly #seed = randomBytes(4).readUInt32LE(0)
  readonly #buffer = new FrameBuffer()

  #segment: SegmentFile | undefined
  #segmentEndsAt = 0
  #nextNumber = 0
  #isScheduled = false
  #isClosed = false
  #nextWriteAt = 0
  #retryMs = FIRST_RETRY_MS
  #later: NodeJS.Timeout | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  #spoolBytes = 0
  #error: string | undefined
  #framesWritten = 0
  #eventsDropped = 0
  #bodiesDropped = 0
  #waiting: { readonly frames: number; readonly resolve: () => void }[] = []

  constructor({ directory, writerId, limits, onWritten, files }: SpoolWriterOptions) {
    this.#directory = directory
    this.#writerId = writerId
    this.#limits = { ...defaultSpoolLimits, ...limits }
    this.#files = files ?? fileSystem
    this.#onWritten = onWritten ?? (() => undefined)
    // At once, so that a directory that cannot be used is known before the first call.
    this.#schedule()
  }

  emit({ record, bodies }: GatewayEvent): void {
    this.#append(record, bodies)
  }

  note(feedback: Feedback): void {
    this.#append({ feedback }, noBodies)
  }

  /** Spans have half of the room, so that no flood of them leaves calls without theirs. */
  keepSpans(origin: SpanOrigin, spans: Uint8Array): boolean {
    const { maxPendingBytes, maxSpoolBytes } = this.#limits
    if (this.#isClosed || this.#error !== undefined) return false
    const pending = this.#buffer.pendingBytes + spans.length
    if (pending > maxPendingBytes / 2 || this.#spoolBytes + pending > maxSpoolBytes / 2) return false
    this.#append(spansHeader(origin), { ...noBodies, request: spans })
    return true
  }

  #append(value: object, given: CallBodies): void {
    try {
      const header = JSON.stringify(value)
      const bodies = this.#bodiesThatFit(header, given)
      if (bodies === undefined) this.#eventsDropped++
      else this.#buffer.append(header, bodies, this.#seed)
    } catch {
      // A record that is no JSON, or no memory: a call must not fail for it.
      this.#eventsDropped++
    }
    // Also when nothing was kept: the next look at the disk may find room.
    if (!this.#isScheduled && !this.#isClosed) this.#schedule()
  }

  flush(): Promise<void> {
    const frames = this.#framesWritten + this.#buffer.pendingFrames
    if (frames === this.#framesWritten) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ frames, resolve }))
  }

  status(): SpoolWriterStatus {
    return {
      ...(this.#error === undefined ? {} : { error: this.#error }),
      pendingBytes: this.#buffer.pendingBytes,
      spoolBytes: this.#spoolBytes,
      maxSpoolBytes: this.#limits.maxSpoolBytes,
      framesWritten: this.#framesWritten,
      eventsDropped: this.#eventsDropped,
      bodiesDropped: this.#bodiesDropped,
    }
  }

  async close(patienceMs = 2000): Promise<void> {
    if (this.#isClosed) return
    const patience = Promise.withResolvers<void>()
    const timer = setTimeout(patience.resolve, patienceMs)
    await Promise.race([this.flush(), patience.promise])
    clearTimeout(timer)
    this.#isClosed = true
    clearTimeout(this.#later)
    this.#eventsDropped += this.#buffer.pendingFrames
    if (this.#segment !== undefined) await this.#look().catch(() => undefined)
    await this.#finishSegment().catch(() => undefined)
  }

  /** The last eighth of each bound is for events without bodies; `undefined` when not even the event has room. */
  #bodiesThatFit(header: string, bodies: CallBodies): CallBodies | undefined {
    if (this.#isClosed) return undefined
    const { maxPendingBytes, maxSpoolBytes } = this.#limits
    const pending = this.#buffer.pendingBytes
    // What was seen long ago says nothing: the write that this event starts will look again.
    const onDisk = performance.now() - this.#lookedAt > 2 * LOOK_EVERY_MS ? 0 : this.#spoolBytes
    const room = pending + frameRoom(header, bodies)
    if (room <= maxPendingBytes * 0.875 && onDisk + room <= maxSpoolBytes * 0.875) return bodies
    const without = {
      requestTruncated: bodies.requestTruncated || bodies.request !== undefined,
      replyTruncated: bodies.replyTruncated || bodies.reply !== undefined,
    }
    const least = pending + frameRoom(header, without)
    if (least > maxPendingBytes || onDisk + least > maxSpoolBytes) return undefined
    if (bodies.request !== undefined || bodies.reply !== undefined) this.#bodiesDropped++
    return without
  }

  #schedule(): void {
    this.#isScheduled = true
    const wait = this.#nextWriteAt - performance.now()
    if (wait <= 0) setImmediate(this.#run)
    else setTimeout(this.#run, wait)
  }

  readonly #run = (): void => {
    clearTimeout(this.#later)
    this.#nextWriteAt = performance.now() + WRITE_EVERY_MS
    this.#write().then(this.#written, this.#failed)
  }

  readonly #written = (): void => {
    this.#error = undefined
    this.#retryMs = FIRST_RETRY_MS
    this.#isScheduled = false
    if (this.#isClosed) return
    if (this.#buffer.pendingFrames > 0) this.#schedule()
    else this.#later = setTimeout(this.#lookAgain, LOOK_EVERY_MS + 1).unref()
  }

  /** Also when no call comes: what was written last may be taken away before the store has it. */
  readonly #lookAgain = (): void => {
    if (!this.#isScheduled && !this.#isClosed) this.#schedule()
  }

  readonly #failed = (error: unknown): void => {
    this.#error = spoolFault(error)
    if (this.#isClosed) return
    this.#later = setTimeout(this.#run, this.#retryMs)
    // A disk that never comes back must not keep a process alive.
    this.#later.unref()
    this.#retryMs = Math.min(2 * this.#retryMs, MAX_RETRY_MS)
  }

  /** Writes what waits. Never runs twice at a time. */
  async #write(): Promise<void> {
    if (performance.now() - this.#lookedAt > LOOK_EVERY_MS) await this.#look()
    for (let written = 0; written < MAX_WRITE_BYTES && !this.#isClosed; ) {
      const batch = this.#buffer.first()
      if (batch === undefined) break
      this.#segment ??= await this.#openSegment()
      await this.#writeBatch(this.#segment, batch.bytes)
      this.#buffer.remove(batch)
      written += batch.bytes.length
      this.#spoolBytes += batch.bytes.length
      this.#framesWritten += batch.frames
      this.#wakeWaiting()
      if (this.#segment.bytes >= this.#limits.maxSegmentBytes) await this.#finishSegment()
    }
    if (this.#segment !== undefined && performance.now() > this.#segmentEndsAt) await this.#finishSegment()
  }

  async #writeBatch(segment: SegmentFile, bytes: Buffer): Promise<void> {
    try {
      await addFrames(segment, bytes)
    } catch (error) {
      if (!passingFaults.has(codeOf(error))) await this.#abandonSegment()
      throw error
    }
    this.#onWritten()
  }

  #wakeWaiting(): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].frames <= this.#framesWritten) {
      this.#waiting.shift()?.resolve()
    }
  }

  /** How much is on disk, and whether our own segment still is: writes to a removed file succeed, and nobody sees them. */
  async #look(): Promise<void> {
    await this.#files.mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const segments = segmentsAmong(await this.#files.readdir(this.#directory))
    const sizes = await Promise.all(
      segments.map(({ name }) =>
        this.#files.stat(join(this.#directory, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    )
    this.#spoolBytes = sizes.reduce((sum, size) => sum + size, 0)
    for (const { writerId, number } of segments) {
      if (writerId === this.#writerId) this.#nextNumber = Math.max(this.#nextNumber, number + 1)
    }
    const own = this.#segment
    if (own !== undefined && !segments.some(({ name }) => name === own.name)) await this.#saveSegment(own)
    this.#lookedAt = performance.now()
  }

  async #openSegment(): Promise<SegmentFile> {
    const name = segmentName(this.#writerId, this.#nextNumber, process.pid, this.#seed)
    const segment = await createSegmentFile(this.#files, this.#directory, name)
    this.#segmentEndsAt = performance.now() + this.#limits.maxSegmentMs
    this.#nextNumber++
    return segment
  }

  /** Writes a segment that somebody removed once more. What the store has of it already, it knows. */
  async #saveSegment(removed: SegmentFile): Promise<void> {
    const fresh = await this.#openSegment()
    try {
      await copyFrames(removed, fresh)
    } catch (error) {
      // Half a copy would only be in the way of the next try.
      await fresh.handle.close().catch(() => undefined)
      await this.#files.unlink(join(this.#directory, fresh.name)).catch(() => undefined)
      throw error
    }
    this.#segment = fresh
    this.#spoolBytes += fresh.bytes
    await removed.handle.close().catch(() => undefined)
    this.#onWritten()
  }

  async #finishSegment(): Promise<void> {
    const segment = this.#segment
    if (segment === undefined) return
    this.#segment = undefined
    try {
      if (segment.bytes > 0) await segment.handle.write(segmentEnd(this.#seed), 0, undefined, segment.bytes)
    } finally {
      await segment.handle.close()
    }
    if (segment.bytes === 0) await this.#files.unlink(join(this.#directory, segment.name))
  }

  /** Goes on in a fresh file, so that half a frame here never stands before a whole one. */
  async #abandonSegment(): Promise<void> {
    const segment = this.#segment
    this.#segment = undefined
    this.#lookedAt = Number.NEGATIVE_INFINITY
    await segment?.handle.truncate(segment.bytes).catch(() => undefined)
    await segment?.handle.close().catch(() => undefined)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault'
}

function spoolFault(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk of the spool is full; calls wait in memory.'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return 'The spool directory may not be written to; calls wait in memory.'
  }
  return `The spool cannot be written (${code}); calls wait in memory.`
}
