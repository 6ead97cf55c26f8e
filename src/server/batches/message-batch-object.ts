import type { Batch } from '../../core/calls/batch.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { FILE_KEPT_MS } from './kept-files.ts'

export const messageBatchesPath = '/v1/messages/batches'

/** A batch as Anthropic has it: https://docs.anthropic.com/en/api/retrieving-message-batches */
export function messageBatchObject(batch: Batch, now: number): JsonObject {
  const { id, times, expiresAt, outputFile, held } = batch
  if (held !== undefined) return withOwnResults(id, held.object)
  const endedAt = endOf(batch)
  const archivedAt = endedAt === undefined ? Number.POSITIVE_INFINITY : endedAt + FILE_KEPT_MS
  const isArchived = archivedAt <= now
  return {
    id,
    type: 'message_batch',
    processing_status: endedAt !== undefined ? 'ended' : times.cancelling === undefined ? 'in_progress' : 'canceling',
    request_counts: countsOf(batch, endedAt !== undefined),
    created_at: timeText(times.validating),
    expires_at: timeText(expiresAt),
    ended_at: timeText(endedAt),
    cancel_initiated_at: timeText(times.cancelling),
    archived_at: isArchived ? timeText(archivedAt) : null,
    results_url: outputFile === undefined || isArchived ? null : resultsPath(id),
  }
}

export function endOf({ times }: Batch): number | undefined {
  return times.completed ?? times.cancelled ?? times.expired ?? times.failed
}

/**
 * Where the results are is said without a host: clients add theirs. The provider's own address would lead them, with their
 * virtual key, past the gateway.
 */
export function withOwnResults(id: string, object: JsonObject): JsonObject {
  const { results_url: url } = object
  return typeof url === 'string' ? { ...object, results_url: resultsPath(id) } : object
}

function resultsPath(id: string): string {
  return `${messageBatchesPath}/${id}/results`
}

/** All are being processed until all have ended. */
function countsOf({ status, counts: { total, completed, failed } }: Batch, hasEnded: boolean): JsonObject {
  const none = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
  if (!hasEnded) return { ...none, processing: total }
  if (status === 'failed') return { ...none, errored: total }
  const unrun = total - completed - failed
  const rest = status === 'expired' ? { expired: unrun } : { canceled: unrun }
  return { ...none, succeeded: completed, errored: failed, ...rest }
}

function timeText(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString()
}
