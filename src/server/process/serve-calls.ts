import type { Server } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { dialects } from '../../catalog/dialects.generated.ts'
import type { EventSink, FeedbackSink } from '../../core/record/call-record.ts'
import type { FeedbackSubject } from '../../core/record/feedback.ts'
import type { SpanSink } from '../../core/record/span.ts'
import { createStorageState } from '../../core/record/storage-state.ts'
import { createMetrics, type MetricsSnapshot } from '../../observe/metrics.ts'
import { openBatches } from '../batches/open-batches.ts'
import { settleBudgets } from '../budgets/settle-budgets.ts'
import { createCacheTiers } from '../cache/cache-tiers.ts'
import { clientEndpoints, clientQuestions, dialectGuess, socketEndpoints } from '../client-paths.ts'
import { tellConsumption } from '../consumption/consumption.ts'
import { conversationResources } from '../conversations/conversation-resources.ts'
import { createConcurrency } from '../data-plane/concurrency.ts'
import { createDeadlines } from '../data-plane/deadlines.ts'
import { createDataPlane } from '../data-plane/listener.ts'
import { createLoadGauge } from '../data-plane/load-gauge.ts'
import type { CallHandling } from '../data-plane/paths/handle-call.ts'
import { joinedTables, pathTable } from '../data-plane/paths/path-table.ts'
import { createOpenCalls } from '../data-plane/record/open-calls.ts'
import { createRefusedAllowance } from '../data-plane/record/refused-allowance.ts'
import { createSpanAllowance } from '../data-plane/record/span-allowance.ts'
import { createShadows } from '../data-plane/shadows.ts'
import type { Engine } from '../engine.ts'
import { holdersIn } from '../kept/holders-in.ts'
import { openConversations } from '../kept/open-conversations.ts'
import { openReplies } from '../kept/open-replies.ts'
import { openThings } from '../kept/open-things.ts'
import { fleetMetrics } from '../metrics/fleet-metrics.ts'
import type { Readiness } from '../readiness.ts'
import { clientSecretResources } from '../realtime/client-secret-resources.ts'
import { createKeptScans } from '../scan/kept-scans.ts'
import { scanResources } from '../scan/scan-resources.ts'
import { openSpanReading } from '../spans/span-reading.ts'

export interface ServeCallsOptions {
  readonly engine: Engine
  readonly sink: EventSink & FeedbackSink & SpanSink
  /** Holds the file of kept replies. */
  readonly dataDirectory: string
  readonly host: string
  readonly port: number
  /** Other processes listen on the port too, and the system deals out connections. */
  readonly isShared?: boolean
  /** Whether it is on record, or on its way there from any process. */
  isThere(subject: FeedbackSubject): Promise<boolean>
  readiness(): Readiness
  log(fault: unknown, callId: string): void
  /** For who runs the gateway. */
  warn(message: string): void
}

export interface CallServer {
  readonly port: number
  readonly inFlight: number
  isInFlight(subject: FeedbackSubject): boolean
  metrics(): MetricsSnapshot
  /** What is wrong with files that calls can do without, in sentences. */
  storageReasons(): readonly string[]
  /** Takes no new connections, lets calls in flight end within the drain time, then cuts the rest. */
  drain(): Promise<void>
}

/** Listens for calls. One of these runs in each worker process, or in the only one. */
export async function serveCalls({
  engine,
  sink,
  dataDirectory,
  host,
  port,
  isShared = false,
  isThere,
  readiness,
  log,
  warn,
}: ServeCallsOptions): Promise<CallServer> {
  const metrics = createMetrics()
  const gauge = createLoadGauge({ now: () => performance.now(), memoryBytes: () => process.memoryUsage.rss(), every })
  const concurrency = createConcurrency(gauge)
  const deadlines = createDeadlines()
  const storage = createStorageState()
  const replies = openReplies(dataDirectory, storage, warn)
  const things = openThings(dataDirectory, storage, warn)
  const conversations = openConversations(dataDirectory, storage, warn)
  const tiers = createCacheTiers(dataDirectory, storage)
  engine.cacheIn(tiers)
  engine.serveModels((name) => ({ tell: storage.teller(name), warn }))
  const settled = settleBudgets(engine.budgets, dialects)
  const tell = tellConsumption(engine.consumption, () => engine.config().consumption)
  const refused = createRefusedAllowance()
  const open = createOpenCalls()
  const observed: EventSink = {
    began: open.began,
    emit(event) {
      open.ended(event.record.id)
      tell(event)
      metrics.observe(event)
      if (!refused.keeps(event.record)) return
      const started = performance.now()
      sink.emit(settled(event))
      metrics.recorded(performance.now() - started)
    },
    flush: () => sink.flush(),
  }
  const shadows = createShadows({ sink: observed, deadlines, log })
  const handling: CallHandling = {
    concurrency,
    deadlines,
    replies,
    conversations,
    things,
    holdersOf: (thing) => holdersIn(batches, replies, things)(thing),
    shadows,
    scratch: engine.scratch.file,
    log,
    sink: observed,
  }
  const endpoints = clientEndpoints()
  const { runtime, keys } = engine
  const batches = openBatches({ dataDirectory, endpoints, handling, storage, runtime, keys, warn })
  const scans = scanResources({ kept: createKeptScans({ now: Date.now }), now: Date.now })
  const spanReading = openSpanReading()
  const spanCounts = { taken: 0, refused: 0 }
  const server = createDataPlane({
    ...handling,
    endpoints,
    questions: clientQuestions(),
    sockets: socketEndpoints(),
    resources: joinedTables(
      batches.resources,
      conversationResources({ conversations, things, holdersOf: handling.holdersOf, now: Date.now }),
      clientSecretResources(Date.now),
      pathTable(scans),
    ),
    fallbackDialect: dialects['openai-chat'],
    dialectOf: dialectGuess(),
    feedback: sink,
    isThere,
    spans: sink,
    spanReading,
    spanCounts,
    spanAllowance: createSpanAllowance(),
    limits: engine.config().limits,
    runtime,
    readiness,
  })
  await listen(server.listener, port, host, isShared)
  return {
    port: (server.listener.address() as AddressInfo).port,
    get inFlight() {
      return concurrency.inFlight
    },
    isInFlight: open.has,
    metrics: () => ({
      ...metrics.snapshot(),
      ...fleetMetrics(engine.fleet.state()),
      portcullis_secrets_failing: engine.secretFaults.faults().length,
      portcullis_secret_read_failures_total: engine.secretFaults.failures(),
      portcullis_shadows_dropped_total: shadows.dropped,
      portcullis_strangers_unrecorded_total: refused.unrecorded,
      portcullis_spans_taken_total: spanCounts.taken,
      portcullis_spans_refused_total: spanCounts.refused,
    }),
    storageReasons: () => [...storage.reasons(), ...engine.secretFaults.faults(), ...engine.guardrailFaults()],
    async drain() {
      await batches.close()
      await server.close(engine.config().limits.drainTimeoutMs)
      await shadows.close()
      await spanReading.close()
      deadlines.close()
      gauge.close()
      replies.close()
      things.close()
      conversations.close()
      await tiers.close()
      await sink.flush()
    },
  }
}

export function listen(server: NetServer, port: number, host: string, isShared = false): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (fault: NodeJS.ErrnoException) =>
      reject(new Error(listenFault(fault.code ?? fault.name, port, host), { cause: fault })),
    )
    // Exclusive: in a worker, its own socket, not one that the primary process hands out.
    server.listen({ port, host, exclusive: isShared, reusePort: isShared }, resolve)
  })
}

function listenFault(code: string, port: number, host: string): string {
  const other = 'choose another with --port or --control-port'
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use; ${other}.`
    case 'EACCES':
    case 'EPERM':
      return `This user may not listen on port ${port}; ${other}, from 1024 on.`
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return `This machine has no address ${host}; choose another with --host.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine and no name that is known; choose another with --host.`
    default:
      return `Port ${port} on ${host} cannot be listened on (${code}); ${other}.`
  }
}

/** Idle connections close at once; those with a request may end it within `graceMs`. */
export function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function every(ms: number, look: () => void): () => void {
  const timer = setInterval(look, ms)
  timer.unref()
  return () => clearInterval(timer)
}
