import type { BudgetUse } from '../../core/budget.ts'
import type { CallDetails, CallPage, CallQuery } from '../../core/call-store.ts'
import { GatewayError } from '../../core/errors.ts'
import { startThread, type Thread } from '../thread.ts'
import type { Answer, FromReadThread, Question, ToReadThread } from './read-thread.ts'

/** What people and tools ask of the record. */
export interface CallQuestions {
  /** Newest first. Throws `invalid_request`, `record_unavailable`. */
  listCalls(query: CallQuery): Promise<CallPage>
  getCall(id: string): Promise<CallDetails | undefined>
  /** What calls have used of budgets, of windows that began then or later, and of all time. Throws `record_unavailable`. */
  budgetUses(since: number): Promise<readonly BudgetUse[]>
}

const MAX_WAITING = 100
const TIMEOUT_MS = 30_000

/** Asks the reader thread, one question after the other. */
export function openCallQuestions(databasePath: string): CallQuestions & { close(): Promise<void> } {
  const waiting = new Map<number, (answer: FromReadThread['answer']) => void>()
  let last = 0
  const unavailable = (message: string): FromReadThread['answer'] => ({
    error: { code: 'record_unavailable', message },
  })
  /** Started by the first question: a gateway that nobody asks does not pay for it. */
  let thread: Thread<ToReadThread> | undefined
  const start = (): Thread<ToReadThread> =>
    startThread<ToReadThread, FromReadThread>({
      name: 'read-thread',
      beside: import.meta.url,
      data: { databasePath },
      onMessage: ({ number, answer }) => waiting.get(number)?.(answer),
      onCrash: () =>
        waiting.forEach((settle) => void settle(unavailable('The reader of the record failed; ask again.'))),
    })
  async function ask(question: Question): Promise<Answer> {
    if (waiting.size >= MAX_WAITING) throw new GatewayError('record_unavailable', 'Too many questions wait already.')
    const number = ++last
    const answer = await new Promise<FromReadThread['answer']>((resolve) => {
      const timer = setTimeout(() => resolve(unavailable('The record took too long to answer.')), TIMEOUT_MS)
      waiting.set(number, (settled) => {
        clearTimeout(timer)
        resolve(settled)
      })
      thread ??= start()
      thread.tell({ type: 'question', number, question })
    }).finally(() => waiting.delete(number))
    if ('value' in answer) return answer.value
    const { code, message, param } = answer.error
    throw new GatewayError(code, message, param === undefined ? {} : { param })
  }
  return {
    // The thread answers each question in its own kind.
    listCalls: (query) => ask({ type: 'list', query }) as Promise<CallPage>,
    getCall: (id) => ask({ type: 'get', id }) as Promise<CallDetails | undefined>,
    budgetUses: (since) => ask({ type: 'budget-uses', since }) as Promise<readonly BudgetUse[]>,
    async close() {
      thread?.tell({ type: 'close' })
      await thread?.closed(1000)
    },
  }
}
