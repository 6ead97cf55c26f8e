import type { CallPage, CallQuery, CallSummary } from '../core/record/call-store.ts'
import { type CallTotals, callTotals } from './call-totals.ts'
import { newestCalls } from './newest-calls.ts'

/** The traces of one conversation or run, and its calls that are in none. */
export interface Session extends CallTotals {
  readonly id: string
  readonly calls: number
  /** False: there are older calls than these, which are the newest `maxCalls`. */
  readonly isWhole: boolean
  /** In the order of their start. */
  readonly traces: readonly SessionTrace[]
}

export interface SessionTrace extends CallTotals {
  /** `null`: one call without a trace. */
  readonly id: string | null
  readonly workspace: string
  readonly calls: readonly SessionCall[]
}

export type SessionCall = Pick<
  CallSummary,
  | 'id'
  | 'startedAt'
  | 'model'
  | 'requestedModel'
  | 'endpoint'
  | 'status'
  | 'errorCode'
  | 'durationMs'
  | 'costUsd'
  | 'shadowOf'
>

/** Reads page by page; `workspace` absent: of all. `undefined` where there is no call. */
export async function readSession(
  listCalls: (query: CallQuery) => CallPage | Promise<CallPage>,
  { id, workspace }: { readonly id: string; readonly workspace?: string | undefined },
): Promise<Session | undefined> {
  const { calls, isWhole } = await newestCalls(listCalls, {
    session: id,
    ...(workspace === undefined ? {} : { workspace }),
  })
  const totals = callTotals(calls)
  if (totals === undefined) return undefined
  const traces = Map.groupBy(calls, (call) => JSON.stringify([call.workspace, call.traceId ?? [call.id]]))
  return { id, ...totals, calls: calls.length, isWhole, traces: [...traces.values()].flatMap(traceOf) }
}

function traceOf(calls: readonly CallSummary[]): readonly SessionTrace[] {
  const [first] = calls
  const totals = callTotals(calls)
  if (first === undefined || totals === undefined) return []
  return [{ id: first.traceId, workspace: first.workspace, ...totals, calls: calls.map(shown) }]
}

function shown(call: CallSummary): SessionCall {
  const { id, startedAt, model, requestedModel, endpoint, status, errorCode, durationMs, costUsd, shadowOf } = call
  return { id, startedAt, model, requestedModel, endpoint, status, errorCode, durationMs, costUsd, shadowOf }
}
