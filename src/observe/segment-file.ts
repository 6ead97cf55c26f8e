import type { FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** A segment that is being written to. */
export interface SegmentFile {
  readonly name: string
  readonly handle: FileHandle
  /** Length of the whole frames in it. */
  bytes: number
}

const COPY_BYTES = 2 ** 20

/** Makes a new segment; one that is there already is not touched. */
export async function createSegmentFile(
  files: { readonly open: typeof open },
  directory: string,
  name: string,
): Promise<SegmentFile> {
  return { name, handle: await files.open(join(directory, name), 'wx+', 0o600), bytes: 0 }
}

/** Adds whole frames. At their own place, not appended: what a failed write left behind is written over with the same bytes. */
export async function addFrames(segment: SegmentFile, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await segment.handle.write(bytes, done, bytes.length - done, segment.bytes + done)
    done += bytesWritten
  }
  segment.bytes += bytes.length
}

/** Adds what `from` holds. A file that was removed can be read for as long as it is open. */
export async function copyFrames(from: SegmentFile, to: SegmentFile): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(COPY_BYTES)
  for (let position = 0; position < from.bytes; ) {
    const { bytesRead } = await from.handle.read(buffer, 0, Math.min(COPY_BYTES, from.bytes - position), position)
    if (bytesRead === 0) return
    await addFrames(to, buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}
