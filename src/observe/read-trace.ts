import type { CallPage, CallQuery, CallSummary } from '../core/call-store.ts'

/** The calls that a client made under one name, in the order in which they began. */
export interface Trace {
  readonly id: string
  /** ISO 8601. */
  readonly startedAt: string
  /** From the start of the first call to the end of the one that ended last. */
  readonly durationMs: number
  readonly errors: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  /** Calls whose cost is unknown, which is not 0: `costUsd` is without them. */
  readonly unpricedCalls: number
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

export const maxCalls = 1000
const pageSize = 200

/** Reads page by page; `workspace` absent: of all. `undefined` where there is no call. */
export async function readTrace(
  listCalls: (query: CallQuery) => CallPage | Promise<CallPage>,
  { id, workspace }: { readonly id: string; readonly workspace?: string | undefined },
): Promise<Trace | undefined> {
  const newestFirst: CallSummary[] = []
  let cursor: string | null = null
  do {
    const page: CallPage = await listCalls({
      trace: id,
      limit: pageSize,
      ...(workspace === undefined ? {} : { workspace }),
      ...(cursor === null ? {} : { cursor }),
    })
    newestFirst.push(...page.data)
    cursor = page.nextCursor
  } while (cursor !== null && newestFirst.length < maxCalls)
  return traceOf(id, newestFirst.toReversed(), cursor === null)
}

function traceOf(id: string, calls: readonly CallSummary[], isWhole: boolean): Trace | undefined {
  const [first] = calls
  if (first === undefined) return undefined
  const start = Date.parse(first.startedAt)
  // What reached no provider has no cost, and that is known.
  const unpriced = calls.filter(({ costUsd, provider }) => costUsd === null && provider !== null)
  return {
    id,
    startedAt: first.startedAt,
    durationMs: Math.max(...calls.map((call) => Date.parse(call.startedAt) - start + call.durationMs)),
    errors: calls.filter(({ status }) => status >= 400).length,
    inputTokens: sum(calls, ({ inputTokens }) => inputTokens),
    outputTokens: sum(calls, ({ outputTokens }) => outputTokens),
    // In nano-USD, as they are kept: a sum of fractions would not be exact.
    costUsd: sum(calls, ({ costUsd }) => Math.round((costUsd ?? 0) * 1e9)) / 1e9,
    unpricedCalls: unpriced.length,
    isWhole,
    calls: treeOf(calls, start),
  }
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

function sum(calls: readonly CallSummary[], measure: (call: CallSummary) => number | null): number {
  return calls.reduce((total, call) => total + (measure(call) ?? 0), 0)
}
