import type { CallPage, CallQuery, CallSummary } from '../core/call-store.ts'
import { type CallTotals, callTotals } from './call-totals.ts'
import { newestCalls } from './newest-calls.ts'

/** The calls that a client made under one name, in the order in which they began. */
export interface Trace extends CallTotals {
  readonly id: string
  /** False: there are older calls than these, which are the newest `maxCalls`. */
  readonly isWhole: boolean
  readonly calls: readonly TracedCall[]
}

export interface TracedCall extends CallSummary {
  /** From the start of the trace. */
  readonly offsetMs: number
  readonly stages: readonly Stage[]
  /** Copies of it, whose answers went nowhere. */
  readonly copies: readonly TracedCall[]
}

/**
 * Where the time of a call went until the answer began: an attempt ends with the head of its reply. Tries of a hedge run
 * beside each other, so stages may add up to more than the call took.
 */
export interface Stage {
  /** `gateway`: what it added until the answer began; `queue`: the wait for a place at an account. */
  readonly stage: 'gateway' | 'queue' | 'classifier' | 'attempt'
  /** The classifier, or the target as `account/model`. */
  readonly name: string | null
  readonly durationMs: number
  /** HTTP status of the provider. */
  readonly status: number | null
  readonly errorCode: string | null
}

/** Reads page by page; `workspace` absent: of all. `undefined` where there is no call. */
export async function readTrace(
  listCalls: (query: CallQuery) => CallPage | Promise<CallPage>,
  { id, workspace }: { readonly id: string; readonly workspace?: string | undefined },
): Promise<Trace | undefined> {
  const { calls, isWhole } = await newestCalls(listCalls, {
    trace: id,
    ...(workspace === undefined ? {} : { workspace }),
  })
  const totals = callTotals(calls)
  return totals === undefined
    ? undefined
    : { id, ...totals, isWhole, calls: treeOf(calls, Date.parse(totals.startedAt)) }
}

/** Copies stand under the call that they are of; where that one is not among the calls, on their own. */
function treeOf(calls: readonly CallSummary[], start: number): readonly TracedCall[] {
  const ids = new Set(calls.filter(({ shadowOf }) => shadowOf === null).map(({ id }) => id))
  const copies = Map.groupBy(calls, ({ shadowOf }) => (shadowOf !== null && ids.has(shadowOf) ? shadowOf : null))
  const traced = (call: CallSummary): TracedCall => ({
    ...call,
    offsetMs: Date.parse(call.startedAt) - start,
    stages: stagesOf(call),
    copies: (copies.get(call.id) ?? []).map(traced),
  })
  return (copies.get(null) ?? []).map(traced)
}

function stagesOf({ overheadMs, queuedMs, routing, attempts }: CallSummary): readonly Stage[] {
  const own = { name: null, status: null, errorCode: null }
  return [
    { ...own, stage: 'gateway', durationMs: overheadMs },
    ...(queuedMs === null ? [] : [{ ...own, stage: 'queue' as const, durationMs: queuedMs }]),
    ...(routing?.asked ?? []).map(({ classifier, durationMs, fault }) => ({
      stage: 'classifier' as const,
      name: classifier,
      durationMs,
      status: null,
      errorCode: fault ?? null,
    })),
    ...attempts.map(({ account, model, durationMs, status, errorCode }) => ({
      stage: 'attempt' as const,
      name: `${account}/${model}`,
      durationMs,
      status: status ?? null,
      errorCode: errorCode ?? null,
    })),
  ]
}
