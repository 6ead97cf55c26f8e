import { describe, expect, it } from 'vitest'
import type { CallQuery, CallReader } from '../../src/core/record/call-store.ts'
import { type CallStoreEngine, call, dayMs, keep, noon, useStore } from './engine.ts'

/** Lists, searches and single calls. */
export function readingSuite(engine: CallStoreEngine): void {
  describe('lists of calls', () => {
    const bed = useStore(engine)
    /** By pages of this size; each must be there once. */
    const all = async (reader: CallReader, query: CallQuery): Promise<string[]> => {
      const ids: string[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await reader.listCalls({ ...query, ...(cursor === undefined ? {} : { cursor }) })
        ids.push(...page.data.map(({ id }) => id))
        cursor = page.nextCursor
      }
      return ids
    }
    const idOf = (index: number): string => `call-${String(index).padStart(3, '0')}`

    it('have each call once, newest first, over months and within a millisecond, by whatever is asked for', async () => {
      const writer = await bed.writer()
      const calls = Array.from({ length: 300 }, (_, index) =>
        call(idOf(index), {
          // Ten at a time have the same; in all it is two months.
          startedAt: noon + Math.floor(index / 10) * 2 * dayMs,
          workspace: index % 2 === 0 ? 'default' : 'other',
          key: `key-${index % 3}`,
          user: `user-${index % 5}`,
          provider: `provider-${index % 4}`,
          account: `account-${index % 4}`,
          model: `model-${index % 3}`,
          requestedModel: index % 7 === 0 ? 'fast' : `model-${index % 2}`,
          status: index % 6 === 0 ? 500 : index % 11 === 0 ? 404 : 200,
          traceId: `trace-${index % 30}`,
          sessionId: `session-${index % 20}`,
          ...(index % 6 === 0 ? { errorCode: 'upstream_error' } : {}),
          metadata: {
            team: `team-${index % 3}`,
            tier: `tier-${index % 2}`,
            agent: `agent-${index % 5}`,
            ...(index % 2 === 0 ? { tags: `all, some-${index % 8}` } : {}),
          },
        }),
      )
      await keep(writer, calls.slice(0, 120))
      await keep(writer, calls.slice(120))
      const reader = await bed.reader()
      const meant: readonly (readonly [CallQuery, (index: number) => boolean])[] = [
        [{}, () => true],
        [{ workspace: 'other' }, (index) => index % 2 === 1],
        [{ workspace: 'other', key: 'key-1' }, (index) => index % 2 === 1 && index % 3 === 1],
        [{ user: 'user-2', status: 'ok' }, (index) => index % 5 === 2 && index % 6 !== 0 && index % 11 !== 0],
        [{ status: '5xx' }, (index) => index % 6 === 0],
        [{ status: '404', provider: 'provider-3' }, (index) => index % 6 !== 0 && index % 11 === 0 && index % 4 === 3],
        [{ model: 'fast' }, (index) => index % 7 === 0],
        [{ model: 'model-1' }, (index) => index % 3 === 1 || (index % 7 !== 0 && index % 2 === 1)],
        [{ account: 'account-1' }, (index) => index % 4 === 1],
        [{ session: 'session-3' }, (index) => index % 20 === 3],
        [{ trace: 'trace-4' }, (index) => index % 30 === 4],
        [{ metadata: { team: 'team-2' } }, (index) => index % 3 === 2],
        [{ metadata: { team: 'team-2', tier: 'tier-1' }, model: 'model-2' }, (index) => index % 6 === 5],
        [
          { from: noon + 10 * dayMs, to: noon + 40 * dayMs },
          (index) => Math.floor(index / 10) >= 5 && Math.floor(index / 10) < 20,
        ],
        [{ user: 'nobody' }, () => false],
        [{ tag: 'some-4' }, (index) => index % 8 === 4],
        [{ tag: 'all', agent: 'agent-1', model: 'model-1' }, (index) => index % 10 === 6 && index % 3 === 1],
        [{ tag: 'all, some-4' }, () => false],
        [{ agent: 'agent-3', workspace: 'other' }, (index) => index % 10 === 3],
        [{ errorCode: 'upstream_error', account: 'account-2' }, (index) => index % 12 === 6],
        [{ errorCode: 'rate_limited' }, () => false],
      ]
      const times = new Map(calls.map(({ id, startedAt }) => [id, startedAt]))
      for (const [query, isMeant] of meant) {
        const wanted = calls.flatMap(({ id }, index) => (isMeant(index) ? [id] : []))
        for (const limit of [7, 200]) {
          const ids = await all(reader, { ...query, limit })
          expect([query, [...ids].sort()]).toEqual([query, wanted])
          const order = ids.map((id) => times.get(id) ?? 0)
          expect(order).toEqual([...order].sort((a, b) => b - a))
        }
      }
      const sessions = await reader.sessions({ limit: 3, workspace: 'default' })
      expect(sessions.data).toMatchObject([{ calls: 15 }, { calls: 15 }, { calls: 15, traces: 3 }])
      expect(sessions.data.map(({ id }) => id)).toEqual(['session-18', 'session-16', 'session-14'])
      expect(sessions.nextCursor).not.toBeNull()
    })

    it('are searched in what was asked and answered, in any case and however it is written in JSON', async () => {
      const writer = await bed.writer()
      await keep(
        writer,
        Array.from({ length: 150 }, (_, index) => ({
          record: call(idOf(index), {
            startedAt: noon + index,
            ...(index === 77 ? { errorMessage: 'Upstream sulks' } : {}),
          }),
          input: index % 50 === 0 ? '{"text":"The Needle, 100% sharp"}' : '{"text":"hay"}',
          output: index === 33 ? '{"choices":[{"text":"gr\\u00fc\\u00df dich"}]}' : '{"choices":[]}',
        })),
      )
      const reader = await bed.reader()
      expect(await all(reader, { q: 'needle', limit: 2 })).toEqual([100, 50, 0].map(idOf))
      expect(await all(reader, { q: '100% sharp' })).toHaveLength(3)
      expect(await all(reader, { q: '100_ sharp' })).toEqual([])
      expect(await all(reader, { q: 'grüß' })).toEqual([idOf(33)])
      expect(await all(reader, { q: 'SULKS' })).toEqual([idOf(77)])
      expect(await all(reader, { q: 'needle', from: noon + 60 })).toEqual([idOf(100)])
    })

    it('keep a call that comes again as it was, with whatever time it comes', async () => {
      const writer = await bed.writer()
      const first = { record: call('a', { model: 'first' }), input: '1', output: '2' }
      expect(await keep(writer, [first, call('b'), first])).toBe(2)
      expect(await keep(writer, [call('a', { model: 'second', startedAt: noon + 90 * dayMs }), call('c')])).toBe(1)
      const reader = await bed.reader()
      expect((await reader.listCalls({})).data).toHaveLength(3)
      expect(await reader.getCall('a')).toMatchObject({ model: 'first', input: 1 })
      expect(await reader.getCall('nothing')).toBeUndefined()
    })

    it('say whether a workspace has a call, or one of a trace', async () => {
      const writer = await bed.writer()
      await keep(writer, [call('mine', { workspace: 'w', traceId: 'of-mine' }), call('theirs', { workspace: 'v' })])
      const reader = await bed.reader()
      const has = (workspace: string, kind: 'call' | 'trace', id: string) => reader.hasCall({ workspace, kind, id })
      expect(await Promise.all([has('w', 'call', 'mine'), has('w', 'trace', 'of-mine')])).toEqual([true, true])
      const others = [has('v', 'call', 'mine'), has('v', 'trace', 'of-mine'), has('w', 'call', 'theirs')]
      expect(await Promise.all([...others, has('w', 'trace', 'mine')])).toEqual([false, false, false, false])
    })

    it('hold whatever a client, a provider or another version writes, and find it again', async () => {
      const writer = await bed.writer()
      // Each is more than a page of an index holds, a letter that a database may refuse, or half of a letter.
      const long = 'ab\u{1f600}c'.repeat(4000)
      const names = [long, `${long}x`, 'nul\u0000here', '\ud800 half', 'quote \' " \\ {}, NULL', '']
      for (const [index, name] of names.entries()) {
        const record = call(`call-${index}`, {
          user: name,
          key: name,
          model: name,
          requestedModel: name,
          traceId: name,
          sessionId: name,
          errorMessage: name,
          agent: name,
          route: name,
          metadata: { [name]: name, team: name },
        })
        expect(await keep(writer, [{ record, input: name, output: JSON.stringify({ raw: name }) }])).toBe(1)
      }
      const reader = await bed.reader()
      for (const [index, name] of names.entries()) {
        const found = [{ id: `call-${index}` }]
        if (name.includes('\ud800 ')) continue
        expect((await reader.listCalls({ user: name })).data).toMatchObject(found)
        expect((await reader.listCalls({ trace: name })).data).toMatchObject(found)
        expect((await reader.listCalls({ model: name })).data).toMatchObject(found)
        expect((await reader.listCalls({ metadata: { team: name } })).data).toMatchObject(found)
        expect((await reader.listCalls({ metadata: { [name]: name } })).data).toMatchObject(found)
      }
      expect(await reader.getCall('call-0')).toMatchObject({ input: long, output: { raw: long }, errorMessage: long })
      expect(await reader.getCall('call-4')).toMatchObject({ user: names[4], key: names[4], input: names[4] })
      expect((await reader.listCalls({ user: "' OR 1=1 --" })).data).toEqual([])
      const range = { from: 0, to: noon + dayMs, filters: [] }
      expect((await reader.access(range)).from).toBe(new Date(0).toISOString())
    })

    it('of positions in the spool are kept with the calls, or not at all', async () => {
      const writer = await bed.writer()
      const store = (id: string, positions: Record<string, number>): Promise<number> =>
        writer.store(({ keep: take }) => {
          take({ record: call(id), inputTruncated: false, outputTruncated: false })
          return new Map(Object.entries(positions))
        })
      await store('a', { one: 10, two: 20 })
      await store('b', { one: 30 })
      expect(new Map(await writer.positions())).toEqual(
        new Map([
          ['one', 30],
          ['two', 20],
        ]),
      )
      await writer.forget(['one', 'unknown'])
      await expect(
        writer.store(() => {
          throw new Error('torn')
        }),
      ).rejects.toThrow('torn')
      expect(new Map(await writer.positions())).toEqual(new Map([['two', 20]]))
      await writer.close()
      expect(new Map(await (await bed.writer()).positions())).toEqual(new Map([['two', 20]]))
    })
  })
}
