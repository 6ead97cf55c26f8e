import { join } from 'node:path'
import type { AlertStore } from '../../core/spending/alert.ts'
import { openThreadQuestions } from '../process/thread-questions.ts'
import type { AlertAnswer, AlertQuestion } from './alert-thread.ts'

/** The store of alerts, in its thread. All of it may reject with `store_unavailable`. */
export type AlertQuestions = {
  readonly [Name in Exclude<keyof AlertStore, 'close'>]: (
    ...given: Parameters<AlertStore[Name]>
  ) => Promise<ReturnType<AlertStore[Name]>>
} & { close(): Promise<void> }

const CLOSE_MS = 3000

export function openAlertQuestions(dataDirectory: string): AlertQuestions {
  const { ask, close } = openThreadQuestions<AlertQuestion, AlertAnswer>({
    name: 'alert-thread',
    beside: import.meta.url,
    data: { path: join(dataDirectory, 'alerts.db') },
    code: 'store_unavailable',
    who: 'The store of alerts',
  })
  // The thread answers each question in its own kind.
  return {
    add: (alert, receivers) => ask({ type: 'add', alert, receivers }) as Promise<boolean>,
    due: (now, limit) => ask({ type: 'due', now, limit }) as Promise<ReturnType<AlertStore['due']>>,
    settle: (alertId, delivery) => ask({ type: 'settle', alertId, delivery }) as Promise<void>,
    list: (query) => ask({ type: 'list', query }) as Promise<ReturnType<AlertStore['list']>>,
    expire: (before) => ask({ type: 'expire', before }) as Promise<void>,
    close: () => close(CLOSE_MS),
  }
}
