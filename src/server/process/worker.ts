/** Entry of a worker process: a data plane and its spool, nothing else. The primary has the store and the control plane. */
import { addSnapshots } from '../../observe/metrics.ts'
import { createRemoteLedger } from '../budgets/remote-ledger.ts'
import { createRemoteConsumption } from '../consumption/remote-consumption.ts'
import { createEngine } from '../engine.ts'
import type { Readiness } from '../readiness.ts'
import { openSpool } from '../record/record.ts'
import { serveCalls } from './serve-calls.ts'
import { tuneCollector } from './tune-collector.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** How soon the primary hears of a fault of this spool. */
const SPOOL_LOOK_MS = 250
/** What is learned of targets meanwhile goes in one message. */
const NEWS_MS = 10

tuneCollector()

const ignore = (): void => undefined
const tell = (message: FromWorker): void => void process.send?.(message)
type Handler = (message: ToWorker) => void
let handler: Promise<Handler> | undefined

// One listener from the first moment on: a worker may be told to stop while it still starts.
process.on('message', (message: ToWorker) => {
  if (message.type !== 'start') return void handler?.then((handle) => handle(message), ignore)
  handler = start(message)
  handler.catch((fault: Error) => process.send?.({ type: 'failed', message: fault.message }, () => process.exit(1)))
})
// A terminal sends these to the whole group; the primary says when to stop.
process.on('SIGINT', ignore)
process.on('SIGTERM', ignore)
process.on('disconnect', () => process.exit(1))

async function start({
  host,
  port,
  isShared,
  dataDirectory,
  state,
  writerId,
  holds,
}: ToWorker & { type: 'start' }): Promise<Handler> {
  let readiness: Readiness = { ready: true, status: 'ok', reasons: [] }
  const tellNews = (): void => {
    setTimeout(() => tell({ type: 'fleet-news', news: engine.fleet.takeNews() }), NEWS_MS)
  }
  const budgets = createRemoteLedger((questions) => tell({ type: 'budget-questions', questions }))
  const consumption = createRemoteConsumption((questions) => tell({ type: 'consumption-questions', questions }), holds)
  const engine = createEngine(state, process.env, dataDirectory, {
    hasNews: tellNews,
    budgets,
    consumption,
    log: (message) => tell({ type: 'log', message }),
  })
  const lookups = new Map<number, (isThere: boolean) => void>()
  let asked = 0
  const spool = openSpool({ dataDirectory, writerId, written: () => tell({ type: 'written' }) })
  const server = await serveCalls({
    engine,
    sink: spool.sink,
    dataDirectory,
    host,
    port,
    isShared,
    isThere(subject) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      lookups.set(++asked, resolve)
      tell({ type: 'there?', asked, subject })
      return promise
    },
    readiness: () => readiness,
    warn: (message) => tell({ type: 'log', message }),
    log: (fault, callId) =>
      tell({
        type: 'log',
        message: `internal fault in call ${callId}: ${fault instanceof Error ? fault.name : typeof fault}`,
      }),
  })
  let told = ''
  setInterval(() => {
    const reasons = spool.reasons()
    const storage = server.storageReasons()
    const now = [...reasons, ...storage].join()
    if (now === told) return
    told = now
    tell({ type: 'spool', reasons, storage })
  }, SPOOL_LOOK_MS).unref()
  tell({ type: 'listening', port: server.port })
  return (message) => {
    switch (message.type) {
      case 'update':
        engine.update(message.state)
        break
      case 'wrong-answer':
        engine.reportAnswer(message.match, message.workspace)
        break
      case 'metrics?':
        tell({
          type: 'metrics',
          question: message.question,
          snapshot: addSnapshots([server.metrics(), spool.metrics()]),
          inFlight: server.inFlight,
        })
        break
      case 'in-flight?': {
        const { question, subject } = message
        if (server.isInFlight(subject)) tell({ type: 'in-flight', question, isInFlight: true })
        else void spool.sink.flush().then(() => tell({ type: 'in-flight', question, isInFlight: false }))
        break
      }
      case 'there':
        lookups.get(message.asked)?.(message.isThere)
        lookups.delete(message.asked)
        break
      case 'fleet?':
        tell({ type: 'fleet', question: message.question, state: engine.fleet.state() })
        break
      case 'fleet-news':
        engine.fleet.hear(message.news)
        break
      case 'answered?':
        tell({ type: 'answered', question: message.question, msAgo: engine.fleet.answeredMsAgo(message.account) })
        break
      case 'purge':
        // Without an answer the primary knows that it failed.
        void engine
          .purgeCache(message.workspace, message.tag)
          .then((count) => tell({ type: 'purged', question: message.question, count }), ignore)
        break
      case 'flush':
        void spool.sink.flush().then(() => tell({ type: 'flushed', question: message.question }))
        break
      case 'budget-answers':
        budgets.receive(message.answers)
        break
      case 'consumption-answers':
        consumption.receive(message.answers)
        break
      case 'holds':
        consumption.held.use(message.holds)
        break
      case 'forget-person':
        budgets.forgetPerson(message.subject)
        break
      case 'readiness':
        readiness = message.readiness
        break
      case 'drain':
        void server
          .drain()
          .then(() => spool.close())
          .finally(() => process.exit(0))
        break
    }
  }
}
