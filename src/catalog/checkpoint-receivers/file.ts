import { constants, type FileHandle, open } from 'node:fs/promises'
import { GatewayError } from '../../core/errors.ts'
import { type CheckpointFile, carriedCheckpoint } from '../../core/record/checkpoint-places.ts'
import type { SendAlert } from '../../core/spending/alert.ts'

const LINE_FEED = 10
/**
 * What stands there may be another's doing: no link is followed where the system can tell, and no pipe is waited for.
 * Windows has neither flag.
 */
const SAFELY = constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** One line for each, on the disk before it counts as sent. For a file where the gateway may only add. */
export function checkpointFile({ path }: CheckpointFile): SendAlert {
  return async ({ details }) => {
    try {
      await addLine(path, carriedCheckpoint(details).line)
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
      if (code === 'ELOOP') throw refused('is a symbolic link, which is not followed', cause)
      throw refused(`cannot be written${code === undefined ? '' : ` (${code})`}`, cause)
    }
  }
}

async function addLine(path: string, line: string): Promise<void> {
  const { file, isReadable } = await opened(path)
  try {
    const found = await file.stat()
    if (!found.isFile()) throw refused('is no regular file')
    // A crash, or a full disk, may have left a part of a line: it must not spoil this one. Who cannot look takes it for one.
    const isTorn = found.size > 0 && !(isReadable && (await endsLine(file, found.size)))
    await file.appendFile(`${isTorn ? '\n' : ''}${line}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** For reading too, where that is allowed. */
async function opened(path: string): Promise<{ readonly file: FileHandle; readonly isReadable: boolean }> {
  try {
    return { file: await open(path, constants.O_RDWR | SAFELY, 0o600), isReadable: true }
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EACCES') throw fault
    return { file: await open(path, constants.O_WRONLY | SAFELY, 0o600), isReadable: false }
  }
}

async function endsLine(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === LINE_FEED
}

function refused(why: string, cause?: unknown): GatewayError {
  return new GatewayError('alert_undelivered', `The file of checkpoints ${why}.`, { cause })
}
