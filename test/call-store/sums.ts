import { beforeEach, describe, expect, it } from 'vitest'
import type { CallWriter } from '../../src/core/record/call-store.ts'
import { ask } from './analytics.ts'
import { type CallStoreEngine, call, dayMs, keep, noon, useStore } from './engine.ts'

/** Sums by end user, when persons are forgotten and calls grow old. */
export function sumsSuite(engine: CallStoreEngine): void {
  describe('sums by end user', () => {
    const bed = useStore(engine)
    let writer: CallWriter
    beforeEach(async () => {
      writer = await bed.writer()
      await keep(writer, [
        call('a', { user: 'u-1', key: 'k' }),
        call('b', { user: 'u-1', key: 'other', startedAt: noon + dayMs }),
        call('c', { user: 'u-2', key: 'k' }),
        call('d', { key: 'k' }),
        call('e', { user: 'u-1', key: 'k', workspace: 'other' }),
      ])
    })

    async function byUser(workspace: string) {
      const reader = await bed.reader()
      const range = { from: String(noon - 0.5 * dayMs), to: String(noon + 1.5 * dayMs) }
      const { data, read } = await ask(reader, { ...range, measures: 'calls', by: 'user', workspace })
      return { counts: Object.fromEntries(data.map(({ group, values }) => [group['user'], values['calls']])), read }
    }
    const namesLeft = async (): Promise<readonly unknown[]> => {
      const rows = await bed.store().all('SELECT tuple, "user" FROM rollup_sets')
      return rows.filter((row) => JSON.stringify(row).includes('u-1'))
    }
    const expire = async (before: number): Promise<void> => {
      const rules = { usual: {}, workspaces: { default: { callsMs: 1000 } }, holds: [] }
      const steps = writer.expire(rules, before + 1000)
      while ((await steps.next()).done !== true);
    }

    it('lose the name of one who is forgotten, in that workspace, and count the same calls', async () => {
      expect((await byUser('default')).counts).toEqual({ 'u-1': 2, 'u-2': 1, null: 1 })
      await writer.erase({ workspace: 'default', user: 'u-1' }, [])
      expect(await byUser('default')).toEqual({
        counts: { 'u-2': 1, null: 3 },
        read: { calls: 0, rollups: expect.any(Number) },
      })
      expect((await byUser('other')).counts).toEqual({ 'u-1': 1 })
      await writer.erase({ workspace: 'other', user: 'u-1' }, [])
      expect(await namesLeft()).toEqual([])
      // One of this name that comes later is counted by it.
      await keep(writer, [call('f', { user: 'u-1', workspace: 'other' })])
      expect((await byUser('other')).counts).toEqual({ null: 1, 'u-1': 1 })
    })

    it('of one whose calls are partly held are told from the calls', async () => {
      const hold = { id: 'h', workspace: 'default', user: 'u-1', key: 'other', reason: 'court', placedAt: 0 }
      expect(await writer.erase({ workspace: 'default', user: 'u-1' }, [hold])).toMatchObject({ ids: ['a'], held: 1 })
      expect(await byUser('default')).toEqual({
        counts: { 'u-1': 1, 'u-2': 1, null: 2 },
        read: { calls: 4, rollups: 0 },
      })
    })

    it('go with the calls when these are too old, and others stay', async () => {
      await expire(noon + 0.5 * dayMs)
      expect((await byUser('default')).counts).toEqual({ 'u-1': 1 })
      await expire(noon + 1.5 * dayMs)
      expect((await byUser('default')).counts).toEqual({})
      expect(await namesLeft()).toEqual([expect.objectContaining({ tuple: expect.stringContaining('other') })])
      expect((await byUser('other')).counts).toEqual({ 'u-1': 1 })
      const range = { from: '0', to: String(noon + 1.5 * dayMs) }
      const { totals } = await ask(await bed.reader(), { ...range, measures: 'calls', by: 'key' })
      expect(totals).toEqual({ calls: 5 })
    })
  })
}
