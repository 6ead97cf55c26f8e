import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScratchFile } from '../../core/calls/scratch.ts'

const readBytes = 64 * 1024

/** A file without a name: nobody else can open it, and it is gone with its process, however that ends. */
export function scratchFile(directory: string): ScratchFile {
  let opening: Promise<FileHandle> | undefined
  let isClosed = false
  let bytes = 0
  return {
    get bytes() {
      return bytes
    },
    async append(pieces) {
      if (isClosed) return
      opening ??= openUnnamed(directory)
      const whole = Buffer.concat(pieces)
      await (await opening).writeFile(whole)
      bytes += whole.length
    },
    async read(position) {
      const handle = await opening
      const length = Math.min(readBytes, bytes - position)
      if (handle === undefined || isClosed || length <= 0) throw new Error('There is nothing to read.')
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, position)
      if (bytesRead === 0) throw new Error('The file ends before its end.')
      return buffer.subarray(0, bytesRead)
    },
    close() {
      if (isClosed) return
      isClosed = true
      // Behind what is still being read or written; a fault of closing loses nothing.
      void opening?.then((handle) => handle.close()).catch(() => undefined)
    },
  }
}

async function openUnnamed(directory: string): Promise<FileHandle> {
  const path = join(directory, `form-${randomUUID()}.part`)
  const handle = await open(path, 'wx+', 0o600)
  try {
    await unlink(path)
  } catch (fault) {
    await handle.close()
    throw fault
  }
  return handle
}
