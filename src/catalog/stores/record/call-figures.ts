/** What a call adds to sums: from its event, and the same from its row. */
import type { DimensionValue, ReadDimension, RolledDimension } from '../../../core/record/analytics.ts'
import type { CallRecord } from '../../../core/record/call-record.ts'
import type { CallFigures } from '../../../core/record/tally.ts'
import type { CallSql, Row } from './call-database.ts'

/** The column of each dimension, of a call and of a set of them alike. */
export const columnOf: Readonly<Record<RolledDimension, string>> = {
  workspace: 'workspace',
  key: 'key',
  agent: 'agent',
  // Quoted: it is a word of SQL.
  user: '"user"',
  provider: 'provider',
  account: 'account',
  model: 'model',
  requestedModel: 'requested_model',
  endpoint: 'endpoint',
  status: 'status',
  errorCode: 'error_code',
  route: 'route',
  shadow: 'shadow',
}

/** Of a call alone. */
export function callColumnOf(sql: CallSql, name: RolledDimension | ReadDimension): string {
  return name === 'shadow' ? sql.shadow : { ...columnOf, ...readColumnOf }[name]
}

const readColumnOf: Readonly<Record<ReadDimension, string>> = {
  cache: 'cache',
  stream: 'stream',
  clientDialect: 'client_dialect',
  providerDialect: 'provider_dialect',
  finishReason: 'finish_reason',
}

/** What `figuresOfRow` reads, in `SELECT … FROM calls`. */
export function figureColumns(sql: CallSql): string {
  const { shadow: _, ...columns } = columnOf
  return `started_at, ${Object.values(columns).join(', ')}, ${sql.shadow} AS shadow, cache, input_tokens, cached_input_tokens,
    cache_write_tokens, output_tokens, reasoning_tokens, usage_estimated, cost_nano_usd, duration_us, overhead_us,
    time_to_first_token_us, ${sql.saved} AS saved, ${sql.attempts} AS attempts`
}

export function figuresOfRow(row: Row): CallFigures {
  return {
    startedAt: Number(row['started_at']),
    dimensions: {
      workspace: String(row['workspace']),
      key: text(row['key']),
      agent: text(row['agent']),
      user: text(row['user']),
      provider: text(row['provider']),
      account: text(row['account']),
      model: text(row['model']),
      requestedModel: text(row['requested_model']),
      endpoint: String(row['endpoint']),
      status: Number(row['status']),
      errorCode: text(row['error_code']),
      route: text(row['route']),
      shadow: row['shadow'] === 1,
    },
    cache: text(row['cache']),
    inputTokens: whole(row['input_tokens']),
    cachedInputTokens: whole(row['cached_input_tokens']),
    cacheWriteTokens: whole(row['cache_write_tokens']),
    outputTokens: whole(row['output_tokens']),
    reasoningTokens: whole(row['reasoning_tokens']),
    isEstimated: row['usage_estimated'] === 1,
    costNanoUsd: whole(row['cost_nano_usd']),
    savedNanoUsd: whole(row['saved']),
    attempts: whole(row['attempts']) ?? 0,
    durationUs: whole(row['duration_us']) ?? 0,
    overheadUs: whole(row['overhead_us']) ?? 0,
    timeToFirstTokenUs: whole(row['time_to_first_token_us']),
  }
}

export function figuresOfRecord(record: CallRecord): CallFigures {
  const { usage } = record
  return {
    startedAt: record.startedAt,
    dimensions: {
      workspace: record.workspace,
      key: text(record.key),
      agent: text(record.agent),
      user: text(record.user),
      provider: text(record.provider),
      account: text(record.account),
      model: text(record.model),
      requestedModel: text(record.requestedModel),
      endpoint: record.endpoint,
      status: record.status,
      errorCode: text(record.errorCode),
      route: text(record.route),
      shadow: typeof record.shadowOf === 'string',
    },
    cache: text(record.cache),
    inputTokens: whole(usage?.inputTokens),
    cachedInputTokens: whole(usage?.cachedInputTokens),
    cacheWriteTokens: whole(usage?.cacheWriteTokens),
    outputTokens: whole(usage?.outputTokens),
    reasoningTokens: whole(usage?.reasoningTokens),
    isEstimated: record.usageEstimated === true,
    costNanoUsd: whole(record.costNanoUsd),
    savedNanoUsd: whole(record.savedNanoUsd),
    attempts: Array.isArray(record.attempts) ? record.attempts.length : 0,
    durationUs: whole(record.durationMs, 1000) ?? 0,
    overheadUs: whole(record.overheadMs, 1000) ?? 0,
    timeToFirstTokenUs: whole(record.timeToFirstTokenMs, 1000),
  }
}

/** A spool may be of another version: what has another type than its column is left out, or one call would stop them all. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function whole(value: unknown, factor = 1): number | null {
  const rounded = typeof value === 'number' ? Math.round(value * factor) : Number.NaN
  return Number.isSafeInteger(rounded) ? rounded : null
}

/** As a store keeps it. */
export function stored(value: DimensionValue): string | number | null {
  return typeof value === 'boolean' ? Number(value) : value
}

/** The other way round, as the API says it. */
export function shownValue(dimension: string, value: unknown): DimensionValue {
  if (dimension === 'stream' || dimension === 'shadow') return value === 1
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
