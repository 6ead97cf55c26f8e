import type { CallSummary } from '../core/record/call-store.ts'

/** Of several calls together, in the order of their start. */
export interface CallTotals {
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
}

/** `undefined` of no calls. */
export function callTotals(calls: readonly CallSummary[]): CallTotals | undefined {
  const [first] = calls
  if (first === undefined) return undefined
  const start = Date.parse(first.startedAt)
  return {
    startedAt: first.startedAt,
    durationMs: Math.max(...calls.map((call) => Date.parse(call.startedAt) - start + call.durationMs)),
    errors: calls.filter(({ status }) => status >= 400).length,
    inputTokens: sum(calls, ({ inputTokens }) => inputTokens),
    outputTokens: sum(calls, ({ outputTokens }) => outputTokens),
    // In nano-USD, as they are kept: a sum of fractions would not be exact.
    costUsd: sum(calls, ({ costUsd }) => Math.round((costUsd ?? 0) * 1e9)) / 1e9,
    // What reached no provider has no cost, and that is known.
    unpricedCalls: calls.filter(({ costUsd, provider }) => costUsd === null && provider !== null).length,
  }
}

function sum(calls: readonly CallSummary[], measure: (call: CallSummary) => number | null): number {
  return calls.reduce((total, call) => total + (measure(call) ?? 0), 0)
}
