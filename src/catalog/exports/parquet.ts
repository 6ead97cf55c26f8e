/** Calls as an Apache Parquet file. */
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { CallEncoder, CallExport } from '../../core/record/call-export.ts'
import type { CallDetails } from '../../core/record/call-store.ts'

type Type = 'STRING' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP'
type Cell = string | number | bigint | boolean | Date | undefined

interface Column {
  readonly name: string
  readonly type: Type
  read(call: CallDetails): Cell
}

/** Rows of a group are held until it is written: so many, or such a length of texts. */
const GROUP_ROWS = 5000
const GROUP_CHARACTERS = 8 << 20

const column = (name: string, type: Type, read: Column['read']): Column => ({ name, type, read })
const text = (name: string, read: (call: CallDetails) => string | null): Column =>
  column(name, 'STRING', (call) => read(call) ?? undefined)
const whole = (name: string, read: (call: CallDetails) => number | null): Column =>
  column(name, 'INT64', (call) => wholeOf(read(call)))
const decimal = (name: string, read: (call: CallDetails) => number | null): Column =>
  column(name, 'DOUBLE', (call) => read(call) ?? undefined)
const json = (name: string, read: (call: CallDetails) => unknown): Column =>
  column(name, 'STRING', (call) => jsonOf(read(call)))

/** docs/guides/record.md lists them. */
export const parquetColumns: readonly Column[] = [
  text('id', ({ id }) => id),
  column('started_at', 'TIMESTAMP', ({ startedAt }) => new Date(startedAt)),
  text('workspace', ({ workspace }) => workspace),
  text('key', ({ key }) => key),
  text('agent', ({ agent }) => agent),
  text('user', ({ user }) => user),
  text('trace_id', ({ traceId }) => traceId),
  text('session_id', ({ sessionId }) => sessionId),
  text('endpoint', ({ endpoint }) => endpoint),
  text('client_dialect', ({ clientDialect }) => clientDialect),
  text('provider_dialect', ({ providerDialect }) => providerDialect),
  text('provider', ({ provider }) => provider),
  text('account', ({ account }) => account),
  text('model', ({ model }) => model),
  text('requested_model', ({ requestedModel }) => requestedModel),
  text('route', ({ route }) => route),
  column('stream', 'BOOLEAN', ({ stream }) => stream),
  column('status', 'INT32', ({ status }) => status),
  text('error_code', ({ errorCode }) => errorCode),
  text('error_message', ({ errorMessage }) => errorMessage),
  text('finish_reason', ({ finishReason }) => finishReason),
  whole('input_tokens', ({ inputTokens }) => inputTokens),
  whole('cached_input_tokens', ({ cachedInputTokens }) => cachedInputTokens),
  whole('cache_write_tokens', ({ cacheWriteTokens }) => cacheWriteTokens),
  whole('output_tokens', ({ outputTokens }) => outputTokens),
  whole('reasoning_tokens', ({ reasoningTokens }) => reasoningTokens),
  column('usage_estimated', 'BOOLEAN', ({ usageEstimated }) => usageEstimated),
  decimal('cost_usd', ({ costUsd }) => costUsd),
  decimal('saved_usd', ({ savedUsd }) => savedUsd),
  decimal('time_to_first_token_ms', ({ timeToFirstTokenMs }) => timeToFirstTokenMs),
  decimal('duration_ms', ({ durationMs }) => durationMs),
  decimal('overhead_ms', ({ overheadMs }) => overheadMs),
  decimal('queued_ms', ({ queuedMs }) => queuedMs),
  text('cache', ({ cache }) => cache),
  text('shadow_of', ({ shadowOf }) => shadowOf),
  json('metadata', ({ metadata }) => metadata),
  json('attempts', ({ attempts }) => attempts),
  json('decisions', ({ decisions }) => decisions),
  json('feedback', ({ feedback }) => feedback),
  json('input', ({ input }) => input),
  json('output', ({ output }) => output),
  column('input_truncated', 'BOOLEAN', ({ inputTruncated }) => inputTruncated),
  column('output_truncated', 'BOOLEAN', ({ outputTruncated }) => outputTruncated),
  column('is_erased', 'BOOLEAN', ({ isErased }) => isErased),
]

export const parquetExport: CallExport = {
  contentType: 'application/vnd.apache.parquet',
  extension: 'parquet',
  open: openParquet,
}

/** One group of rows is held at a time, and a few hundred bytes of each column of those before. */
function openParquet(): CallEncoder {
  const bytes = new TakenBytes()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columnsOf(parquetColumns.map(() => [])) }),
    statistics: false,
    createdBy: 'portcullis',
  })
  let cells = parquetColumns.map((): Cell[] => [])
  let rows = 0
  let characters = 0
  const writeGroup = (): void => {
    if (rows === 0) return
    // To memory, which never waits.
    void writer.write({ columnData: columnsOf(cells), rowGroupSize: rows })
    cells = parquetColumns.map(() => [])
    rows = 0
    characters = 0
  }
  return {
    push(call) {
      parquetColumns.forEach(({ read }, at) => {
        const cell = read(call)
        if (typeof cell === 'string') characters += cell.length
        cells[at]?.push(cell)
      })
      rows++
      if (rows >= GROUP_ROWS || characters >= GROUP_CHARACTERS) writeGroup()
      return bytes.take()
    },
    end() {
      writeGroup()
      void writer.finish()
      return writer.num_rows === 0n ? withListOfGroups(bytes.take()) : bytes.take()
    },
  }
}

/**
 * A file without rows has an empty list of groups, whose kind the library leaves open; readers of Apache want one of structs
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md#list-and-set). It stands behind the number of rows.
 */
function withListOfGroups(file: Uint8Array): Uint8Array {
  const patched = Buffer.from(file)
  const noRows = [0x16, 0x00]
  const at = patched.lastIndexOf(Buffer.from([...noRows, 0x19, 0x00]))
  if (at >= 0) patched[at + 3] = 0x0c
  return patched
}

/** What was written and has not left yet. Places in the file go on counting. */
class TakenBytes extends ByteWriter {
  take(): Uint8Array {
    const taken = this.getBytes().slice()
    this.index = 0
    return taken
  }
}

function columnsOf(cells: readonly (readonly Cell[])[]): ColumnSource[] {
  return parquetColumns.map(({ name, type }, at) => ({
    name,
    type,
    data: [...(cells[at] ?? [])],
    nullable: true,
    offsetIndex: false,
  }))
}

/** A provider may report any number. */
function wholeOf(value: number | null): bigint | undefined {
  if (value === null || Number.isNaN(value)) return undefined
  const most = Number.MAX_SAFE_INTEGER
  return BigInt(Math.round(Math.min(most, Math.max(-most, value))))
}

function jsonOf(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : JSON.stringify(value)
}
