import type { CallPage, CallQuery, CallSummary } from '../core/record/call-store.ts'
import type { SpanList, SpanQuery, SpanSummary } from '../core/record/span.ts'
import { type CallTotals, callTotals } from './call-totals.ts'
import { maxCalls, newestCalls } from './newest-calls.ts'
import { type TraceNode, traceTree } from './trace-tree.ts'

/**
 * The calls that a client made under one name, in the order in which they began, and the spans that its own telemetry told us. What
 * was used and paid is that of the calls: spans that say so too are not counted.
 */
export interface Trace extends CallTotals {
  readonly id: string
  /** False: there are older calls than these, which are the newest `maxCalls`, or more spans, of which these are the first. */
  readonly isWhole: boolean
  readonly calls: readonly TracedCall[]
  /** Spans and calls by their parents. */
  readonly tree: readonly TraceNode[]
}

export interface TraceSource {
  listCalls(query: CallQuery): CallPage | Promise<CallPage>
  spans(query: SpanQuery): SpanList | Promise<SpanList>
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

/** Reads page by page; `workspace` absent: of all. `undefined` where there is no call and no span. */
export async function readTrace(
  source: TraceSource,
  { id, workspace }: { readonly id: string; readonly workspace?: string | undefined },
): Promise<Trace | undefined> {
  const within = workspace === undefined ? {} : { workspace }
  const { calls, isWhole } = await callsOf(source, id, within)
  const spans = await source.spans({ traceIds: traceIdsOf(id, calls), ...within })
  const totals = withSpans(callTotals(calls), spans.data)
  if (totals === undefined) return undefined
  const start = Date.parse(totals.startedAt)
  return {
    id,
    ...totals,
    isWhole: isWhole && spans.isWhole,
    calls: treeOf(calls, start),
    tree: traceTree(calls, spans.data, start),
  }
}

/** Those that their client calls so, and those that are parts of a span of it by another name. */
async function callsOf({ listCalls }: TraceSource, id: string, within: Pick<CallQuery, 'workspace'>) {
  const named = await newestCalls(listCalls, { trace: id, ...within })
  if (!w3cId.test(id)) return named
  const below = await newestCalls(listCalls, { parentTrace: id, ...within })
  const calls = [...named.calls, ...below.calls].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
  return { calls: calls.slice(-maxCalls), isWhole: named.isWhole && below.isWhole && calls.length <= maxCalls }
}

const w3cId = /^[\da-f]{32}$/
const maxTraceIds = 100

/** A client may have a name of its own for what its spans know by another. */
function traceIdsOf(id: string, calls: readonly CallSummary[]): readonly string[] {
  const ids = [id.toLowerCase(), ...calls.flatMap(({ parentTraceId }) => parentTraceId ?? [])]
  return [...new Set(ids)].filter((one) => w3cId.test(one)).slice(0, maxTraceIds)
}

const noCalls = { errors: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 }

function withSpans(calls: CallTotals | undefined, spans: readonly SpanSummary[]): CallTotals | undefined {
  const first = spans[0]?.startedAt
  if (first === undefined) return calls
  const startedAt = calls === undefined || first < calls.startedAt ? first : calls.startedAt
  const start = Date.parse(startedAt)
  const ends = spans.map((span) => Date.parse(span.startedAt) + span.durationMs)
  if (calls !== undefined) ends.push(Date.parse(calls.startedAt) + calls.durationMs)
  return { ...(calls ?? noCalls), startedAt, durationMs: Math.max(...ends) - start }
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
