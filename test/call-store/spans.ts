import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallWriter } from '../../src/core/record/call-store.ts'
import type { RetentionRules } from '../../src/core/record/retention.ts'
import { maxSpans, type ReceivedSpan, type Span } from '../../src/core/record/span.ts'
import { type CallStoreEngine, call, dayMs, keep, noon, useStore } from './engine.ts'

const traceId = (number: number): string => number.toString(16).padStart(32, 'a')

function received(spanId: string, given: Partial<Span> = {}, origin: Partial<ReceivedSpan> = {}): ReceivedSpan {
  return {
    workspace: 'default',
    key: 'k',
    receivedAt: noon,
    ...origin,
    span: {
      traceId: traceId(1),
      spanId: spanId.padStart(16, '0'),
      name: 'step',
      kind: 'internal',
      startedAt: noon,
      durationMs: 1.5,
      isError: false,
      attributes: {},
      events: [],
      dropped: 0,
      ...given,
    },
  }
}

const said = { attributes: { 'gen_ai.input.messages': 'the secret' } }

/** Spans beside calls: kept once, shown by trace, gone as calls go. */
export function spansSuite(engine: CallStoreEngine): void {
  describe('spans', () => {
    const bed = useStore(engine)
    const add = (writer: CallWriter, spans: readonly ReceivedSpan[]): Promise<number> =>
      writer.store(({ keepSpan }) => {
        for (const one of spans) keepSpan(one)
        return new Map()
      })
    const ids = async (trace: number, workspace?: string): Promise<string[]> => {
      const query = { traceIds: [traceId(trace)], ...(workspace === undefined ? {} : { workspace }) }
      const { data } = await (await bed.reader()).spans(query)
      return data.map((span) => `${span.workspace} ${span.id.replace(/^0+/, '')}`)
    }
    const expire = async (writer: CallWriter, rules: Partial<RetentionRules>, now: number) => {
      const steps = writer.expire({ usual: {}, workspaces: {}, holds: [], ...rules }, now)
      const sum = { calls: 0, bodies: 0, spans: 0 }
      for (let step = await steps.next(); step.done !== true; step = await steps.next()) {
        sum.calls += step.value.calls
        sum.bodies += step.value.bodies
        sum.spans += step.value.spans
      }
      return sum
    }
    const contents = async (): Promise<number> => {
      const [row] = await bed.store().all('SELECT count(*) AS n FROM spans WHERE content IS NOT NULL')
      return Number(row?.['n'])
    }

    it('are found by name, attribute, trace and time, the last first, page by page', async () => {
      const writer = await bed.writer()
      await add(writer, [
        received('1', { name: 'Plan 100%', startedAt: noon, attributes: { 'tool.name': 'weather' }, content: said }),
        received('2', { name: 'plan_b', startedAt: noon + 1, traceId: traceId(2), isError: true, service: 'agent' }),
        received('3', { name: 'act', startedAt: noon + 2, attributes: { city: 'Z\u00fcrich "7"' } }),
        received('4', { name: 'plan c', startedAt: noon + 3 }, { workspace: 'other' }),
      ])
      const reader = await bed.reader()
      const found = async (search: Parameters<typeof reader.searchSpans>[0]): Promise<string> =>
        (await reader.searchSpans(search)).data.map(({ id }) => id.replace(/^0+/, '')).join('')
      expect(await found({})).toBe('4321')
      expect(await found({ name: 'PLAN' })).toBe('421')
      expect(await found({ name: 'plan', workspace: 'default' })).toBe('21')
      expect([await found({ name: '0%' }), await found({ name: '%' }), await found({ name: 'n_b' })]).toEqual([
        '1',
        '1',
        '2',
      ])
      expect(await found({ q: 'z\u00fcrich "7"' }), 'an escaped text').toMatch(/^3?$/)
      expect([await found({ q: 'Weather' }), await found({ q: 'rich' })]).toEqual(['1', '3'])
      expect([await found({ q: 'the secret' }), await found({ q: 'the secret', mayReadContent: true })]).toEqual([
        '',
        '1',
      ])
      expect([await found({ trace: traceId(2) }), await found({ service: 'agent' })]).toEqual(['2', '2'])
      expect([await found({ isError: true }), await found({ isError: false, workspace: 'default' })]).toEqual([
        '2',
        '31',
      ])
      expect(await found({ from: noon + 1, to: noon + 3 })).toBe('32')
      const first = await reader.searchSpans({ name: 'plan', limit: 2 })
      expect(first.data).toHaveLength(2)
      const cursor = first.nextCursor ?? ''
      expect(await found({ name: 'plan', limit: 2, cursor })).toBe('1')
      await expect(reader.searchSpans({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_request' })
      expect(first.data[0]).not.toHaveProperty('content')
    })

    it('are shown as they came, by the time of their start, without what was said', async () => {
      const writer = await bed.writer()
      const whole: Partial<Span> = {
        parentId: 'b'.repeat(16),
        name: 'a"b\'c \u{1f600}\0',
        kind: 'client',
        isError: true,
        user: 'anna',
        service: 'agent',
        scope: 'lib',
        operation: 'chat',
        model: 'm-1',
        inputTokens: 7,
        outputTokens: 9,
        attributes: { 'error.type': 'timeout', retries: 2 },
        events: [{ name: 'retry', at: noon, attributes: { number: 1 } }],
        content: said,
        dropped: 3,
      }
      await add(writer, [received('2', { startedAt: noon + 5 }), received('1', whole)])
      const { data, isWhole } = await (await bed.reader()).spans({ traceIds: [traceId(1)], workspace: 'default' })
      expect(isWhole).toBe(true)
      expect(data.map(({ id }) => Number(id))).toEqual([1, 2])
      const { content: _, parentId, ...shown } = whole
      expect(data[0]).toEqual({
        ...shown,
        name: expect.stringMatching(/^a"b'c \u{1f600}(?:\0|\ufffd)$/u),
        id: '1'.padStart(16, '0'),
        traceId: traceId(1),
        parentId,
        workspace: 'default',
        key: 'k',
        startedAt: new Date(noon).toISOString(),
        durationMs: 1.5,
        hasContent: true,
      })
      expect(data[1]).toMatchObject({ parentId: null, user: null, model: null, inputTokens: null, hasContent: false })
      expect(JSON.stringify(data)).not.toContain('the secret')
    })

    it('of whatever letters and figures a program may send are kept and shown', async () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('\0', "'; DROP TABLE spans; --", '\ud800', '\\', '{1,2}', 'NULL'),
      )
      const told = text.map((letters) => letters.toWellFormed())
      const attributes = fc.dictionary(
        told,
        fc.oneof(told, fc.double(), fc.boolean(), fc.array(told, { maxLength: 3 })),
      )
      const arbitrary = fc.record({
        name: told,
        startedAt: fc.nat({ max: 253_402_300_799_999 }),
        durationMs: fc.oneof(
          fc.constantFrom(0, 0.001, 9e12),
          fc.nat().map((us) => us / 1000),
        ),
        user: told,
        service: told,
        model: told,
        inputTokens: fc.nat({ max: 1e12 }),
        attributes,
        events: fc.array(fc.record({ name: told, at: fc.nat(), attributes }), { maxLength: 2 }),
        content: fc.record({ attributes, status: told }),
      })
      const writer = await bed.writer()
      const reader = await bed.reader()
      let trace = 100
      await fc.assert(
        fc.asyncProperty(arbitrary, async (made) => {
          const id = traceId(++trace)
          await add(writer, [received('1', { ...made, traceId: id })])
          const { data } = await reader.spans({ traceIds: [id] })
          const { startedAt, durationMs, inputTokens } = made
          const at = new Date(startedAt).toISOString()
          expect(data).toMatchObject([{ startedAt: at, durationMs, inputTokens, hasContent: true }])
          const [span] = data
          expect(span?.attributes).toEqual(JSON.parse(JSON.stringify(made.attributes)))
          expect(span?.name).toBe(made.name.includes('\0') ? span?.name : made.name)
          const details = await reader.getSpan({ traceId: id, id: '1'.padStart(16, '0'), workspace: 'default' })
          expect(details?.content).toEqual(JSON.parse(JSON.stringify(made.content)))
        }),
        { numRuns: engine.propertyRuns },
      )
    })

    it('that come again are kept once, and of each workspace by themselves', async () => {
      const writer = await bed.writer()
      const one = received('1', { name: 'first' })
      await add(writer, [one, one])
      await add(writer, [received('1', { name: 'second' }), received('1', { name: 'other' }, { workspace: 'b' })])
      const { data } = await (await bed.reader()).spans({ traceIds: [traceId(1)] })
      expect(data.map(({ name, workspace }) => [workspace, name]).sort()).toEqual([
        ['b', 'other'],
        ['default', 'first'],
      ])
      expect(await ids(1, 'b')).toEqual(['b 1'])
      expect(await ids(2)).toEqual([])
    })

    it('of a trace that has more than are shown are the first, and that is said', async () => {
      const writer = await bed.writer()
      const many = Array.from({ length: maxSpans + 1 }, (_, index) =>
        received(index.toString(16), { startedAt: noon + index }),
      )
      await add(writer, many)
      const { data, isWhole } = await (await bed.reader()).spans({ traceIds: [traceId(1)] })
      expect([data.length, isWhole, data.at(-1)?.startedAt]).toEqual([
        maxSpans,
        false,
        new Date(noon + maxSpans - 1).toISOString(),
      ])
    })

    it('go when they are as old as calls may become, by whichever clock is behind, and what was said before them', async () => {
      const writer = await bed.writer()
      const old = Array.from({ length: 1203 }, (_, index) =>
        received(index.toString(16), { startedAt: noon - 3 * dayMs + index, content: said }),
      )
      const ahead = received('1', { traceId: traceId(2), startedAt: noon + 9e9 }, { receivedAt: noon - 3 * dayMs })
      const late = received('2', { traceId: traceId(2), startedAt: 5 })
      const fresh = received('3', { traceId: traceId(3), content: said })
      const elsewhere = received('4', { traceId: traceId(4), startedAt: 5, content: said }, { workspace: 'b' })
      await add(writer, [...old, ahead, late, fresh, elsewhere])
      expect(await expire(writer, { workspaces: { default: { bodiesMs: dayMs } } }, noon)).toEqual({
        calls: 0,
        bodies: 1203,
        spans: 0,
      })
      expect(await contents()).toBe(2)
      expect(await expire(writer, { workspaces: { default: { callsMs: dayMs } } }, noon)).toEqual({
        calls: 0,
        bodies: 0,
        spans: 1205,
      })
      expect([await ids(1), await ids(2), await ids(3), await ids(4)]).toEqual([[], [], ['default 3'], ['b 4']])
    })

    it('of a trace in which anything is held stay', async () => {
      const writer = await bed.writer()
      const traceParent = { traceId: traceId(5), spanId: 'c'.repeat(16), isSampled: true }
      await keep(writer, [
        call('c', { traceId: traceId(2), user: 'held', startedAt: 7 }),
        call('d', { traceId: 'a name', traceParent, user: 'held', startedAt: 7 }),
      ])
      const startedAt = noon - 9 * dayMs
      const named = (trace: number, id: string, more: Partial<Span> = {}) =>
        received(id, { traceId: traceId(trace), startedAt, content: said, ...more })
      await add(writer, [
        named(1, '1'),
        named(2, '2'),
        named(3, '3', { user: 'held' }),
        named(3, '4'),
        named(4, '5'),
        named(5, '7'),
        { ...named(2, '6'), workspace: 'b' },
      ])
      const holds = [
        { id: 'h', workspace: 'default', user: 'held', reason: 'court', placedAt: 0 },
        { id: 'i', workspace: 'default', trace: traceId(4), reason: 'court', placedAt: 0 },
      ]
      expect(await expire(writer, { usual: { callsMs: dayMs }, holds }, noon)).toMatchObject({ spans: 2 })
      expect([await ids(1), await ids(2), await ids(3), await ids(4)]).toEqual([
        [],
        ['default 2'],
        ['default 3', 'default 4'],
        ['default 5'],
      ])
      expect(await ids(5)).toEqual(['default 7'])
      expect(await contents()).toBe(5)
      const subject = { workspace: 'default', user: 'held' }
      expect(await writer.erase(subject, holds)).toMatchObject({ spans: 0, held: 2, heldSpans: 2 })
      expect(await writer.erase(subject, [])).toMatchObject({ spans: 4, held: 0, heldSpans: 0 })
      expect([await ids(2), await ids(3), await ids(4)]).toEqual([[], [], ['default 5']])
    })

    it('go with a person: all of the traces that a call or a span of that person is in, and no others', async () => {
      const writer = await bed.writer()
      const traceParent = { traceId: traceId(3), spanId: 'c'.repeat(16), isSampled: true }
      await keep(writer, [
        call('a', { user: 'u', traceId: traceId(1) }),
        call('b', { user: 'u', traceId: 'a name', traceParent }),
        call('c', { user: 'other', traceId: traceId(4) }),
      ])
      const of = (trace: number, more: Partial<Span> = {}, origin = {}) =>
        received('1', { traceId: traceId(trace), content: said, ...more }, origin)
      await add(writer, [
        of(1),
        of(1, {}, { workspace: 'b' }),
        of(2, { user: 'u' }),
        of(2, { spanId: 'd'.repeat(16) }),
        of(3),
        of(4),
        of(5, { user: 'u' }, { workspace: 'b' }),
      ])
      const erased = await writer.erase({ workspace: 'default', user: 'u' }, [])
      expect(erased).toMatchObject({ spans: 4, held: 0, heldSpans: 0 })
      expect([await ids(1), await ids(2), await ids(3), await ids(4), await ids(5)]).toEqual([
        ['b 1'],
        [],
        [],
        ['default 1'],
        ['b 1'],
      ])
    })
  })
}
