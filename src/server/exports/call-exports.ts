import { dialects } from '../../catalog/dialects.generated.ts'
import { parquetExport } from '../../catalog/exports/parquet.ts'
import type { CallExport } from '../../core/record/call-export.ts'
import type { CallDetails, CallPage } from '../../core/record/call-store.ts'
import { jsonLine } from '../../core/wire/json-line.ts'
import { trainingExample } from '../../observe/training-example.ts'

/** How calls leave with their bodies. */
export const callExports = {
  jsonl: lines('jsonl', (call) => call),
  'openai-chat': lines('jsonl', (call) => trainingExample(call, dialects, dialects['openai-chat'])),
  parquet: parquetExport,
} as const satisfies Readonly<Record<string, CallExport>>
export type ExportFormat = keyof typeof callExports
export const exportFormats = Object.keys(callExports) as [ExportFormat, ...ExportFormat[]]

function lines(extension: string, lineOf: (call: CallDetails) => object | undefined): CallExport {
  return {
    contentType: 'application/x-ndjson',
    extension,
    open: () => ({
      push(call) {
        const line = lineOf(call)
        return line === undefined ? undefined : Buffer.from(jsonLine(line))
      },
      end: () => Buffer.alloc(0),
    }),
  }
}

export interface ExportSource {
  list(query: Readonly<Record<string, string>>): Promise<CallPage>
  get(id: string): Promise<CallDetails | undefined>
}

export interface ExportCounts {
  written: number
  leftOut: number
}

const PAGE = '200'

/** The bytes of an export, the newest call first, read page by page as they are wanted. `counts` is kept up to date. */
export async function* exportedCalls(
  source: ExportSource,
  query: Readonly<Record<string, string>>,
  { format, max }: { readonly format: ExportFormat; readonly max: number },
  counts: ExportCounts = { written: 0, leftOut: 0 },
): AsyncGenerator<Uint8Array, void> {
  const encoder = callExports[format].open()
  for (let cursor: string | null | undefined; cursor !== null && counts.written < max; ) {
    const page = await source.list({ ...query, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id } of page.data) {
      if (counts.written >= max) break
      const call = await source.get(id)
      const bytes = call === undefined ? undefined : encoder.push(call)
      if (bytes === undefined) counts.leftOut++
      else {
        counts.written++
        if (bytes.length > 0) yield bytes
      }
    }
    cursor = page.nextCursor
  }
  const rest = encoder.end()
  if (rest.length > 0) yield rest
}
