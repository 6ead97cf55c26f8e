import type { ScratchFile } from '../../core/calls/scratch.ts'
import { GatewayError } from '../../core/errors.ts'
import { scratchFile } from './scratch-file.ts'

/** Room on the disk for bodies on their way that are too large for memory. */
export interface ScratchRoom {
  /** `key`: whose call it is; one key never has more than half of the room. Absent: nobody's in particular. */
  file(key?: string): ScratchFile
}

/** Bytes count from when they are written until the file is closed. `maxBytes`: of all files of this process. */
export function createScratchRoom(directory: string, maxBytes: () => number): ScratchRoom {
  let taken = 0
  const byKey = new Map<string, number>()

  function take(bytes: number, key: string | undefined): void {
    const most = maxBytes()
    const ofKey = key === undefined ? 0 : (byKey.get(key) ?? 0)
    if (key !== undefined && ofKey + bytes > most / 2)
      throw full('too_many_calls', 'Large bodies of this key take as much of the disk as they may.')
    if (taken + bytes > most) throw full('overloaded', 'Large bodies take as much of the disk as they may.')
    taken += bytes
    if (key !== undefined) byKey.set(key, ofKey + bytes)
  }

  function leave(bytes: number, key: string | undefined): void {
    taken -= bytes
    if (key === undefined) return
    const left = (byKey.get(key) ?? bytes) - bytes
    if (left > 0) byKey.set(key, left)
    else byKey.delete(key)
  }

  return {
    file(key) {
      const file = scratchFile(directory)
      let own = 0
      let isClosed = false
      return {
        get bytes() {
          return file.bytes
        },
        async append(pieces) {
          if (isClosed) return
          const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
          take(bytes, key)
          own += bytes
          await file.append(pieces)
        },
        read: file.read,
        close() {
          if (isClosed) return
          isClosed = true
          file.close()
          leave(own, key)
        },
      }
    },
  }
}

function full(code: 'too_many_calls' | 'overloaded', message: string): GatewayError {
  return new GatewayError(code, message, { retryAfterSeconds: 5 })
}
