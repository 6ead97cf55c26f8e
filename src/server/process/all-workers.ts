import type { CacheMatch } from '../../core/calls/cache.ts'
import type { FeedbackSubject } from '../../core/record/feedback.ts'
import type { DataSubject } from '../../core/record/retention.ts'
import type { KeyHold } from '../../core/spending/consumption.ts'
import type { FleetState } from '../../gateway/routing/fleet.ts'
import type { MetricsSnapshot } from '../../observe/metrics.ts'
import type { Purge } from '../control/cache.ts'
import type { Engine, EngineState } from '../engine.ts'
import { type CallServer, type ServeCallsOptions, serveCalls } from './serve-calls.ts'
import { startWorkers, type Workers, type WorkersOptions } from './workers.ts'

/** All processes that serve calls, one alone or several, behind the same questions. Until `begin` there are none. */
export interface AllWorkers {
  /** Ends when all of them listen. */
  begin(options: BeginOptions): Promise<void>
  readonly port: number
  readonly inFlight: number
  metrics(): MetricsSnapshot | Promise<MetricsSnapshot>
  /** What is wrong with the spools of the workers, in sentences. */
  spoolReasons(): readonly string[]
  /** What is wrong with files that calls can do without, in sentences. */
  storageReasons(): readonly string[]
  /** Tells the others, soon, what was learned of targets in this process. */
  tellNews(): void
  tellHolds(holds: readonly KeyHold[]): void
  /** Takes a person out of the names of budgets, in all of them. */
  forgetPerson(subject: DataSubject): void
  /** How long ago a call at the account began to be answered in any of them, in milliseconds; absent: never. */
  answeredMsAgo(account: string): Promise<number | undefined>
  /** Whether it has not ended yet in one of them. What has ended is in the spool by then. */
  isInFlight(subject: FeedbackSubject): Promise<boolean>
  fleets(): Promise<readonly FleetState[]>
  purgeCache(workspace: string, tag?: string): Promise<Purge>
  /** Ends when what the workers have emitted until now is in their spools. Throws when one of them does not say so. */
  flushWorkers(): Promise<void>
  reportAnswer(match: CacheMatch, workspace: string): void
  update(state: EngineState): void
  drain(): Promise<void>
}

type BeginOptions = Omit<WorkersOptions, 'fleet' | 'budgets' | 'log'> & Pick<ServeCallsOptions, 'sink' | 'log' | 'warn'>

/** The engine is this process's own; where there are several processes, each has one like it. */
export function createAllWorkers(engineHere: () => Engine): AllWorkers {
  let workers: Workers | undefined
  let serving: Workers | CallServer | undefined
  return {
    async begin({ sink, log, warn, ...options }) {
      const { dataDirectory, host, port, readiness, isThere } = options
      const engine = engineHere()
      const { fleet, budgets } = engine
      if (options.count > 1) workers = await startWorkers({ ...options, fleet, budgets, log: warn })
      serving =
        workers ?? (await serveCalls({ engine, sink, dataDirectory, host, port, isThere, readiness, log, warn }))
    },
    get port() {
      return begun().port
    },
    get inFlight() {
      return begun().inFlight
    },
    metrics: () => begun().metrics(),
    spoolReasons: () => workers?.spoolReasons() ?? [],
    storageReasons: () => serving?.storageReasons() ?? [],
    tellNews() {
      setImmediate(() => {
        const news = engineHere().fleet.takeNews()
        workers?.tellNews(news)
      })
    },
    tellHolds: (holds) => workers?.tellHolds(holds),
    forgetPerson(subject) {
      engineHere().budgets.forgetPerson(subject)
      workers?.forgetPerson(subject)
    },
    answeredMsAgo: async (account) =>
      workers === undefined ? engineHere().fleet.answeredMsAgo(account) : await workers.answeredMsAgo(account),
    isInFlight: async (subject) => await begun().isInFlight(subject),
    fleets: async () => (workers === undefined ? [engineHere().fleet.state()] : await workers.fleets()),
    async purgeCache(workspace, tag) {
      if (workers !== undefined) return await workers.purgeCache(workspace, tag)
      return { purged: await engineHere().purgeCache(workspace, tag), workers: 1, unanswered: 0 }
    },
    flushWorkers: async () => await workers?.flush(),
    reportAnswer(match, workspace) {
      engineHere().reportAnswer(match, workspace)
      workers?.reportAnswer(match, workspace)
    },
    update: (state) => workers?.update(state),
    drain: async () => await serving?.drain(),
  }

  function begun(): Workers | CallServer {
    if (serving === undefined) throw new Error('No process serves calls yet.')
    return serving
  }
}
