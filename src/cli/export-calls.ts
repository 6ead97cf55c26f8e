import { once } from 'node:events'
import { type ExportCounts, exportedCalls, exportFormats } from '../server/exports/call-exports.ts'
import type { CallsSource } from './calls-source.ts'
import { UsageError, wholeNumber } from './command.ts'

const MAX_CALLS = 1_000_000

/** Writes calls with their bodies, the newest first, and says how many there were and were left out. Throws `UsageError`. */
export async function exportCalls(
  source: CallsSource,
  query: Readonly<Record<string, string>>,
  asked: { readonly format: string; readonly max: string },
  output: NodeJS.WriteStream,
): Promise<ExportCounts> {
  const format = exportFormats.find((known) => known === asked.format)
  if (format === undefined) throw new UsageError(`Write --format ${exportFormats.join(' or --format ')}.`)
  const max = wholeNumber('max', asked.max, { min: 1, max: MAX_CALLS })
  if (format === 'parquet' && output.isTTY)
    throw new UsageError('A Parquet file is no text: write it to a file, … --format parquet > calls.parquet.')
  const counts = { written: 0, leftOut: 0 }
  for await (const bytes of exportedCalls(source, query, { format, max }, counts))
    if (!output.write(bytes) && !(await drained(output))) break
  return counts
}

/** False where the reader has left, as `head` does. */
async function drained(output: NodeJS.WriteStream): Promise<boolean> {
  try {
    await once(output, 'drain')
    return true
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'EPIPE') return false
    throw fault
  }
}
