import { checkCallQuery } from '../../../core/record/call-query.ts'
import type { CallReader } from '../../../core/record/call-store.ts'
import { readAccess, readDecisions } from './access-questions.ts'
import { readAnalytics } from './call-analytics.ts'
import type { InOneMoment } from './call-database.ts'
import { readBudgetUses, readCall, readHasCall, readList } from './call-lists.ts'
import { readSessions } from './call-sessions.ts'
import { readSpan, readSpans } from './span-rows.ts'
import { searchSpans } from './span-search.ts'

/** The questions that people and tools ask of the record, each answered in one moment. */
export function callQuestions(inOneMoment: InOneMoment): Omit<CallReader, 'close'> {
  return {
    async listCalls(query) {
      checkCallQuery(query)
      return await inOneMoment((database) => readList(database, query))
    },
    getCall: (id) => inOneMoment((database) => readCall(database, id)),
    hasCall: (subject) => inOneMoment((database) => readHasCall(database, subject)),
    analytics: (query) => inOneMoment((database) => readAnalytics(database, query)),
    access: (query) => inOneMoment((database) => readAccess(database, query)),
    decisions: (query) => inOneMoment((database) => readDecisions(database, query)),
    sessions: (query) => inOneMoment((database) => readSessions(database, query)),
    spans: (query) => inOneMoment((database) => readSpans(database, query)),
    getSpan: (place) => inOneMoment((database) => readSpan(database, place)),
    searchSpans: (search) => inOneMoment((database) => searchSpans(database, search)),
    budgetUses: (since) => inOneMoment((database) => readBudgetUses(database, since)),
  }
}
