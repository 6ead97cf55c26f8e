import type { CacheMatch } from '../../core/calls/cache.ts'
import type { FeedbackSubject } from '../../core/record/feedback.ts'
import type { DataSubject } from '../../core/record/retention.ts'
import type { KeyHold } from '../../core/spending/consumption.ts'
import type { FleetState } from '../../gateway/routing/fleet.ts'
import type { FleetNews } from '../../gateway/routing/fleet-news.ts'
import type { MetricsSnapshot } from '../../observe/metrics.ts'
import type { BudgetAnswer, BudgetQuestions } from '../budgets/remote-ledger.ts'
import type { ConsumptionAnswer, ConsumptionQuestions } from '../consumption/remote-consumption.ts'
import type { EngineState } from '../engine.ts'
import type { Readiness } from '../readiness.ts'

/** What the primary process and its workers tell each other. */
export type ToWorker =
  | {
      readonly type: 'start'
      readonly host: string
      readonly port: number
      readonly isShared: boolean
      readonly dataDirectory: string
      readonly state: EngineState
      readonly writerId: string
      readonly holds: readonly KeyHold[]
    }
  | { readonly type: 'update'; readonly state: EngineState }
  | { readonly type: 'wrong-answer'; readonly match: CacheMatch; readonly workspace: string }
  /** What the others have learned of targets. */
  | { readonly type: 'fleet-news'; readonly news: FleetNews }
  | (AskedOfWorker & { readonly question: number })
  | { readonly type: 'budget-answers'; readonly answers: readonly BudgetAnswer[] }
  | { readonly type: 'consumption-answers'; readonly answers: readonly ConsumptionAnswer[] }
  /** All keys that may not be used now. */
  | { readonly type: 'holds'; readonly holds: readonly KeyHold[] }
  | { readonly type: 'forget-person'; readonly subject: DataSubject }
  | { readonly type: 'readiness'; readonly readiness: Readiness }
  | { readonly type: 'there'; readonly asked: number; readonly isThere: boolean }
  | { readonly type: 'drain' }

/** What a worker answers with the same `question`. */
export type AskedOfWorker =
  | { readonly type: 'metrics?' }
  | { readonly type: 'fleet?' }
  /** When a call at the account last began to be answered. */
  | { readonly type: 'answered?'; readonly account: string }
  /** Answered once what has ended is in the spool. */
  | { readonly type: 'in-flight?'; readonly subject: FeedbackSubject }
  | { readonly type: 'purge'; readonly workspace: string; readonly tag?: string }
  /** Answered once what was emitted is in the spool. */
  | { readonly type: 'flush' }

export type FromWorker =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'written' }
  | { readonly type: 'budget-questions'; readonly questions: BudgetQuestions }
  | { readonly type: 'consumption-questions'; readonly questions: ConsumptionQuestions }
  | {
      readonly type: 'metrics'
      readonly question: number
      readonly snapshot: MetricsSnapshot
      readonly inFlight: number
    }
  /** Answered with the same number. */
  | { readonly type: 'there?'; readonly asked: number; readonly subject: FeedbackSubject }
  | { readonly type: 'in-flight'; readonly question: number; readonly isInFlight: boolean }
  | { readonly type: 'purged'; readonly question: number; readonly count: number }
  | { readonly type: 'flushed'; readonly question: number }
  | { readonly type: 'fleet-news'; readonly news: FleetNews }
  | { readonly type: 'answered'; readonly question: number; readonly msAgo: number | undefined }
  | { readonly type: 'fleet'; readonly question: number; readonly state: FleetState }
  /** What is wrong with the worker's spool, and with what calls can do without, told when it changes. */
  | { readonly type: 'spool'; readonly reasons: readonly string[]; readonly storage: readonly string[] }
  | { readonly type: 'log'; readonly message: string }
