import type { MetricsSnapshot } from '../observe/metrics.ts'
import type { EngineState } from './engine.ts'

/** What the primary process and its workers tell each other. */
export type ToWorker =
  | {
      readonly type: 'start'
      readonly host: string
      readonly port: number
      readonly dataDirectory: string
      readonly state: EngineState
      readonly writerId: string
    }
  | { readonly type: 'update'; readonly state: EngineState }
  | { readonly type: 'metrics?'; readonly question: number }
  | { readonly type: 'readiness'; readonly readiness: object }
  | { readonly type: 'drain' }

export type FromWorker =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'written' }
  | {
      readonly type: 'metrics'
      readonly question: number
      readonly snapshot: MetricsSnapshot
      readonly inFlight: number
    }
  | { readonly type: 'readiness?' }
  | { readonly type: 'log'; readonly message: string }
