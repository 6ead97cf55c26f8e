import { describe, expect, it } from 'vitest'
import type { CallWriter } from '../../src/core/record/call-store.ts'
import type { Feedback } from '../../src/core/record/feedback.ts'
import type { RetentionRules } from '../../src/core/record/retention.ts'
import { wasOf } from '../../src/core/spending/erased-names.ts'
import { type CallStoreEngine, call, dayMs, keep, noon, useStore } from './engine.ts'

const tables = ['calls', 'bodies', 'call_metadata', 'call_facts', 'feedback'] as const

/** How calls go: by age, and at the wish of a person. */
export function removalSuite(engine: CallStoreEngine): void {
  describe('what is taken away', () => {
    const bed = useStore(engine)
    const counts = async (): Promise<Readonly<Record<string, number>>> => {
      const found: Record<string, number> = {}
      for (const table of tables) {
        const [row] = await bed.store().all(`SELECT count(*) AS n FROM ${table}`)
        found[table] = Number(row?.['n'])
      }
      return found
    }
    const expire = async (writer: CallWriter, rules: Partial<RetentionRules>, now: number) => {
      const steps = writer.expire({ usual: {}, workspaces: {}, holds: [], ...rules }, now)
      const sum = { calls: 0, bodies: 0 }
      for (let step = await steps.next(); step.done !== true; step = await steps.next()) {
        sum.calls += step.value.calls
        sum.bodies += step.value.bodies
      }
      return sum
    }
    const attempt = { account: 'a', provider: 'p', model: 'm', durationMs: 1, status: 500 }
    /** With something in each table. */
    const whole = (id: string, record: Parameters<typeof call>[1] = {}) => ({
      record: call(id, {
        user: 'u',
        traceId: `trace-${id}`,
        metadata: { team: 'search', 'a"b': "it's", tags: 'one, two' },
        attempts: [attempt, attempt],
        ...record,
      }),
      input: `{"said":"${id}"}`,
      output: '{"choices":[]}',
    })
    const opinion = (id: string, about: Partial<Feedback>): Feedback => ({
      id,
      at: noon,
      workspace: 'default',
      key: 'k',
      value: 1,
      weight: 1,
      ...about,
    })
    const say = (writer: CallWriter, opinions: readonly Feedback[]): Promise<number> =>
      writer.store(({ note }) => {
        for (const one of opinions) note(one)
        return new Map()
      })

    it('of windows that are long over is what was used, and of those without an end it is not', async () => {
      const writer = await bed.writer()
      const budgetUses = [
        { counter: 'all-time', windowStart: 0, used: 1 },
        { counter: 'last-month', windowStart: noon - 40 * dayMs, used: 2 },
        { counter: 'long-ago', windowStart: noon - 63 * dayMs, used: 3 },
        ...[
          { counter: 'bucket', windowStart: noon - dayMs },
          { counter: 'full', windowStart: noon - 63 * dayMs },
        ].map((bucket) => ({ ...bucket, used: 6, refill: { amount: 10, periodMs: dayMs } })),
      ]
      await keep(writer, [call('a', { budgetUses }), call('b', { budgetUses })])
      expect(await expire(writer, {}, noon)).toEqual({ calls: 0, bodies: 0 })
      const uses = await (await bed.reader()).budgetUses(0)
      expect([...uses].sort((a, b) => a.counter.localeCompare(b.counter))).toEqual([
        { counter: 'all-time', windowStart: 0, used: 2, order: 2 },
        { counter: 'bucket', windowStart: noon - dayMs, used: 12, order: 0 },
        { counter: 'last-month', windowStart: noon - 40 * dayMs, used: 4, order: 2 },
      ])
    })

    it('nothing is of what is missing in a bucket, but for what flows in', async () => {
      const writer = await bed.writer()
      const refill = { amount: 8, periodMs: dayMs }
      const uses = (hours: number, used: number) => ({
        budgetUses: [{ counter: 'bucket', windowStart: noon + (hours * dayMs) / 24, used, refill }],
      })
      await keep(writer, [call('a', uses(0, 8)), call('b', uses(6, 1)), call('c', uses(5, 1))])
      const [half] = await (await bed.reader()).budgetUses(0)
      expect(half).toMatchObject({ windowStart: noon + dayMs / 4, used: 8 })
      await keep(writer, [call('d', uses(12, 0.5)), call('e', uses(48, 1.5))])
      const [last] = await (await bed.reader()).budgetUses(0)
      expect(last).toMatchObject({ windowStart: noon + 2 * dayMs, used: 1.5 })
    })

    it('is all of a call that is too old, whatever there is of it, and nothing of others', async () => {
      const writer = await bed.writer()
      const old = Array.from({ length: 450 }, (_, index) => whole(`old-${index}`, { startedAt: noon - dayMs + index }))
      await keep(writer, [...old, whole('new'), whole('elsewhere', { startedAt: 1000, workspace: 'other' })])
      await say(writer, [
        opinion('f-1', { call: 'old-3' }),
        opinion('f-2', { trace: 'trace-old-4' }),
        opinion('f-3', { call: 'new' }),
        opinion('f-4', { call: 'never-seen', at: 5 }),
      ])
      const rules = { workspaces: { default: { callsMs: dayMs / 2 } } }
      expect(await expire(writer, rules, noon)).toEqual({ calls: 450, bodies: 450 })
      // One decision and one earlier attempt for each call that is left, three labels and two tags.
      expect(await counts()).toEqual({ calls: 2, bodies: 2, call_metadata: 10, call_facts: 4, feedback: 1 })
      expect((await (await bed.reader()).listCalls({})).data.map(({ id }) => id)).toEqual(['new', 'elsewhere'])
      // What comes again from the spool is taken as new: the positions say that it does not.
      expect(await keep(writer, [whole('new')])).toBe(0)
    })

    it('are bodies alone where calls are kept longer, and nothing that is held', async () => {
      const writer = await bed.writer()
      await keep(writer, [
        whole('a', { startedAt: noon - dayMs }),
        whole('b', { startedAt: noon - dayMs, key: 'held' }),
        whole('c', { startedAt: noon - 3 * dayMs, key: 'held' }),
      ])
      const rules = {
        usual: { bodiesMs: 1000, callsMs: 2 * dayMs },
        holds: [{ id: 'h', workspace: 'default', key: 'held', reason: 'court', placedAt: 0 }],
      }
      expect(await expire(writer, rules, noon)).toEqual({ calls: 0, bodies: 1 })
      const reader = await bed.reader()
      expect(await reader.getCall('a')).toMatchObject({ input: null, metadata: { team: 'search' } })
      expect(await reader.getCall('c')).toMatchObject({ input: { said: 'c' } })
      expect(await expire(writer, { ...rules, holds: [] }, noon)).toEqual({ calls: 1, bodies: 2 })
    })

    it('of a person who is forgotten is who it was and what was said, in all of the calls', async () => {
      const writer = await bed.writer()
      const many = Array.from({ length: 230 }, (_, index) => whole(`mine-${index}`, { startedAt: noon + index }))
      await keep(writer, [
        ...many,
        whole('held', { key: 'held' }),
        whole('other', { user: 'other' }),
        whole('away', { workspace: 'b' }),
      ])
      await say(writer, [
        opinion('f-1', { call: 'mine-1', comment: 'about me' }),
        opinion('f-2', { call: 'other', user: 'u' }),
      ])
      const holds = [{ id: 'h', workspace: 'default', key: 'held', reason: 'court', placedAt: 0 }]
      const subject = { workspace: 'default', user: 'u' }
      const erased = await writer.erase(subject, holds)
      expect(erased).toMatchObject({ bodies: 230, held: 1 })
      expect([...erased.ids].sort()).toEqual(many.map(({ record }) => record.id).sort())
      const reader = await bed.reader()
      const call = await reader.getCall('mine-1')
      expect(call).toMatchObject({ user: null, traceId: null, metadata: {}, input: null, output: null, isErased: true })
      expect(call?.attempts).toHaveLength(2)
      expect(call?.feedback).toEqual([])
      expect((await reader.listCalls({ user: 'u' })).data.map(({ id }) => id).sort()).toEqual(['away', 'held'])
      expect((await reader.listCalls({ metadata: { team: 'search' }, limit: 200 })).data).toHaveLength(3)
      // What one said about calls that are held stays with them until they are free.
      expect((await reader.getCall('other'))?.feedback).toHaveLength(1)
      expect(await writer.erase(subject, [])).toMatchObject({ ids: ['held'], bodies: 1, held: 0 })
      expect((await reader.getCall('other'))?.feedback).toEqual([])
      expect(await writer.erase(subject, [])).toEqual({
        users: [],
        ids: [],
        bodies: 0,
        spans: 0,
        held: 0,
        heldSpans: 0,
      })
    })

    it('of a person in any writing, and out of the names of what was used, whose sums stay', async () => {
      const writer = await bed.writer()
      const used = (counter: string) => ({ counter, windowStart: 0, used: 1 })
      const refill = { amount: 9, periodMs: dayMs }
      const of = (id: string, user: string, name: string, workspace = 'default') =>
        whole(id, {
          user,
          workspace,
          budgetUses: [
            used('all'),
            used(JSON.stringify(['each', name])),
            { ...used(JSON.stringify(['bucket', name])), refill },
          ],
        })
      await keep(writer, [
        of('a', 'Zelda', 'zelda'),
        of('b', ' zelda\u200b', 'zelda'),
        of('c', 'zel', 'zel'),
        of('d', 'ZELDA', 'other', 'b'),
      ])
      const erased = await writer.erase({ workspace: 'default', user: 'zelda' }, [])
      expect(erased).toMatchObject({ users: [' zelda\u200b', 'Zelda'], bodies: 2 })
      expect([...erased.ids].sort()).toEqual(['a', 'b'])
      const reader = await bed.reader()
      expect((await reader.listCalls({ user: 'ZELDA' })).data.map(({ id }) => id)).toEqual(['d'])
      const uses = await reader.budgetUses(0)
      expect(uses.map((use) => use.used).sort()).toEqual([1, 1, 1, 1, 2, 2, 4])
      const nameless = uses.filter(({ counter }) => counter.includes('salt'))
      expect(nameless.map(({ used }) => used)).toEqual([2, 2])
      for (const { counter } of nameless) expect(wasOf(counter, ['zelda'])).toBe(true)
      expect(JSON.stringify(uses)).not.toContain('zelda')
    })
  })
}
