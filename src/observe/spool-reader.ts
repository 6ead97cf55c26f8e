import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readFrame, type SpoolFrame } from './spool-frame.ts'
import { type SegmentName, segmentsAmong } from './spool-segment.ts'

/** A segment as it is now. */
export interface Segment extends SegmentName {
  readonly bytes: number
  /** Nothing will be added to it any more. Known before its size is, so all of it is in `bytes`. */
  readonly isFinished: boolean
}

export interface SegmentRead {
  /** How many frames there were. */
  readonly frames: number
  /** Where the next read begins. */
  readonly position: number
  /** Places where what stands is no whole frame, though more follows. */
  readonly corruptFrames: number
  /** A frame that was never written to its end. */
  readonly tornFrames: number
  /** All has been read and nothing will follow. */
  readonly isConsumed: boolean
  /** There is more to read now. */
  readonly hasMore: boolean
}

/** No frame is larger: bodies are bounded far below this. */
const MAX_FRAME_BYTES = 512 * 2 ** 20

/** Reads the segments of a spool directory. Synchronous, for a thread of its own. */
export class SpoolReader {
  readonly #directory: string
  readonly #handles = new Map<string, number>()
  readonly #buffer: Buffer

  constructor(directory: string, readBytes = 2 ** 20) {
    this.#directory = directory
    this.#buffer = Buffer.allocUnsafeSlow(readBytes)
  }

  /** None when there is no directory yet. */
  segments(): Segment[] {
    let names: string[]
    try {
      names = readdirSync(this.#directory)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
    const segments = segmentsAmong(names)
    return segments.flatMap((segment, index) => {
      const isFinished = segments[index + 1]?.writerId === segment.writerId || !isAlive(segment.processId)
      const stats = statSync(join(this.#directory, segment.name), { throwIfNoEntry: false })
      return stats === undefined ? [] : [{ ...segment, isFinished, bytes: stats.size }]
    })
  }

  /**
   * Reads on from `position`: at most `maxFrames`, and about as many bytes as the buffer holds. `onFrame` gets each frame in
   * turn; its bodies share memory with what is read next.
   */
  read(segment: Segment, position: number, maxFrames: number, onFrame: (frame: SpoolFrame) => void): SegmentRead {
    let buffer = this.#buffer
    let bytes = this.#fill(segment, position, buffer)
    let frames = 0
    let offset = 0
    let corruptFrames = 0
    while (offset < bytes.length && frames < maxFrames) {
      const read = readFrame(bytes, offset, segment.seed)
      if (read.type === 'frame') {
        offset = read.end
        if (read.frame.header === undefined) {
          // Behind this mark there is nothing.
          return { frames, position: position + offset, corruptFrames, tornFrames: 0, isConsumed: true, hasMore: false }
        }
        frames++
        onFrame(read.frame)
      } else if (read.type === 'corrupt') {
        corruptFrames++
        offset = read.next
      } else {
        const isCut = position + offset + read.bytes > segment.bytes
        if (isCut || offset > 0 || read.bytes > MAX_FRAME_BYTES) break
        // A frame larger than the buffer gets one of its own.
        buffer = Buffer.allocUnsafeSlow(read.bytes)
        bytes = this.#fill(segment, position, buffer)
        if (bytes.length < read.bytes) break
      }
    }
    const next = position + offset
    const isStuck = offset === 0
    const tornFrames = segment.isFinished && isStuck && next < segment.bytes ? 1 : 0
    return {
      frames,
      position: next,
      corruptFrames,
      tornFrames,
      isConsumed: segment.isFinished && (next >= segment.bytes || tornFrames > 0),
      hasMore: !isStuck && next < segment.bytes,
    }
  }

  remove(segment: SegmentName): void {
    this.#close(segment.name)
    rmSync(join(this.#directory, segment.name), { force: true })
  }

  close(): void {
    for (const name of [...this.#handles.keys()]) this.#close(name)
  }

  /** Closes the files that are no longer listed. */
  keepOnly(segments: readonly SegmentName[]): void {
    for (const name of [...this.#handles.keys()]) {
      if (!segments.some((segment) => segment.name === name)) this.#close(name)
    }
  }

  #fill(segment: SegmentName, position: number, buffer: Buffer): Buffer {
    let handle = this.#handles.get(segment.name)
    if (handle === undefined) {
      handle = openSync(join(this.#directory, segment.name), 'r')
      this.#handles.set(segment.name, handle)
    }
    const wanted = Math.min(buffer.length, Math.max(0, fstatSync(handle).size - position))
    let filled = 0
    while (filled < wanted) {
      const count = readSync(handle, buffer, filled, wanted - filled, position + filled)
      if (count === 0) break
      filled += count
    }
    return buffer.subarray(0, filled)
  }

  #close(name: string): void {
    const handle = this.#handles.get(name)
    if (handle === undefined) return
    this.#handles.delete(name)
    closeSync(handle)
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
