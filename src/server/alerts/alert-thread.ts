/** Entry of the thread that has `alerts.db`: each alert waits for the disk, and calls must not. */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteAlertStore } from '../../catalog/stores/sqlite/alert-store.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Alert, AlertStore, Delivery } from '../../core/spending/alert.ts'
import type { FromThread, ToThread } from '../process/thread-questions.ts'

export interface AlertThreadData {
  readonly path: string
}

export type AlertQuestion =
  | { readonly type: 'add'; readonly alert: Alert; readonly receivers: readonly string[] }
  | { readonly type: 'due'; readonly now: number; readonly limit: number }
  | { readonly type: 'settle'; readonly alertId: string; readonly delivery: Delivery }
  | { readonly type: 'list'; readonly query: Parameters<AlertStore['list']>[0] }
  | { readonly type: 'expire'; readonly before: number }

export type AlertAnswer = ReturnType<AlertStore[AlertQuestion['type']]>

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const { path } = workerData as AlertThreadData
let store: AlertStore | undefined

port.on('message', (message: ToThread<AlertQuestion>) => {
  if (message.type === 'close') {
    store?.close()
    process.exit()
  }
  port.postMessage({
    number: message.number,
    answer: answer(message.question),
  } satisfies FromThread<AlertAnswer>)
})

function asked(from: AlertStore, question: AlertQuestion): AlertAnswer {
  switch (question.type) {
    case 'add':
      return from.add(question.alert, question.receivers)
    case 'due':
      return from.due(question.now, question.limit)
    case 'settle':
      return from.settle(question.alertId, question.delivery)
    case 'list':
      return from.list(question.query)
    case 'expire':
      return from.expire(question.before)
  }
}

function answer(question: AlertQuestion): FromThread<AlertAnswer>['answer'] {
  try {
    store ??= openSqliteAlertStore(path)
    return { value: asked(store, question) }
  } catch (fault) {
    if (!(fault instanceof GatewayError))
      return { error: { code: 'store_unavailable', message: 'The store of alerts fails.' } }
    const { code, message } = fault
    return { error: { code, message } }
  }
}
