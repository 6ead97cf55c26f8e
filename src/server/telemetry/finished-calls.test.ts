import { expect, it } from 'vitest'
import type { FinishedCall } from '../../core/record/call-store.ts'
import { createCallFeed, feedGauge, openCallFeed } from './finished-calls.ts'

const call = (input: string): FinishedCall => ({
  record: {
    id: 'call',
    startedAt: 1,
    workspace: 'default',
    endpoint: '/v1/messages',
    stream: false,
    status: 200,
    durationMs: 1,
    overheadMs: 1,
    attempts: [],
    decisions: [],
    droppedParameters: [],
  },
  input,
  inputTruncated: false,
  outputTruncated: false,
})

it('what waits for a collector is bounded, and what finds no room is counted', () => {
  const feed = createCallFeed()
  const gauge = feedGauge(feed)
  const offered = openCallFeed(feed)
  gauge.setMode('with-content')
  gauge.setReady(true)
  const large = call('x'.repeat(1 << 20))
  for (let index = 0; index < 100; index++) offered.offer([large])
  const { waiting, dropped } = gauge.counts()
  expect(waiting).toBeLessThanOrEqual(9)
  expect(waiting + dropped).toBe(100)
  gauge.done([large], 'sent')
  offered.offer([large])
  expect(gauge.counts()).toEqual({ waiting, dropped, sent: 1 })
  // The thread that had them has ended.
  gauge.lost()
  expect(gauge.counts()).toEqual({ waiting: 0, dropped: dropped + waiting, sent: 1 })
})

it('before somebody listens a bounded number of calls is held', () => {
  const feed = createCallFeed()
  const gauge = feedGauge(feed)
  const offered = openCallFeed(feed)
  offered.offer([call('')])
  expect(gauge.counts()).toEqual({ waiting: 0, dropped: 0, sent: 0 })
  gauge.setMode('without-content')
  offered.offer(Array.from({ length: 1500 }, () => call('')))
  offered.offer([call('')])
  expect(gauge.counts().dropped).toBe(501)
  gauge.setMode('off')
})
