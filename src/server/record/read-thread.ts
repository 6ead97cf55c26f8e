/** Entry of the thread that answers questions about calls: a query over a million calls must not hold up the next call. */
import { parentPort, workerData } from 'node:worker_threads'
import type { SessionPage, SessionQuery } from '../../core/calls/session.ts'
import { GatewayError } from '../../core/errors.ts'
import type { AccessAnswer, AccessQuery, DecisionPage, DecisionQuery } from '../../core/record/access.ts'
import type { AnalyticsAnswer, AnalyticsQuery } from '../../core/record/analytics.ts'
import type { CallDetails, CallPage, CallQuery, CallReader } from '../../core/record/call-store.ts'
import type { FeedbackSubject } from '../../core/record/feedback.ts'
import type { SpanDetails, SpanList, SpanPage, SpanPlace, SpanQuery, SpanSearch } from '../../core/record/span.ts'
import type { BudgetUse } from '../../core/spending/budget.ts'
import type { FromThread, ToThread } from '../process/thread-questions.ts'
import { type CallStoreAddress, openCallReader } from './call-stores.ts'

export interface ReadThreadData {
  readonly store: CallStoreAddress
}

export type Question =
  | { readonly type: 'list'; readonly query: CallQuery }
  | { readonly type: 'get'; readonly id: string }
  | { readonly type: 'has'; readonly subject: FeedbackSubject }
  | { readonly type: 'analytics'; readonly query: AnalyticsQuery }
  | { readonly type: 'access'; readonly query: AccessQuery }
  | { readonly type: 'decisions'; readonly query: DecisionQuery }
  | { readonly type: 'sessions'; readonly query: SessionQuery }
  | { readonly type: 'spans'; readonly query: SpanQuery }
  | { readonly type: 'span'; readonly place: SpanPlace }
  | { readonly type: 'search-spans'; readonly search: SpanSearch }
  | { readonly type: 'budget-uses'; readonly since: number }

export type Answer =
  | AccessAnswer
  | AnalyticsAnswer
  | DecisionPage
  | SessionPage
  | SpanList
  | SpanDetails
  | SpanPage
  | CallPage
  | CallDetails
  | readonly BudgetUse[]
  | boolean
  | undefined

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const { store } = workerData as ReadThreadData
let reader: CallReader | undefined
/** One question after the other: what is asked first must not wait for what came later. */
let before: Promise<unknown> = Promise.resolve()

port.on('message', (message: ToThread<Question>) => {
  before = before.then(() => (message.type === 'close' ? end() : reply(message.number, message.question)))
})

async function end(): Promise<void> {
  try {
    await reader?.close()
  } finally {
    process.exit()
  }
}

/** Never throws. */
async function reply(number: number, question: Question): Promise<void> {
  const reply = { number, answer: await answer(question) } satisfies FromThread<Answer>
  try {
    port?.postMessage(reply)
  } catch {
    // What cannot be copied to another thread must not leave its question without an answer.
    const error = { code: 'record_unavailable', message: 'The call cannot be shown.' } as const
    port?.postMessage({ number, answer: { error } } satisfies FromThread<Answer>)
  }
}

function asked(from: CallReader, question: Question): Promise<Answer> {
  switch (question.type) {
    case 'list':
      return from.listCalls(question.query)
    case 'get':
      return from.getCall(question.id)
    case 'has':
      return from.hasCall(question.subject)
    case 'analytics':
      return from.analytics(question.query)
    case 'access':
      return from.access(question.query)
    case 'decisions':
      return from.decisions(question.query)
    case 'sessions':
      return from.sessions(question.query)
    case 'spans':
      return from.spans(question.query)
    case 'span':
      return from.getSpan(question.place)
    case 'search-spans':
      return from.searchSpans(question.search)
    case 'budget-uses':
      return from.budgetUses(question.since)
  }
}

async function answer(question: Question): Promise<FromThread<Answer>['answer']> {
  try {
    reader ??= await openCallReader(store)
    return { value: await asked(reader, question) }
  } catch (fault) {
    if (fault instanceof GatewayError) {
      const { code, message, param } = fault
      return { error: { code, message, ...(param === undefined ? {} : { param }) } }
    }
    // A handle may be broken for good; the next question opens another.
    const broken = reader
    reader = undefined
    await broken?.close().catch(() => undefined)
    const message = fault instanceof Error ? fault.message : 'The store fails.'
    return { error: { code: 'record_unavailable', message } }
  }
}
