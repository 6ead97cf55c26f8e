import { GatewayError } from '../core/errors.ts'
import { readCallQuery } from '../core/record/call-query.ts'
import type { CallDetails } from '../core/record/call-store.ts'
import { UsageError, wholeNumber } from './command.ts'
import { openRecord } from './open-record.ts'

const pageSize = 200
const filters = ['model', 'key', 'workspace', 'from', 'to'] as const

/** Options of a command that reads calls of a record. */
export const recordOptions = {
  data: { type: 'string', default: './data' },
  limit: { type: 'string', default: '1000' },
  model: { type: 'string' },
  key: { type: 'string' },
  workspace: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const

/** The newest first, with their bodies. */
export async function recordedCalls(
  given: Readonly<Partial<Record<(typeof filters)[number], string>>> & {
    readonly data: string
    readonly limit: string
  },
): Promise<readonly CallDetails[]> {
  const limit = wholeNumber('limit', given.limit, { min: 1, max: 10_000 })
  const query: Record<string, string> = { limit: String(pageSize) }
  for (const name of filters) if (given[name] !== undefined) query[name] = given[name]
  const reader = await openRecord(given.data)
  const found: CallDetails[] = []
  try {
    for (let cursor: string | null | undefined; cursor !== null && found.length < limit; ) {
      const page = await reader.listCalls(readCallQuery({ ...query, ...(cursor === undefined ? {} : { cursor }) }))
      for (const { id } of page.data.slice(0, limit - found.length)) {
        const call = await reader.getCall(id)
        // The answer is not needed, and a thousand of them are large.
        if (call !== undefined) found.push({ ...call, output: null })
      }
      cursor = page.nextCursor
    }
    return found
  } catch (fault) {
    throw fault instanceof GatewayError ? new UsageError(fault.message) : fault
  } finally {
    await reader.close()
  }
}
