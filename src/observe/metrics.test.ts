import { describe, expect, test } from 'vitest'
import type { CallRecord, GatewayEvent } from '../core/record/call-record.ts'
import { createMetrics, renderMetrics, withoutGauges } from './metrics.ts'

function callEnd(record: Partial<CallRecord>): GatewayEvent {
  return {
    type: 'call-end',
    record: {
      id: 'call',
      startedAt: 1,
      workspace: 'default',
      endpoint: '/v1/chat/completions',
      stream: false,
      status: 200,
      durationMs: 1,
      overheadMs: 1,
      attempts: [],
      decisions: [],
      droppedParameters: [],
      ...record,
    },
    bodies: { requestTruncated: false, replyTruncated: false },
  }
}

const notFound = { status: 404, errorCode: 'upstream_not_found' }
const series = (name: string, metrics: ReturnType<typeof createMetrics>): string[] =>
  Object.keys(metrics.snapshot()).filter((one) => one.startsWith(name))

test('what a process that has ended had counted stays, and how things stood with it does not', () => {
  const counted = { 'portcullis_calls_total{model="m"}': 3, 'portcullis_call_duration_ms_count{account="a"}': 3 }
  expect(withoutGauges({ ...counted, 'portcullis_circuit_open{model="m"}': 1, portcullis_spool_bytes: 9 })).toEqual(
    counted,
  )
})

test('what the cache had for calls is counted, and what it saved; copies that nobody waited for are not', () => {
  const metrics = createMetrics()
  for (const cache of ['miss', 'hit', 'hit', 'semantic', 'bypass'] as const)
    metrics.observe(callEnd({ cache, ...(cache === 'hit' ? { savedNanoUsd: 250_000_000 } : {}) }))
  metrics.observe(callEnd({ cache: 'bypass', shadowOf: 'call' }))
  metrics.observe(callEnd({}))
  expect(
    renderMetrics(metrics.snapshot())
      .split('\n')
      .filter((line) => line.startsWith('portcullis_cache')),
  ).toEqual(
    expect.arrayContaining([
      'portcullis_cache_total{state="hit"} 2',
      'portcullis_cache_total{state="semantic"} 1',
      'portcullis_cache_total{state="miss"} 1',
      'portcullis_cache_total{state="bypass"} 1',
      'portcullis_cache_saved_usd_total 0.5',
    ]),
  )
})

describe('model names, which clients choose', () => {
  test('are no labels until a provider has answered to them', () => {
    const metrics = createMetrics()
    metrics.observe(callEnd({ provider: 'openai', account: 'main', model: 'made-up', ...notFound }))
    metrics.observe(callEnd({ provider: 'openai', account: 'main', model: 'gpt-5' }))
    metrics.observe(
      callEnd({ provider: 'openai', account: 'main', model: 'gpt-5', status: 429, errorCode: 'upstream_rate_limited' }),
    )
    metrics.observe(callEnd({ status: 404, errorCode: 'unknown_model' }))
    expect(metrics.snapshot()).toMatchObject({
      'portcullis_calls_total{provider="openai",account="main",model="unknown",status="4xx",error="upstream_not_found"}': 1,
      'portcullis_calls_total{provider="openai",account="main",model="gpt-5",status="2xx",error=""}': 1,
      'portcullis_calls_total{provider="openai",account="main",model="gpt-5",status="4xx",error="upstream_rate_limited"}': 1,
      'portcullis_calls_total{provider="",account="",model="",status="4xx",error="unknown_model"}': 1,
    })
  })

  test('that nobody serves take no room, however many and long they are', () => {
    const metrics = createMetrics()
    for (let index = 0; index < 20_000; index++)
      metrics.observe(
        callEnd({ provider: 'openai', account: 'main', model: `${index}${'x'.repeat(1000)}`, ...notFound }),
      )
    expect(series('portcullis_calls_total', metrics)).toHaveLength(1)
    expect(renderMetrics(metrics.snapshot()).length).toBeLessThan(10_000)
  })

  test('that a provider takes whatever they are have a bound in number and in length', () => {
    const metrics = createMetrics()
    for (let index = 0; index < 1000; index++) metrics.observe(callEnd({ provider: 'vllm', model: `any-${index}` }))
    metrics.observe(callEnd({ provider: 'openai', account: 'main', model: 'x'.repeat(10_000) }))
    expect(series('portcullis_calls_total', metrics).length).toBeLessThan(250)
    expect(series('portcullis_calls_total', metrics).every((one) => one.length < 500)).toBe(true)
    const counts = metrics.snapshot()
    const sum = series('portcullis_calls_total', metrics).reduce((total, one) => total + (counts[one] ?? 0), 0)
    expect(sum).toBe(1001)
  })
})

test('attempts count by the fault that ended them, whatever became of the call', () => {
  const metrics = createMetrics()
  const attempt = { provider: 'openai', model: 'gpt-5', durationMs: 1 }
  const lost = { ...attempt, account: 'slow', errorCode: 'hedge_lost' }
  metrics.observe(callEnd({ attempts: [lost, { ...attempt, account: 'main' }] }))
  metrics.observe(callEnd({ attempts: [lost] }))
  expect(metrics.snapshot()).toMatchObject({
    'portcullis_attempts_total{provider="openai",account="slow",error="hedge_lost"}': 2,
    'portcullis_attempts_total{provider="openai",account="main",error=""}': 1,
  })
  expect(renderMetrics(metrics.snapshot())).toContain('# TYPE portcullis_attempts_total counter')
})
