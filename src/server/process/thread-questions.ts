import { type ErrorCode, GatewayError } from '../../core/errors.ts'
import { startThread, type Thread, type ThreadOptions } from './thread.ts'

export type ToThread<Question> =
  | { readonly type: 'question'; readonly number: number; readonly question: Question }
  | { readonly type: 'close' }

export interface FromThread<Answer> {
  readonly number: number
  readonly answer:
    | { readonly value: Answer }
    | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly param?: string } }
}

export interface ThreadQuestions<Question, Answer> {
  /** Throws what the thread has thrown, or the given code when it does not answer. */
  ask(question: Question): Promise<Answer>
  close(patienceMs: number): Promise<void>
}

const MAX_WAITING = 100
const TIMEOUT_MS = 30_000

/** Asks a thread, one question after the other. It is started by the first one: a gateway that nobody asks does not pay for it. */
export function openThreadQuestions<Question, Answer>({
  code,
  who,
  ...options
}: Pick<ThreadOptions<unknown>, 'name' | 'beside' | 'data'> & {
  readonly code: ErrorCode
  /** Begins the sentences about one that does not answer. */
  readonly who: string
}): ThreadQuestions<Question, Answer> {
  const waiting = new Map<number, (answer: FromThread<Answer>['answer']) => void>()
  let last = 0
  let isClosed = false
  let thread: Thread<ToThread<Question>> | undefined
  const unavailable = (message: string): FromThread<Answer>['answer'] => ({ error: { code, message } })
  const start = (): Thread<ToThread<Question>> =>
    startThread<ToThread<Question>, FromThread<Answer>>({
      ...options,
      onMessage: ({ number, answer }) => waiting.get(number)?.(answer),
      onCrash: () => waiting.forEach((settle) => void settle(unavailable(`${who} failed; ask again.`))),
    })
  return {
    async ask(question) {
      // A thread that began now would never be ended, and the process with it.
      if (isClosed) throw new GatewayError(code, `${who} has been closed.`)
      if (waiting.size >= MAX_WAITING) throw new GatewayError(code, 'Too many questions wait already.')
      const number = ++last
      const answer = await new Promise<FromThread<Answer>['answer']>((resolve) => {
        const timer = setTimeout(() => resolve(unavailable(`${who} took too long to answer.`)), TIMEOUT_MS)
        waiting.set(number, (settled) => {
          clearTimeout(timer)
          resolve(settled)
        })
        thread ??= start()
        thread.tell({ type: 'question', number, question })
      }).finally(() => waiting.delete(number))
      if ('value' in answer) return answer.value
      const { code: thrown, message, param } = answer.error
      throw new GatewayError(thrown, message, param === undefined ? {} : { param })
    },
    async close(patienceMs) {
      isClosed = true
      thread?.tell({ type: 'close' })
      await thread?.closed(patienceMs)
      for (const settle of waiting.values()) settle(unavailable(`${who} has been closed.`))
    },
  }
}
