import type { CallPage, CallQuery, CallSummary } from '../core/record/call-store.ts'

/** What is shown of a trace or a session at most. */
export const maxCalls = 1000
const pageSize = 200

/** Calls that match, in the order of their start; `isWhole` false: there are older ones than these, which are the newest `maxCalls`. */
export async function newestCalls(
  listCalls: (query: CallQuery) => CallPage | Promise<CallPage>,
  query: CallQuery,
): Promise<{ readonly calls: readonly CallSummary[]; readonly isWhole: boolean }> {
  const newestFirst: CallSummary[] = []
  let cursor: string | null = null
  do {
    const page: CallPage = await listCalls({ ...query, limit: pageSize, ...(cursor === null ? {} : { cursor }) })
    newestFirst.push(...page.data)
    cursor = page.nextCursor
  } while (cursor !== null && newestFirst.length < maxCalls)
  return { calls: newestFirst.toReversed(), isWhole: cursor === null }
}
