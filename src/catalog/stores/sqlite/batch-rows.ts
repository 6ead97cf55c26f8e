import type { Batch, BatchLine, StoredFile } from '../../../core/calls/batch.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import type { Row } from './batch-database.ts'

export function readFile(row: Row): StoredFile {
  const { id, workspace, purpose, name, bytes, created_at: createdAt, expires_at: expiresAt, account } = row
  return {
    id: String(id),
    workspace: String(workspace),
    purpose: String(purpose),
    name: String(name),
    bytes: Number(bytes),
    createdAt: Number(createdAt),
    ...(expiresAt === null ? {} : { expiresAt: Number(expiresAt) }),
    ...(typeof account === 'string' ? { account } : {}),
  }
}

export function readBatch(row: Row): Batch {
  const metadata = typeof row['metadata'] === 'string' ? parseJson(row['metadata']) : undefined
  const status = row['status'] as Batch['status']
  const times = JSON.parse(String(row['times'])) as Batch['times']
  const { output_file: outputFile, error_file: errorFile, fault } = row
  return {
    id: String(row['id']),
    dialect: row['dialect'] as Batch['dialect'],
    workspace: String(row['workspace']),
    key: String(row['key']),
    endpoint: String(row['endpoint']),
    inputFile: String(row['input_file']),
    completionWindow: String(row['completion_window']),
    ...(isJsonObject(metadata) ? { metadata } : {}),
    ...(typeof row['headers'] === 'string'
      ? { headers: JSON.parse(row['headers']) as NonNullable<Batch['headers']> }
      : {}),
    // One that was cancelled is read to its end all the same: each of its lines has a result.
    status: status === 'validating' && times.cancelling !== undefined ? 'cancelling' : status,
    times,
    expiresAt: Number(row['expires_at']),
    ...(typeof outputFile === 'string' ? { outputFile } : {}),
    ...(typeof errorFile === 'string' ? { errorFile } : {}),
    counts: { total: Number(row['total']), completed: Number(row['completed']), failed: Number(row['failed']) },
    ...(typeof fault === 'string' ? { fault } : {}),
    ...usagePart(row),
    ...heldPart(row),
  }
}

export function readLine(row: Row): BatchLine {
  const { number, custom_id: customId, start, length, result, is_error: isError } = row
  return {
    number: Number(number),
    ...(typeof customId === 'string' ? { customId } : {}),
    start: Number(start),
    length: Number(length),
    ...(typeof result === 'string' ? { result: { isError: isError === 1, text: result } } : {}),
  }
}

function usagePart(row: Row): Pick<Batch, 'usage' | 'model'> {
  const { input_tokens: input, cached_tokens: cached, output_tokens: output, reasoning_tokens: reasoning, model } = row
  const usage = {
    inputTokens: Number(input),
    cachedInputTokens: Number(cached),
    outputTokens: Number(output),
    reasoningTokens: Number(reasoning),
  }
  return {
    ...(input == null ? {} : { usage }),
    ...(typeof model === 'string' && model !== '' ? { model } : {}),
  }
}

function heldPart({ account, object }: Row): Pick<Batch, 'held'> {
  const known = typeof object === 'string' ? parseJson(object) : undefined
  return typeof account === 'string' && isJsonObject(known) ? { held: { account, object: known } } : {}
}
