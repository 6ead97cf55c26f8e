import type { Batch, BatchStatus, BatchUsage } from '../../core/calls/batch.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { seconds } from './file-resources.ts'

/** A batch in OpenAI's words: https://platform.openai.com/docs/api-reference/batch/object */
export function batchObject(batch: Batch): JsonObject {
  if (batch.held !== undefined) return batch.held.object
  const { id, endpoint, inputFile, completionWindow, status, times, expiresAt, counts, metadata, fault } = batch
  const { usage, model } = batch
  const time = (name: BatchStatus): number | null => {
    const at = times[name]
    return at === undefined ? null : seconds(at)
  }
  return {
    id,
    object: 'batch',
    endpoint,
    errors:
      fault === undefined
        ? null
        : { object: 'list', data: [{ code: 'invalid_file', message: fault, param: null, line: null }] },
    input_file_id: inputFile,
    completion_window: completionWindow,
    status,
    output_file_id: batch.outputFile ?? null,
    error_file_id: batch.errorFile ?? null,
    created_at: time('validating'),
    in_progress_at: time('in_progress'),
    expires_at: seconds(expiresAt),
    finalizing_at: time('finalizing'),
    completed_at: time('completed'),
    failed_at: time('failed'),
    expired_at: time('expired'),
    cancelling_at: time('cancelling'),
    cancelled_at: time('cancelled'),
    request_counts: { ...counts },
    ...(usage === undefined ? {} : { usage: usageObject(usage) }),
    ...(model === undefined ? {} : { model }),
    metadata: metadata ?? null,
  }
}

export function usageObject({ inputTokens, cachedInputTokens, outputTokens, reasoningTokens }: BatchUsage): JsonObject {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}
