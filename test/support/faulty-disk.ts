import * as fileSystem from 'node:fs/promises'
import type { SpoolFiles } from '../../src/observe/spool-writer.ts'

export type DiskCall = 'mkdir' | 'open' | 'write'

/** A real directory on a disk that fails, after `partBytes` of a write, as long as `code` is set. */
export class FaultyDisk {
  code: string | undefined
  maxWriteBytes = Number.POSITIVE_INFINITY
  #failures = 0
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []
  readonly #call: DiskCall
  readonly #partBytes: number

  constructor(call: DiskCall, code?: string, partBytes = 0) {
    this.#call = call
    this.code = code
    this.#partBytes = partBytes
  }

  /** A writer that tries again knows of the failure before. */
  async failedTwice(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ count: this.#failures + 2, resolve })
    await promise
  }

  #check(call: DiskCall): void {
    if (this.code === undefined || call !== this.#call) return
    this.#failures++
    for (const { count, resolve } of this.#waiting) if (this.#failures >= count) resolve()
    throw Object.assign(new Error(this.code), { code: this.code })
  }

  readonly files: SpoolFiles = {
    ...fileSystem,
    mkdir: (async (...parameters: Parameters<typeof fileSystem.mkdir>) => {
      this.#check('mkdir')
      return fileSystem.mkdir(...parameters)
    }) as typeof fileSystem.mkdir,
    open: async (...parameters) => {
      this.#check('open')
      const handle = await fileSystem.open(...parameters)
      const write = handle.write.bind(handle)
      return Object.assign(handle, {
        write: async (bytes: Buffer, offset = 0, length = bytes.length - offset, position?: number) => {
          if (this.code !== undefined) await write(bytes, offset, Math.min(length, this.#partBytes), position)
          this.#check('write')
          return write(bytes, offset, Math.min(length, this.maxWriteBytes), position)
        },
      })
    },
  }
}
