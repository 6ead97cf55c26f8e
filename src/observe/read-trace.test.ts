import { expect, it } from 'vitest'
import type { CallPage, CallQuery, CallSummary } from '../core/record/call-store.ts'
import { maxCalls } from './newest-calls.ts'
import { readTrace } from './read-trace.ts'

/** What a trace reads of a call. */
function call(id: string, fields: Partial<CallSummary> = {}): CallSummary {
  const startedAt = new Date(Date.UTC(2026, 0, 1) + Number(id)).toISOString()
  const plain = {
    provider: 'p',
    shadowOf: null,
    queuedMs: null,
    routing: null,
    attempts: [],
    status: 200,
    parentSpanId: null,
    parentTraceId: null,
  }
  const figures = { durationMs: 5, overheadMs: 1, inputTokens: 1, outputTokens: 1, costUsd: 0.1 }
  return { id, startedAt, ...plain, ...figures, ...fields } as unknown as CallSummary
}

/** A store that has these calls, oldest first, and pages as the record does. */
function store(calls: readonly CallSummary[]) {
  const newestFirst = calls.toReversed()
  const listCalls = ({ limit = 0, cursor = '0' }: CallQuery): CallPage => {
    const end = Number(cursor) + limit
    return { data: newestFirst.slice(Number(cursor), end), nextCursor: end < calls.length ? String(end) : null }
  }
  return { listCalls, spans: () => ({ data: [], isWhole: true }) }
}

it('a trace has copies under their calls, and those whose call is not there on their own', async () => {
  const calls = [call('0'), call('1', { shadowOf: '0' }), call('2'), call('3', { shadowOf: 'gone' })]
  const trace = await readTrace(store(calls), { id: 't' })
  expect(trace?.calls.map(({ id, copies }) => [id, copies.map((copy) => copy.id)])).toEqual([
    ['0', ['1']],
    ['2', []],
    ['3', []],
  ])
})

it('a call that says it is a copy of a copy, or of itself, is in its trace once', async () => {
  const calls = [call('0', { shadowOf: '0' }), call('1', { shadowOf: '2' }), call('2', { shadowOf: '1' })]
  const trace = await readTrace(store(calls), { id: 't' })
  expect(trace?.calls.map(({ id }) => id)).toEqual(['0', '1', '2'])
})

it('a trace of more calls than are shown has the newest, and says so', async () => {
  const calls = Array.from({ length: maxCalls + 1 }, (_, place) => call(String(place)))
  const trace = await readTrace(store(calls), { id: 't' })
  expect(trace).toMatchObject({ isWhole: false, durationMs: maxCalls - 1 + 5 })
  expect(trace?.calls.map(({ id }) => id)).toEqual(calls.slice(1).map(({ id }) => id))
  expect((await readTrace(store(calls.slice(1)), { id: 't' }))?.isWhole).toBe(true)
})

it('costs add up exactly, and unknown ones are counted; what reached no provider has none', async () => {
  const calls = [call('0'), call('1', { costUsd: 0.2 }), call('2', { costUsd: null })]
  const refused = call('3', { costUsd: null, provider: null, status: 404 })
  const trace = await readTrace(store([...calls, refused]), { id: 't' })
  expect(trace).toMatchObject({ costUsd: 0.3, unpricedCalls: 1, errors: 1 })
})

it('stages are those that a call had: the wait in a queue and a classifier among them', async () => {
  const routing = {
    steps: [],
    candidates: [],
    asked: [{ classifier: 'c', isKept: false, durationMs: 3, fault: 'late' }],
  }
  const attempts = [{ account: 'a', provider: 'p', model: 'm', errorCode: 'upstream_timeout', durationMs: 4 }]
  const trace = await readTrace(store([call('0', { queuedMs: 2, routing, attempts })]), { id: 't' })
  expect(trace?.calls[0]?.stages).toEqual([
    { stage: 'gateway', name: null, durationMs: 1, status: null, errorCode: null },
    { stage: 'queue', name: null, durationMs: 2, status: null, errorCode: null },
    { stage: 'classifier', name: 'c', durationMs: 3, status: null, errorCode: 'late' },
    { stage: 'attempt', name: 'a/m', durationMs: 4, status: null, errorCode: 'upstream_timeout' },
  ])
})
