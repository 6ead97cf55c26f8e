import type { SessionPage, SessionQuery } from '../../core/calls/session.ts'
import type { AccessAnswer, AccessQuery, DecisionPage, DecisionQuery } from '../../core/record/access.ts'
import type { AnalyticsAnswer, AnalyticsQuery } from '../../core/record/analytics.ts'
import type { CallDetails, CallPage, CallQuery } from '../../core/record/call-store.ts'
import type { FeedbackSubject } from '../../core/record/feedback.ts'
import type { SpanDetails, SpanList, SpanPage, SpanPlace, SpanQuery, SpanSearch } from '../../core/record/span.ts'
import type { BudgetUse } from '../../core/spending/budget.ts'
import { openThreadQuestions } from '../process/thread-questions.ts'
import type { CallStoreAddress } from './call-stores.ts'
import type { Answer, Question } from './read-thread.ts'

/** What people and tools ask of the record. */
export interface CallQuestions {
  /** Newest first. Throws `invalid_request`, `record_unavailable`. */
  listCalls(query: CallQuery): Promise<CallPage>
  getCall(id: string): Promise<CallDetails | undefined>
  /** Whether the call is there, or one of the trace. Throws `record_unavailable`. */
  hasCall(subject: FeedbackSubject): Promise<boolean>
  /** Throws `invalid_request`, `range_too_large`, `record_unavailable`. */
  analytics(query: AnalyticsQuery): Promise<AnalyticsAnswer>
  /** Throws `invalid_request`, `range_too_large`, `record_unavailable`. */
  access(query: AccessQuery): Promise<AccessAnswer>
  /** Newest first. Throws `invalid_request`, `record_unavailable`. */
  decisions(query: DecisionQuery): Promise<DecisionPage>
  /** The ones that were used last first. Throws `invalid_request`, `record_unavailable`. */
  sessions(query: SessionQuery): Promise<SessionPage>
  /** Of traces, in the order of their start. Throws `record_unavailable`. */
  spans(query: SpanQuery): Promise<SpanList>
  /** Throws `record_unavailable`. */
  getSpan(place: SpanPlace): Promise<SpanDetails | undefined>
  /** Throws `invalid_request`, `record_unavailable`. */
  searchSpans(search: SpanSearch): Promise<SpanPage>
  /** What calls have used of budgets, of windows that began then or later, and of all time. Throws `record_unavailable`. */
  budgetUses(since: number): Promise<readonly BudgetUse[]>
}

export function openCallQuestions(store: CallStoreAddress): CallQuestions & { close(): Promise<void> } {
  const open = () =>
    openThreadQuestions<Question, Answer>({
      name: 'read-thread',
      beside: import.meta.url,
      data: { store },
      code: 'record_unavailable',
      who: 'The reader of the record',
    })
  const { ask, close } = open()
  // A look at all calls of a year must not hold up a list.
  const analysts = open()
  return {
    // The thread answers each question in its own kind.
    listCalls: (query) => ask({ type: 'list', query }) as Promise<CallPage>,
    getCall: (id) => ask({ type: 'get', id }) as Promise<CallDetails | undefined>,
    hasCall: (subject) => ask({ type: 'has', subject }) as Promise<boolean>,
    analytics: (query) => analysts.ask({ type: 'analytics', query }) as Promise<AnalyticsAnswer>,
    access: (query) => analysts.ask({ type: 'access', query }) as Promise<AccessAnswer>,
    decisions: (query) => ask({ type: 'decisions', query }) as Promise<DecisionPage>,
    sessions: (query) => analysts.ask({ type: 'sessions', query }) as Promise<SessionPage>,
    spans: (query) => ask({ type: 'spans', query }) as Promise<SpanList>,
    getSpan: (place) => ask({ type: 'span', place }) as Promise<SpanDetails | undefined>,
    searchSpans: (search) => ask({ type: 'search-spans', search }) as Promise<SpanPage>,
    budgetUses: (since) => ask({ type: 'budget-uses', since }) as Promise<readonly BudgetUse[]>,
    close: async () => void (await Promise.all([close(1000), analysts.close(1000)])),
  }
}
