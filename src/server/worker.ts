/** Entry of a worker process: a data plane and its spool, nothing else. The primary has the store and the control plane. */
import { createEngine } from './engine.ts'
import { openSpool } from './record/record.ts'
import { serveCalls } from './serve-calls.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

type Readiness = { ready: boolean; status: string; reasons: string[] }

const tell = (message: FromWorker): void => void process.send?.(message)
let readiness: Readiness = { ready: true, status: 'ok', reasons: [] }

process.once('message', (message: ToWorker) => {
  if (message.type === 'start') start(message).catch((fault: Error) => tell({ type: 'failed', message: fault.message }))
})
// A terminal sends these to the whole group; the primary says when to stop.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit(1))

async function start({ host, port, dataDirectory, state, writerId }: ToWorker & { type: 'start' }): Promise<void> {
  const engine = createEngine(state, process.env)
  const spool = openSpool({ dataDirectory, writerId, written: () => tell({ type: 'written' }) })
  const server = await serveCalls({
    engine,
    sink: spool.sink,
    host,
    port,
    readiness() {
      tell({ type: 'readiness?' })
      return readiness
    },
    log: (fault, callId) =>
      tell({
        type: 'log',
        message: `internal fault in call ${callId}: ${fault instanceof Error ? fault.name : typeof fault}`,
      }),
  })
  process.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'update':
        engine.update(message.state)
        break
      case 'metrics?':
        tell({ type: 'metrics', question: message.question, snapshot: server.metrics(), inFlight: server.inFlight })
        break
      case 'readiness':
        readiness = message.readiness as Readiness
        break
      case 'drain':
        void server
          .drain()
          .then(() => spool.close())
          .finally(() => process.exit(0))
        break
    }
  })
  tell({ type: 'listening', port: server.port })
}
