import type { DecisionPage, DecisionQuery } from '../core/record/access.ts'
import { type CallDecision, decisionsOf } from '../core/record/call-decisions.ts'
import type { CallSummary } from '../core/record/call-store.ts'

export interface DecisionSource {
  getCall(id: string): Promise<CallSummary | undefined>
  decisions(query: DecisionQuery): Promise<DecisionPage>
}

const DAY_MS = 86_400_000
/** Ids that are not made of the id of a call are looked for so far back, on so many pages. */
const DAYS = 90
const PAGES = 20
const PER_PAGE = 200

/** All that was decided under one id, which errors, headers and alerts name, or about one call. Of one workspace, or of all. */
export async function findDecisions(
  source: DecisionSource,
  { id, workspace }: { readonly id: string; readonly workspace?: string | undefined },
  now: number,
): Promise<readonly CallDecision[]> {
  const [callId = ''] = id.split(':')
  const call = await source.getCall(callId)
  const isSeen = call !== undefined && (workspace === undefined || call.workspace === workspace)
  const ofCall = isSeen ? decisionsOf(call).filter((decision) => decision.id === id || call.id === id) : []
  if (ofCall.length > 0 || call !== undefined) return ofCall
  const filters = workspace === undefined ? [] : [{ dimension: 'workspace', values: [workspace] } as const]
  let cursor: string | undefined
  for (let pages = 0; pages < PAGES; pages++) {
    const page = await source.decisions({
      filters,
      from: now - DAYS * DAY_MS,
      to: now + DAY_MS,
      limit: PER_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    })
    const found = page.data.filter((decision) => decision.id === id)
    if (found.length > 0) return found
    if (page.nextCursor === null) return []
    cursor = page.nextCursor
  }
  return []
}
