import type { CheckpointSchedule } from '../../core/record/checkpoint-places.ts'
import type { AlertDraft } from '../../core/spending/alert.ts'
import { canonicalJson } from '../../core/wire/canonical-json.ts'
import type { Audit } from '../audit/audit.ts'

export interface CheckpointWatchOptions {
  readonly audit: Pick<Audit, 'size' | 'checkpoint'>
  /** Absent: nobody is sent one. */
  schedule(): CheckpointSchedule | undefined
  now(): number
}

/**
 * Signs the audit log when its time has come; what is signed goes where alerts go, and as safely. The first look signs what there is:
 * a start is an entry of its own. While the log cannot be read nothing is signed, and `/readyz` says why.
 */
export function createCheckpointWatch({ audit, schedule, now }: CheckpointWatchOptions): () => Promise<AlertDraft[]> {
  let signed: { readonly size: number; readonly at: number } | undefined
  let isLooking = false
  return async () => {
    const wanted = schedule()
    if (wanted === undefined || isLooking) return []
    isLooking = true
    try {
      const size = await audit.size()
      if (size === 0 || !isDue(size, wanted)) return []
      const checkpoint = await audit.checkpoint()
      signed = { size: checkpoint.size, at: now() }
      const line = canonicalJson(checkpoint)
      const { publicKey } = checkpoint
      return [
        {
          kind: 'audit-checkpoint',
          subject: '',
          summary: `The audit log has ${checkpoint.size} entries, signed.`,
          details: { size: checkpoint.size, root: checkpoint.root, publicKey, checkpoint: line },
          once: `audit-checkpoint ${publicKey} ${checkpoint.size} ${checkpoint.root}`,
        },
      ]
    } catch {
      return []
    } finally {
      isLooking = false
    }
  }

  function isDue(size: number, { everyEntries, everyMs }: CheckpointSchedule): boolean {
    if (signed === undefined) return true
    const more = size - signed.size
    return more > 0 && (now() - signed.at >= everyMs || (everyEntries !== undefined && more >= everyEntries))
  }
}
