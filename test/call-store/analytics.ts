import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dimension, type Measure, readDimensions, rolledDimensions } from '../../src/core/record/analytics.ts'
import { measures, readAnalyticsQuery } from '../../src/core/record/analytics-query.ts'
import type { CallRecord } from '../../src/core/record/call-record.ts'
import type { CallReader, CallSummary } from '../../src/core/record/call-store.ts'
import { type CallStoreEngine, call, dayMs, keep, noon, useStore } from './engine.ts'

export const ask = (reader: CallReader, parameters: Readonly<Record<string, string | readonly string[]>>) =>
  reader.analytics(
    readAnalyticsQuery(
      Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
      ),
      Date.now(),
    ),
  )

const attempt = { account: 'a', provider: 'p', model: 'm', durationMs: 1 }
const one = <Value>(...values: readonly Value[]) => fc.constantFrom(...values)
const maybe = <Value>(...values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const count = fc.option(fc.oneof(fc.nat(100_000), fc.constant(Number.MAX_SAFE_INTEGER)), { nil: undefined })
/** Up to what a floating-point number of USD still tells to the nano. */
const nano = fc.option(fc.oneof(fc.nat(100_000), fc.constant(9e14)), { nil: undefined })
const milliseconds = fc.oneof(fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))

/** Often on the boundary of a bucket or at the time of a call. */
const time = fc.oneof(
  fc.integer({ min: noon - 2 * dayMs, max: noon + 2 * dayMs }),
  fc.integer({ min: -8, max: 8 }).map((halves) => noon + halves * 450_000),
)

const arbitraryCall = fc.record({
  // Few, so that some come twice.
  id: fc.nat(60).map(String),
  startedAt: time,
  workspace: one('default', 'other'),
  key: maybe('team-a', 'team-b'),
  user: maybe('u-1', 'u-2'),
  provider: maybe('openai', 'groq'),
  account: maybe('main'),
  model: maybe('gpt-5', 'llama'),
  requestedModel: maybe('gpt-5', 'fast'),
  endpoint: one('/v1/messages', '/v1/chat/completions'),
  clientDialect: fc.constant('openai-chat'),
  stream: fc.boolean(),
  status: one(200, 404, 429, 500),
  errorCode: maybe('rate_limited'),
  cache: maybe('hit', 'semantic', 'miss', 'bypass'),
  route: maybe('cheap'),
  shadowOf: maybe('another'),
  usageEstimated: fc.boolean(),
  costNanoUsd: nano,
  savedNanoUsd: nano,
  usage: fc.record({ inputTokens: count, outputTokens: count, cachedInputTokens: count, reasoningTokens: count }),
  durationMs: milliseconds,
  overheadMs: milliseconds,
  timeToFirstTokenMs: fc.option(milliseconds, { nil: undefined }),
  attempts: fc.array(fc.constant(attempt), { maxLength: 3 }),
  metadata: fc.option(fc.dictionary(one('team', 'a"b'), one('search', 'recap')), { nil: undefined }),
}) as fc.Arbitrary<Partial<CallRecord> & { readonly id: string }>

/** Told from a list of calls, without any sum of the store. */
const told: Readonly<Partial<Record<Measure, (calls: readonly CallSummary[]) => number | bigint | null>>> = {
  calls: (calls) => calls.length,
  errors: (calls) => calls.filter(({ status }) => status >= 400).length,
  inputTokens: (calls) => sum(calls, ({ inputTokens }) => inputTokens),
  cachedInputTokens: (calls) => sum(calls, ({ cachedInputTokens }) => cachedInputTokens),
  cacheWriteTokens: (calls) => sum(calls, ({ cacheWriteTokens }) => cacheWriteTokens),
  outputTokens: (calls) => sum(calls, ({ outputTokens }) => outputTokens),
  reasoningTokens: (calls) => sum(calls, ({ reasoningTokens }) => reasoningTokens),
  tokens: (calls) =>
    sum(
      calls,
      ({ inputTokens }) => inputTokens,
      ({ outputTokens }) => outputTokens,
    ),
  costNanoUsd: (calls) => sumNano(calls, ({ costUsd }) => costUsd),
  savedNanoUsd: (calls) => sumNano(calls, ({ savedUsd }) => savedUsd),
  unpricedCalls: (calls) =>
    calls.filter(({ provider, costUsd, status }) => provider !== null && costUsd === null && status < 400).length,
  estimatedCalls: (calls) => calls.filter(({ usageEstimated }) => usageEstimated).length,
  cacheHits: (calls) => calls.filter(({ cache }) => cache === 'hit' || cache === 'semantic').length,
  cacheLookups: (calls) => calls.filter(({ cache }) => ['hit', 'semantic', 'miss'].includes(cache ?? '')).length,
  attempts: (calls) => calls.reduce((all, { attempts }) => all + attempts.length, 0),
  fallbackCalls: (calls) => calls.filter(({ attempts }) => attempts.length > 1).length,
}

type Figure = (call: CallSummary) => number | null
function sum(calls: readonly CallSummary[], ...figures: readonly Figure[]): number {
  return Number(calls.reduce((all, of) => figures.reduce((now, figure) => now + BigInt(figure(of) ?? 0), all), 0n))
}
function sumNano(calls: readonly CallSummary[], figure: Figure): bigint {
  return calls.reduce((all, of) => all + BigInt(Math.round((figure(of) ?? 0) * 1e9)), 0n)
}

function dimensionOf(of: CallSummary, dimension: Dimension): unknown {
  if (dimension === 'shadow') return of.shadowOf !== null
  if (dimension.startsWith('metadata.')) return of.metadata[dimension.slice(9)] ?? null
  return of[dimension as keyof CallSummary]
}

async function listed(reader: CallReader): Promise<readonly CallSummary[]> {
  return (await reader.listCalls({ limit: 200 })).data
}

export function analyticsSuite(engine: CallStoreEngine): void {
  describe('analytics', () => {
    const bed = useStore(engine)
    it('agree with the calls themselves in every measure, by any dimensions, over any range', async () => {
      const dimensions: readonly Dimension[] = [...rolledDimensions, ...readDimensions, 'metadata.team', 'metadata.a"b']
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(arbitraryCall, { maxLength: 20 }), { maxLength: 5 }),
          fc.array(
            fc.record({
              by: fc.uniqueArray(one(...dimensions), { maxLength: 2 }),
              ends: fc.tuple(time, time),
              interval: maybe('day', 'week'),
              timeZone: one('UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland'),
              filter: maybe<readonly [Dimension, string]>(
                ['workspace', 'other'],
                ['key', 'team-a'],
                ['user', 'u-1'],
                ['stream', 'true'],
                ['metadata.team', 'search'],
              ),
            }),
            { minLength: 4, maxLength: 4 },
          ),
          async (batches, questions) => {
            await bed.startAnew()
            const writer = await bed.writer()
            for (const batch of batches)
              await keep(
                writer,
                batch.map(({ id, ...rest }) => call(id, rest)),
              )
            const reader = await bed.reader()
            const all = await listed(reader)
            for (const { by, ends, filter, interval, timeZone } of questions) {
              const [from, to] = [Math.min(...ends), Math.max(...ends)]
              const parameters = {
                measures: measures.join(),
                by: by.join(),
                from: String(from),
                to: String(to),
                timeZone,
                ...(interval === undefined ? {} : { interval }),
                ...(filter === undefined ? {} : { [filter[0]]: filter[1] }),
              }
              const answer = await ask(reader, parameters)
              const meant = all.filter((of) => {
                const at = Date.parse(of.startedAt)
                const isMeant = filter === undefined || String(dimensionOf(of, filter[0])) === filter[1]
                return at >= from && at < to && isMeant
              })
              const groups = Map.groupBy(meant, (of) => JSON.stringify(by.map((name) => dimensionOf(of, name))))
              const names = answer.data.map(({ group }) => JSON.stringify(by.map((name) => group[name])))
              if (by.length > 0) expect(names.sort()).toEqual([...groups.keys()].sort())
              for (const { group, values } of answer.data) {
                checkValues(groups.get(JSON.stringify(by.map((name) => group[name]))) ?? [], values)
              }
              checkValues(meant, answer.totals)
              // The same from the calls alone, as no sums are kept by the dialect: distributions agree to the bin.
              const read = await ask(reader, { ...parameters, clientDialect: 'openai-chat' })
              expect(read.read.rollups).toBe(0)
              expect(read.data).toEqual(answer.data)
            }
          },
        ),
        { numRuns: engine.propertyRuns },
      )
    })

    it('count the calls of an older version from the start, and have sums of them after bounded steps', async () => {
      const { goBackTo, run } = bed.store()
      const { extraOfOldCall: extra } = engine
      // Before there were sums.
      await goBackTo(4)
      const numbers = Array.from({ length: 2500 }, (_, index) => index + 1)
      const rows = numbers.map(
        (i) =>
          `('old-${i}', ${noon + i}, 'default', 'm${i % 3}', '/v1/messages', 0, 200, 0, ${i}, 1000, 10, '{"attempts":[{},{}]}'${extra === undefined ? '' : `, ${extra.value}`})`,
      )
      await run(`INSERT INTO calls (id, started_at, workspace, model, endpoint, stream, status, usage_estimated, cost_nano_usd, duration_us, overhead_us, meta${extra === undefined ? '' : `, ${extra.column}`})
      VALUES ${rows.join(', ')}`)
      const writer = await bed.writer()
      await keep(writer, [call('new', { model: 'm0', costNanoUsd: 5 })])
      const reader = await bed.reader()
      const question = {
        from: '0',
        to: String(noon + dayMs),
        measures: 'calls,costNanoUsd,fallbackCalls,durationP50Ms',
        by: 'model',
      }
      const before = await ask(reader, question)
      expect(before.totals).toMatchObject({
        calls: 2501,
        costNanoUsd: String((2500 * 2501) / 2 + 5),
        fallbackCalls: 2500,
      })
      expect((await reader.access({ filters: [], from: 0, to: noon + dayMs })).notes.join()).toContain('update')
      const read = [before.read.calls]
      while (await writer.catchUp()) read.push((await ask(reader, question)).read.calls)
      const after = await ask(reader, question)
      expect({ ...after, read: undefined }).toEqual({ ...before, read: undefined })
      const rollupReads = read.filter((calls, index) => calls !== read[index - 1])
      expect(rollupReads).toEqual([2500, 1500, 500, 0])
      expect(
        await reader.decisions({ filters: [], from: 0, to: noon + dayMs, limit: 1, kind: 'fallback' }),
      ).toMatchObject({ data: [{ callId: 'old-2500' }] })
      const access = await reader.access({ filters: [], from: 0, to: noon + dayMs })
      expect(access.notes.join()).not.toContain('update')
      expect(await writer.catchUp()).toBe(false)
    })

    it('count a call once that has the place of an older one, when all of these are gone', async () => {
      await keep(await bed.writer(), [call('old-1'), call('old-2'), call('old-3')])
      await bed.store().run('DELETE FROM calls; DELETE FROM rollups; INSERT INTO rollup_backfill VALUES (0, 3)')
      const writer = await bed.writer()
      await keep(writer, [call('new')])
      const reader = await bed.reader()
      const count = async () =>
        (await ask(reader, { from: '0', to: String(noon + dayMs), measures: 'calls' })).totals['calls']
      expect(await count()).toBe(1)
      while (await writer.catchUp());
      expect(await count()).toBe(1)
    })

    it('of end users without number stay exact, and make no sums without number', async () => {
      const writer = await bed.writer()
      const many = Array.from({ length: 5500 }, (_, index) =>
        call(`call-${index}`, { user: `user-${index}`, model: `model-${index}`, costNanoUsd: 1 }),
      )
      await keep(writer, many.slice(0, 2600))
      await keep(writer, many.slice(2600))
      const reader = await bed.reader()
      const range = { from: String(noon - 12 * 3_600_000), to: String(noon + 12 * 3_600_000) }
      expect(await ask(reader, { ...range, by: 'user', limit: '1' })).toMatchObject({
        groups: 5500,
        read: { rollups: 0 },
      })
      expect(await ask(reader, { ...range, by: 'model', limit: '1' })).toMatchObject({
        groups: 5500,
        read: { rollups: 0 },
      })
      const totals = await ask(reader, { ...range, by: 'status', measures: 'calls,costNanoUsd' })
      expect(totals).toMatchObject({ totals: { calls: 5500, costNanoUsd: '5500' }, read: { calls: 0, rollups: 2001 } })
      // Another day is not slow because of that one, nor another workspace.
      await keep(writer, [
        call('later', { user: 'one', startedAt: noon + dayMs }),
        call('elsewhere', { user: 'one', workspace: 'b' }),
      ])
      const later = { from: String(noon + dayMs / 2), to: String(noon + 1.5 * dayMs) }
      expect(await ask(reader, { ...later, by: 'user' })).toMatchObject({ groups: 1, read: { calls: 0 } })
      expect(await ask(reader, { ...range, by: 'user', workspace: 'b' })).toMatchObject({
        groups: 1,
        read: { calls: 0 },
      })
    })

    it('go on when a provider reports what no integer holds, and stay at the largest', async () => {
      const writer = await bed.writer()
      const nonsense = { usage: { inputTokens: Number.MAX_SAFE_INTEGER }, costNanoUsd: Number.MAX_SAFE_INTEGER }
      for (let batch = 0; batch < 3; batch++) {
        await keep(
          writer,
          Array.from({ length: 500 }, (_, index) => call(`call-${batch}-${index}`, nonsense)),
        )
      }
      const reader = await bed.reader()
      const question = { from: '0', to: String(noon + dayMs / 2), measures: 'calls,costNanoUsd,inputTokens' }
      expect(await ask(reader, question)).toMatchObject({
        totals: { calls: 1500, costNanoUsd: String(2n ** 63n - 1n), inputTokens: 2 ** 63 },
        read: { calls: 0 },
      })
    })

    it('of a batch that was rolled back are counted once when it comes again', async () => {
      const writer = await bed.writer()
      const batch = [call('a', { model: 'x' }), call('b', { model: 'y' })]
      await expect(
        writer.store(({ keep: take }) => {
          for (const record of batch) take({ record, inputTruncated: false, outputTruncated: false })
          throw new Error('torn')
        }),
      ).rejects.toThrow('torn')
      await keep(writer, batch)
      const reader = await bed.reader()
      const question = { from: '0', to: String(noon + dayMs / 2), measures: 'calls', by: 'model' }
      expect(await ask(reader, question)).toMatchObject({ totals: { calls: 2 }, groups: 2, read: { calls: 0 } })
    })

    it('by days of a time zone begin at its midnight, and name the days without calls', async () => {
      const writer = await bed.writer()
      // 25 October 2026 has 25 hours in Berlin.
      const at = (time: string): number => Date.parse(time)
      await keep(writer, [
        call('before', { startedAt: at('2026-10-24T21:59:59.999Z') }),
        call('first', { startedAt: at('2026-10-24T22:00:00Z') }),
        call('last', { startedAt: at('2026-10-25T22:59:59.999Z') }),
        call('after', { startedAt: at('2026-10-25T23:00:00Z') }),
      ])
      const reader = await bed.reader()
      const answer = await ask(reader, {
        from: '2026-10-23T22:00Z',
        to: '2026-10-27T23:00Z',
        measures: 'calls',
        interval: 'day',
        timeZone: 'Europe/Berlin',
      })
      expect(answer.data).toHaveLength(1)
      expect(answer.data[0]?.series?.map(({ start, values }) => [start, values['calls']])).toEqual([
        ['2026-10-23T22:00:00.000Z', 1],
        ['2026-10-24T22:00:00.000Z', 2],
        ['2026-10-25T23:00:00.000Z', 1],
        ['2026-10-26T23:00:00.000Z', 0],
      ])
      expect(answer.read.calls).toBe(0)
    })

    it('that are too large are refused before they are read', async () => {
      await bed.writer()
      const reader = await bed.reader()
      await expect(ask(reader, { from: '0', to: String(noon), interval: 'hour' })).rejects.toThrow(
        expect.objectContaining({ code: 'range_too_large' }),
      )
    })
  })
}

function checkValues(calls: readonly CallSummary[], values: Readonly<Record<string, unknown>>): void {
  for (const [name, tell] of Object.entries(told)) {
    const wanted = tell(calls)
    expect([name, values[name]]).toEqual([name, typeof wanted === 'bigint' ? String(wanted) : wanted])
  }
  const times = calls.map(({ durationMs }) => Math.round(durationMs * 1000)).sort((a, b) => a - b)
  const median = times[Math.ceil(times.length / 2) - 1]
  if (median === undefined) expect(values['durationP50Ms']).toBeNull()
  else expect(Math.abs(Number(values['durationP50Ms']) * 1000 - median)).toBeLessThanOrEqual(median * 0.032 + 1e-6)
}
