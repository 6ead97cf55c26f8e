import type { ReceivedSpan } from '../../../core/record/span.ts'
import { spanColumns, spanNumbers, spanValues } from '../record/span-rows.ts'
import { bigintArray, storedName, textArray } from './arrays.ts'
import type { PostgresSession } from './session.ts'

/** Within a transaction. */
export async function insertSpans({ query }: PostgresSession, spans: readonly ReceivedSpan[]): Promise<void> {
  if (spans.length === 0) return
  const rows = spans.map((one) => spanValues({ name: storedName }, one)).sort(byKey)
  const arrays = spanColumns.map((name, index) => {
    const column = rows.map((row) => row[index] ?? null)
    return spanNumbers.has(name)
      ? bigintArray(column.map((value) => (value === null ? null : Number(value))))
      : textArray(column.map((value) => (value === null ? null : String(value))))
  })
  const types = spanColumns.map((name, index) => `$${index + 1}::${spanNumbers.has(name) ? 'bigint' : 'text'}[]`)
  await query(
    `INSERT INTO spans (${spanColumns.join(', ')}) SELECT * FROM unnest(${types.join(', ')})
     ON CONFLICT (trace_id, workspace, span_id) DO NOTHING`,
    arrays,
  )
}

/** Gateways that are sent the same spans wait for each other in the same order. */
function byKey(a: readonly (string | number | null)[], b: readonly (string | number | null)[]): number {
  const [one, other] = [a.slice(0, 3).join(' '), b.slice(0, 3).join(' ')]
  return one < other ? -1 : Number(one > other)
}
