import type { CallBodies } from '../core/record/call-record.ts'
import { frameRoom, writeFrame } from './spool-frame.ts'

/** Whole frames, one behind the other. */
export interface FrameBatch {
  readonly bytes: Buffer
  readonly frames: number
}

/**
 * Frames that wait for the disk, in large chunks: an event costs a copy, not an allocation. While the first part of a
 * chunk is being written, more frames are put behind it.
 */
export class FrameBuffer {
  #chunks: Chunk[] = []
  pendingBytes = 0
  pendingFrames = 0

  append(header: string, bodies: CallBodies, seed: number): void {
    const room = frameRoom(header, bodies)
    let chunk = this.#chunks[this.#chunks.length - 1]
    if (chunk === undefined || chunk.bytes.length - chunk.end < room) {
      chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(room, CHUNK_BYTES)), start: 0, end: 0, frames: 0 }
      this.#chunks.push(chunk)
    }
    const end = writeFrame(chunk.bytes, chunk.end, header, bodies, seed)
    this.pendingBytes += end - chunk.end
    this.pendingFrames++
    chunk.end = end
    chunk.frames++
  }

  /** The oldest frames; they stay until they are removed. */
  first(): FrameBatch | undefined {
    const chunk = this.#chunks[0]
    if (chunk === undefined || chunk.frames === 0) return undefined
    return { bytes: chunk.bytes.subarray(chunk.start, chunk.end), frames: chunk.frames }
  }

  /** Takes away what `first` gave. */
  remove({ bytes, frames }: FrameBatch): void {
    const chunk = this.#chunks[0]
    if (chunk === undefined) return
    chunk.start += bytes.length
    chunk.frames -= frames
    this.pendingBytes -= bytes.length
    this.pendingFrames -= frames
    if (chunk.frames > 0) return
    if (this.#chunks.length > 1 || chunk.bytes.length > CHUNK_BYTES) this.#chunks.shift()
    else chunk.start = chunk.end = 0
  }
}

interface Chunk {
  readonly bytes: Buffer
  /** Of the frames that wait. */
  start: number
  end: number
  frames: number
}

const CHUNK_BYTES = 2 ** 20
