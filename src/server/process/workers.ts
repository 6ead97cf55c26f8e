import cluster, { type Worker } from 'node:cluster'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { CacheMatch } from '../../core/calls/cache.ts'
import type { FeedbackSubject } from '../../core/record/feedback.ts'
import type { DataSubject } from '../../core/record/retention.ts'
import type { ConsumptionSettings, KeyHold } from '../../core/spending/consumption.ts'
import type { Fleet, FleetState } from '../../gateway/routing/fleet.ts'
import type { FleetNews } from '../../gateway/routing/fleet-news.ts'
import { addSnapshots, type MetricsSnapshot, withoutGauges } from '../../observe/metrics.ts'
import type { BudgetLedger } from '../../registry/budget-ledger.ts'
import { createBudgetAuthority } from '../budgets/budget-authority.ts'
import type { ConsumptionAuthority } from '../consumption/consumption-authority.ts'
import type { Purge } from '../control/cache.ts'
import type { EngineState } from '../engine.ts'
import type { Readiness } from '../readiness.ts'
import { closeServer, listen } from './serve-calls.ts'
import type { AskedOfWorker, FromWorker, ToWorker } from './worker-messages.ts'

export interface WorkersOptions {
  readonly count: number
  readonly host: string
  readonly port: number
  readonly dataDirectory: string
  readonly state: EngineState
  /** What all of them have learned, for those that start later. */
  readonly fleet: Pick<Fleet, 'hear' | 'wholeNews'>
  /** Counts for all workers. */
  readonly budgets: BudgetLedger
  /** Judges for all workers, as the configuration in use says. */
  readonly consumption: Pick<ConsumptionAuthority, 'answer' | 'holds'>
  consumptionSettings(): ConsumptionSettings | undefined
  /** Whether it is on record, or on its way there from any process. */
  isThere(subject: FeedbackSubject): Promise<boolean>
  readiness(): Readiness
  /** Tells the record keeper that a worker has written to its spool. */
  wake(): void
  log(message: string): void
}

export interface Workers {
  readonly port: number
  readonly inFlight: number
  metrics(): Promise<MetricsSnapshot>
  /** How targets are doing, as each worker knows them. One that does not answer in time is left out. */
  fleets(): Promise<readonly FleetState[]>
  /** Tells all of them what was learned of targets here. */
  tellNews(news: FleetNews): void
  /** Tells all of them which keys may not be used now. */
  tellHolds(holds: readonly KeyHold[]): void
  forgetPerson(subject: DataSubject): void
  /** How long ago a call at the account began to be answered in any of them, in milliseconds; absent: never. */
  answeredMsAgo(account: string): Promise<number | undefined>
  /** Whether it has not ended yet in one of them, or one of them does not say. */
  isInFlight(subject: FeedbackSubject): Promise<boolean>
  /** Takes answers out of the caches of all workers. */
  purgeCache(workspace: string, tag?: string): Promise<Purge>
  /** Ends when what all of them have emitted until now is in their spools. Throws when one of them does not say so. */
  flush(): Promise<void>
  /** What is wrong with the spools of the workers, in sentences. */
  spoolReasons(): readonly string[]
  /** What is wrong with files that calls can do without, in sentences. */
  storageReasons(): readonly string[]
  update(state: EngineState): void
  /** An answer of the semantic cache was wrong: whoever has it takes it away. */
  reportAnswer(match: CacheMatch, workspace: string): void
  drain(): Promise<void>
}

const ANSWER_TIMEOUT_MS = 1000
/** A purge may have to look through a file. */
const PURGE_TIMEOUT_MS = 20_000
/** As long as anyone waits for what was emitted. */
const FLUSH_TIMEOUT_MS = 25_000
const REPLACE_MS = 200
/** How soon the workers hear that something is wrong, and answer so at their `/readyz`. */
const READINESS_MS = 250

/** A worker process as the primary knows it. */
interface Member {
  readonly worker: Worker
  readonly ended: Promise<void>
  spoolReasons: readonly string[]
  storageReasons: readonly string[]
  inFlight: number
  /** As last told. */
  snapshot: MetricsSnapshot
}

/** Serves calls in several processes that share one port. A worker that dies is replaced; the others go on. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { count, host, dataDirectory, fleet, budgets, consumption, log, readiness, wake } = options
  let { state } = options
  let port = options.port
  // Each worker accepts for itself where the system can share a port: a connection that node:cluster hands to a worker
  // which dies before it takes it is never answered.
  const isShared = process.platform === 'linux' || process.platform === 'freebsd'
  if (isShared && port !== 0) await checkPortIsFree(port, host)
  let isClosing = false
  let question = 0
  let toldReadiness = ''
  const members = new Set<Member>()
  const answers = new Map<number, (answer: FromWorker) => void>()
  /** What dead workers had counted stays counted. */
  let kept: MetricsSnapshot = {}
  cluster.setupPrimary({
    exec: fileURLToPath(new URL(`./worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)),
    args: [],
  })

  function start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const worker = cluster.fork()
    const member: Member = { worker, ended, spoolReasons: [], storageReasons: [], inFlight: 0, snapshot: {} }
    const authority = createBudgetAuthority(budgets, (answers) => send(member, { type: 'budget-answers', answers }))
    members.add(member)
    worker.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'listening':
          port = message.port
          send(member, { type: 'readiness', readiness: readiness() })
          send(member, { type: 'fleet-news', news: fleet.wholeNews() })
          resolve()
          break
        case 'failed':
          reject(new Error(message.message))
          break
        case 'written':
          wake()
          break
        case 'budget-questions':
          authority.hear(message.questions)
          break
        case 'consumption-questions':
          consumption.answer(message.questions, options.consumptionSettings(), (answers) =>
            send(member, { type: 'consumption-answers', answers }),
          )
          break
        case 'metrics':
          member.inFlight = message.inFlight
          member.snapshot = message.snapshot
          answers.get(message.question)?.(message)
          break
        case 'fleet-news':
          fleet.hear(message.news)
          for (const other of members) if (other !== member) send(other, message)
          break
        case 'there?': {
          const { asked, subject } = message
          void options.isThere(subject).then((isThere) => send(member, { type: 'there', asked, isThere }))
          break
        }
        case 'fleet':
        case 'in-flight':
        case 'answered':
        case 'flushed':
        case 'purged':
          answers.get(message.question)?.(message)
          break
        case 'spool':
          member.spoolReasons = message.reasons
          member.storageReasons = message.storage
          break
        case 'log':
          log(message.message)
          break
      }
    })
    worker.on('exit', (code, signal) => {
      members.delete(member)
      authority.gone()
      kept = addSnapshots([kept, withoutGauges(member.snapshot)])
      end()
      reject(new Error(`A worker ended before it listened (${signal ?? code}).`))
      if (isClosing) return
      log(`A worker ended unexpectedly (${signal ?? code}); another takes its place.`)
      setTimeout(() => void (isClosing ? undefined : start().catch((fault: Error) => log(fault.message))), REPLACE_MS)
    })
    send(member, {
      type: 'start',
      host,
      // node:cluster gives the same port to all workers that listen on 0.
      port: isShared ? port : options.port,
      isShared,
      dataDirectory,
      state,
      writerId: `worker-${process.pid}-${worker.id}-${Date.now()}`,
      holds: consumption.holds(),
    })
    return promise
  }

  async function drain(): Promise<void> {
    isClosing = true
    clearInterval(readinessTimer)
    await Promise.all(
      [...members].map((member) => {
        send(member, { type: 'drain' })
        return member.ended
      }),
    )
  }

  /** `undefined`: it did not answer in time. */
  async function ask(member: Member, about: AskedOfWorker, timeoutMs: number): Promise<FromWorker | undefined> {
    const { promise, resolve } = Promise.withResolvers<FromWorker | undefined>()
    const id = ++question
    const timer = setTimeout(() => resolve(undefined), timeoutMs)
    answers.set(id, resolve)
    send(member, { ...about, question: id })
    const answer = await promise
    clearTimeout(timer)
    answers.delete(id)
    return answer
  }

  const askAll = (about: AskedOfWorker, timeoutMs = ANSWER_TIMEOUT_MS) =>
    Promise.all([...members].map((member) => ask(member, about, timeoutMs)))

  const readinessTimer = setInterval(() => {
    const now = readiness()
    if (JSON.stringify(now) === toldReadiness) return
    toldReadiness = JSON.stringify(now)
    for (const member of members) send(member, { type: 'readiness', readiness: now })
  }, READINESS_MS).unref()
  try {
    for (let index = 0; index < count; index++) await start()
  } catch (fault) {
    await drain()
    throw fault
  }
  return {
    get port() {
      return port
    },
    get inFlight() {
      return [...members].reduce((sum, member) => sum + member.inFlight, 0)
    },
    async metrics() {
      await askAll({ type: 'metrics?' })
      return addSnapshots([kept, ...[...members].map(({ snapshot }) => snapshot)])
    },
    fleets: async () =>
      (await askAll({ type: 'fleet?' })).flatMap((answer) => (answer?.type === 'fleet' ? [answer.state] : [])),
    tellNews(news) {
      for (const member of members) send(member, { type: 'fleet-news', news })
    },
    tellHolds(holds) {
      for (const member of members) send(member, { type: 'holds', holds })
    },
    forgetPerson(subject) {
      for (const member of members) send(member, { type: 'forget-person', subject })
    },
    async answeredMsAgo(account) {
      const answers = await askAll({ type: 'answered?', account })
      const times = answers.flatMap((answer) => (answer?.type === 'answered' ? (answer.msAgo ?? []) : []))
      return times.length === 0 ? undefined : Math.min(...times)
    },
    async isInFlight(subject) {
      const answers = await askAll({ type: 'in-flight?', subject })
      return answers.some((answer) => answer?.type !== 'in-flight' || answer.isInFlight)
    },
    async purgeCache(workspace, tag) {
      const asked = { type: 'purge' as const, workspace, ...(tag === undefined ? {} : { tag }) }
      const answers = await askAll(asked, PURGE_TIMEOUT_MS)
      const counts = answers.flatMap((answer) => (answer?.type === 'purged' ? [answer.count] : []))
      const purged = counts.reduce((sum, count) => sum + count, 0)
      return { purged, workers: answers.length, unanswered: answers.length - counts.length }
    },
    async flush() {
      const answers = await askAll({ type: 'flush' }, FLUSH_TIMEOUT_MS)
      if (answers.includes(undefined)) throw new Error('A worker does not say whether its spool is written.')
    },
    spoolReasons: () => [...members].flatMap((member) => member.spoolReasons),
    storageReasons: () => [...members].flatMap((member) => member.storageReasons),
    update(next) {
      state = next
      for (const member of members) send(member, { type: 'update', state })
    },
    reportAnswer(match, workspace) {
      for (const member of members) send(member, { type: 'wrong-answer', match, workspace })
    },
    drain,
  }
}

/** A worker that has just ended hears nothing; its exit says the rest. */
function send({ worker }: Member, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => undefined)
}

/** A shared port can be listened on twice: another gateway that has it is found here only. */
async function checkPortIsFree(port: number, host: string): Promise<void> {
  const probe = createServer()
  await listen(probe, port, host)
  await closeServer(probe, 0)
}
