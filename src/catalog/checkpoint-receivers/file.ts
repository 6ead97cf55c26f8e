import { appendFile } from 'node:fs/promises'
import { GatewayError } from '../../core/errors.ts'
import { type CheckpointFile, carriedCheckpoint } from '../../core/record/checkpoint-places.ts'
import type { SendAlert } from '../../core/spending/alert.ts'

/** One line for each, on the disk before it counts as sent. For a file where the gateway may only add. */
export function checkpointFile({ path }: CheckpointFile): SendAlert {
  return async ({ details }) => {
    try {
      await appendFile(path, `${carriedCheckpoint(details).line}\n`, { mode: 0o600, flush: true })
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
      throw new GatewayError('alert_undelivered', `The file of checkpoints cannot be written${code}.`, { cause })
    }
  }
}
