import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { addSnapshots, type MetricsSnapshot } from '../observe/metrics.ts'
import type { EngineState } from './engine.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

export interface WorkersOptions {
  readonly count: number
  readonly host: string
  readonly port: number
  readonly dataDirectory: string
  readonly state: EngineState
  readiness(): object
  /** Tells the record keeper that a worker has written to its spool. */
  wake(): void
  log(message: string): void
}

export interface Workers {
  readonly port: number
  readonly inFlight: number
  metrics(): Promise<MetricsSnapshot>
  update(state: EngineState): void
  drain(): Promise<void>
}

const metricsTimeoutMs = 1000

/** Serves calls in several processes that share one port. A worker that dies is replaced; the others go on. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { count, host, dataDirectory, log, readiness, wake } = options
  let { state, port } = options
  let isClosing = false
  let question = 0
  const inFlight = new Map<number, number>()
  const answers = new Map<number, (message: FromWorker & { type: 'metrics' }) => void>()
  const kept: MetricsSnapshot[] = []
  const last = new Map<number, MetricsSnapshot>()
  cluster.setupPrimary({
    exec: fileURLToPath(new URL(`./worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)),
    args: [],
  })
  const send = (worker: Worker, message: ToWorker): void => void worker.send(message)
  const all = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)

  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = cluster.fork()
      worker.on('message', (message: FromWorker) => {
        switch (message.type) {
          case 'listening':
            port = message.port
            resolve()
            break
          case 'failed':
            reject(new Error(message.message))
            break
          case 'written':
            wake()
            break
          case 'metrics':
            inFlight.set(worker.id, message.inFlight)
            last.set(worker.id, message.snapshot)
            answers.get(message.question)?.(message)
            break
          case 'log':
            log(message.message)
            break
          case 'readiness?':
            send(worker, { type: 'readiness', readiness: readiness() })
            break
        }
      })
      worker.on('exit', (code, signal) => {
        inFlight.delete(worker.id)
        // What a dead worker had counted stays counted.
        const counted = last.get(worker.id)
        if (counted !== undefined) kept.push(counted)
        last.delete(worker.id)
        reject(new Error(`A worker ended before it listened (${signal ?? code}).`))
        if (isClosing) return
        log(`A worker ended unexpectedly (${signal ?? code}); another takes its place.`)
        setTimeout(() => void (isClosing ? undefined : start().catch((fault: Error) => log(fault.message))), 200)
      })
      send(worker, {
        type: 'start',
        host,
        port,
        dataDirectory,
        state,
        writerId: `worker-${process.pid}-${worker.id}-${Date.now()}`,
      })
    })

  // One after the other: a port of 0 becomes a real one with the first.
  for (let index = 0; index < count; index++) await start()
  return {
    get port() {
      return port
    },
    get inFlight() {
      return [...inFlight.values()].reduce((sum, value) => sum + value, 0)
    },
    async metrics() {
      const snapshots = await Promise.all(
        all().map(
          (worker) =>
            new Promise<MetricsSnapshot>((resolve) => {
              const id = ++question
              const done = (snapshot: MetricsSnapshot): void => {
                clearTimeout(timer)
                answers.delete(id)
                resolve(snapshot)
              }
              const timer = setTimeout(() => done(last.get(worker.id) ?? {}), metricsTimeoutMs)
              answers.set(id, (message) => done(message.snapshot))
              send(worker, { type: 'metrics?', question: id })
            }),
        ),
      )
      return addSnapshots([...kept, ...snapshots])
    },
    update(next) {
      state = next
      for (const worker of all()) send(worker, { type: 'update', state })
    },
    async drain() {
      isClosing = true
      await Promise.all(
        all().map(
          (worker) =>
            new Promise<void>((resolve) => {
              worker.once('exit', () => resolve())
              send(worker, { type: 'drain' })
            }),
        ),
      )
    },
  }
}
