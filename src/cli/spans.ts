import { GatewayError } from '../core/errors.ts'
import type { SpanPage, SpanSearch } from '../core/record/span.ts'
import { readSpanSearch } from '../core/record/span-search.ts'
import { jsonLine, printable, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'
import { openRecord } from './open-record.ts'

const text = { type: 'string' } as const

export const spanOptions = {
  name: text,
  q: text,
  trace: text,
  service: text,
  status: text,
  from: text,
  to: text,
  limit: text,
  cursor: text,
} as const

const filters = ['workspace', 'name', 'q', 'trace', 'service', 'status', 'from', 'to', 'limit', 'cursor'] as const

export async function listSpans({
  url,
  data,
  json,
  ...given
}: Readonly<Partial<Record<(typeof filters)[number], string>>> & {
  readonly url?: string
  readonly data: string
  readonly json: boolean
}): Promise<number> {
  const query: Record<string, string> = {}
  for (const name of filters) if (given[name] !== undefined) query[name] = given[name]
  const search = searchOf(query)
  const page = url === undefined ? await recorded(data, search) : await asked(url, query)
  const rows = page.data.map((span) => [
    span.startedAt,
    span.traceId,
    span.id,
    span.name,
    span.service ?? '',
    span.durationMs.toFixed(1),
    span.isError ? 'error' : '',
  ])
  process.stdout.write(
    json
      ? page.data.map(jsonLine).join('')
      : table(['STARTED', 'TRACE', 'SPAN', 'NAME', 'SERVICE', 'MS', 'ERROR'], rows),
  )
  if (page.nextCursor !== null) process.stderr.write(`${printable(`More: --cursor ${page.nextCursor}`)}\n`)
  return 0
}

/** Wrong filters are wrong arguments, and told before anything is asked. */
function searchOf(query: Readonly<Record<string, string>>): SpanSearch {
  try {
    return readSpanSearch(query)
  } catch (fault) {
    throw fault instanceof GatewayError ? new UsageError(fault.message) : fault
  }
}

async function asked(url: string, query: Readonly<Record<string, string>>): Promise<SpanPage> {
  // The control API's own shape.
  return (await askControl(url, `/api/v1/spans?${new URLSearchParams(query)}`)) as unknown as SpanPage
}

async function recorded(data: string, search: SpanSearch): Promise<SpanPage> {
  const reader = await openRecord(data)
  try {
    return await reader.searchSpans({ ...search, mayReadContent: true })
  } finally {
    await reader.close()
  }
}
