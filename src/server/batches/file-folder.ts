import { mkdirSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { GatewayError } from '../../core/errors.ts'
import { type StorageTeller, storageFault } from '../../core/record/storage-state.ts'
import type { Span } from '../../core/wire/form-scanner.ts'
import type { StreamedBody } from '../../core/wire/streamed-body.ts'
import { copySpan } from '../../core/wire/streamed-body.ts'

/** The bytes of files, one file each, readable by the owner only. Ids are made here, so that they are names without a path. */
export interface FileFolder {
  /** Resolves with how many bytes it has. */
  write(id: string, content: FileContent): Promise<number>
  /** Written piece by piece; it is there once all of it is. */
  writer(id: string): Promise<FileWriter>
  read(id: string): Promise<Buffer>
  /** A part of it. */
  readSpan(id: string, start: number, length: number): Promise<Buffer>
  /** Rejects for a file that is not there. */
  stream(id: string): Promise<Readable>
  remove(id: string): Promise<void>
}

/** What shall be in a file: bytes, or a stretch of a body that is larger than what is held in memory. */
export type FileContent = Buffer | (Span & { readonly body: StreamedBody })

export interface FileWriter {
  readonly bytes: number
  write(piece: string | Buffer): Promise<void>
  /** Puts it in its place. Without a byte there is no file. */
  close(): Promise<void>
  /** Nothing is left of it. */
  abandon(): Promise<void>
}

export function openFileFolder(path: string, tell: StorageTeller = () => undefined): FileFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const place = (id: string): string => join(path, id)
  /** Leaves nothing behind of what could not be written: where the disk is full, each byte counts. */
  const written = async (part: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
      tell(undefined)
    } catch (cause) {
      await rm(part, { force: true }).catch(() => undefined)
      const fault = storageFault(cause)
      if (fault === undefined) throw cause
      const sentence = `${basename(path)} ${fault}.`
      tell(sentence)
      throw new GatewayError('store_unavailable', sentence, { cause })
    }
  }
  const writeWhole = async (id: string, bytes: Buffer): Promise<number> => {
    const part = `${place(id)}.part`
    await written(part, async () => {
      await writeFile(part, bytes, { mode: 0o600 })
      await rename(part, place(id))
    })
    return bytes.length
  }
  const writer = async (id: string): Promise<FileWriter> => {
    const part = `${place(id)}.part`
    let handle: FileHandle | undefined
    await written(part, async () => {
      handle = await open(part, 'w', 0o600)
    })
    let bytes = 0
    return {
      get bytes() {
        return bytes
      },
      async write(text) {
        const piece = Buffer.from(text)
        bytes += piece.length
        await written(part, async () => {
          try {
            await handle?.appendFile(piece)
          } catch (fault) {
            await handle?.close()
            handle = undefined
            throw fault
          }
        })
      },
      close: () =>
        written(part, async () => {
          await handle?.close()
          handle = undefined
          if (bytes === 0) await rm(part, { force: true })
          else await rename(part, place(id))
        }),
      async abandon() {
        await handle?.close()
        handle = undefined
        await rm(part, { force: true })
      },
    }
  }
  const writeSpan = async (id: string, { body, start, end }: Exclude<FileContent, Buffer>): Promise<number> => {
    const out = await writer(id)
    try {
      await copySpan(body, { start, end }, out.write)
      await out.close()
      return out.bytes
    } catch (fault) {
      await out.abandon()
      throw fault
    }
  }
  return {
    write(id, content) {
      if (Buffer.isBuffer(content)) return writeWhole(id, content)
      return content.end === content.start ? writeWhole(id, Buffer.alloc(0)) : writeSpan(id, content)
    },
    writer,
    read: (id) => readFile(place(id)),
    async readSpan(id, start, length) {
      const handle = await open(place(id))
      try {
        return await wholeSpan(handle, start, length)
      } finally {
        await handle.close()
      }
    },
    stream: async (id) => (await open(place(id))).createReadStream(),
    remove: (id) => rm(place(id), { force: true }),
  }
}

async function wholeSpan(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  for (let read = 0; read < length; ) {
    const { bytesRead } = await handle.read(bytes, read, length - read, start + read)
    if (bytesRead === 0) throw new Error('The file is shorter than it was.')
    read += bytesRead
  }
  return bytes
}
