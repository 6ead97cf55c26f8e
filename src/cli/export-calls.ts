import { dialects } from '../catalog/dialects.generated.ts'
import type { CallDetails } from '../core/call-store.ts'
import { trainingExample } from '../observe/training-example.ts'
import type { CallsSource } from './calls-source.ts'
import { jsonLine, UsageError, wholeNumber } from './command.ts'

const MAX_CALLS = 1_000_000
const PAGE = '200'

/** `undefined`: this call is nothing for the format. */
const formats: Readonly<Record<string, (call: CallDetails) => object | undefined>> = {
  jsonl: (call) => call,
  'openai-chat': (call) => trainingExample(call, dialects, dialects['openai-chat']),
}

export interface ExportOptions {
  readonly format: string
  /** How many calls at the most, as it was typed. */
  readonly max: string
  write(line: string): void
}

/** Writes calls with their bodies, the newest first, one line each, and says how many there were and were left out. Throws `UsageError`. */
export async function exportCalls(
  source: CallsSource,
  query: Readonly<Record<string, string>>,
  { format, max, write }: ExportOptions,
): Promise<{ readonly written: number; readonly leftOut: number }> {
  const lineOf = Object.hasOwn(formats, format) ? formats[format] : undefined
  if (lineOf === undefined) throw new UsageError(`Write --format ${Object.keys(formats).join(' or --format ')}.`)
  const most = wholeNumber('max', max, { min: 1, max: MAX_CALLS })
  let written = 0
  let leftOut = 0
  for (let cursor: string | null | undefined; cursor !== null && written < most; ) {
    const page = await source.list({ ...query, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id } of page.data) {
      if (written === most) break
      const call = await source.get(id)
      const line = call === undefined ? undefined : lineOf(call)
      if (line === undefined) leftOut++
      else {
        write(jsonLine(line))
        written++
      }
    }
    cursor = page.nextCursor
  }
  return { written, leftOut }
}
