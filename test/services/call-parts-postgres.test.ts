/** One transaction of many calls goes to the server in parts, read while the server is at work. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openPostgresCallReader } from '../../src/catalog/stores/postgres/call-reader.ts'
import { openPostgresCallWriter } from '../../src/catalog/stores/postgres/call-writer.ts'
import type { CallReader, CallWriter, Keepers } from '../../src/core/record/call-store.ts'
import { ask } from '../call-store/analytics.ts'
import { call, dayMs, keep, noon } from '../call-store/engine.ts'
import { openTestSchema } from './postgres.ts'

let schema: Awaited<ReturnType<typeof openTestSchema>>
let writer: CallWriter
let reader: CallReader
beforeEach(async () => {
  schema = await openTestSchema()
  writer = await openPostgresCallWriter({ url: schema.url, writer: 'w', now: () => noon })
  reader = await openPostgresCallReader(schema.url)
})
afterEach(async () => {
  await writer.close()
  await reader.close()
  await schema.drop()
})
const count = async (table: string): Promise<number> =>
  Number((await schema.session.query(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.['n'])

/** Hands over `parts` times 500 calls, each part a month later, each with the first call of all once more. */
function handOver(parts: number, upset?: (part: number) => void) {
  let part = 0
  const take = ({ keep: give }: Keepers): ReadonlyMap<string, number> => {
    upset?.(part)
    const startedAt = noon + part * 40 * dayMs
    const ids = ['0-0', ...Array.from({ length: 500 }, (_, index) => `${part}-${index}`)]
    for (const id of ids)
      give({
        record: call(id, { startedAt, costNanoUsd: 3 }),
        input: '"hi"',
        inputTruncated: false,
        outputTruncated: false,
      })
    part++
    return new Map([
      ['segment', part],
      [`segment-${part}`, 1],
    ])
  }
  return { store: () => writer.store(take, () => part < parts), taken: () => part }
}

it('what is kept in parts is kept once, in months of any part, and added up with the positions behind all of it', async () => {
  const three = handOver(3)
  expect(await three.store()).toBe(1500)
  expect([await count('calls'), await count('bodies')]).toEqual([1500, 1500])
  const whole = { from: '0', to: String(noon + 400 * dayMs) }
  const { totals, read } = await ask(reader, { ...whole, measures: 'calls,costNanoUsd' })
  expect(totals).toEqual({ calls: 1500, costNanoUsd: '4500' })
  expect(read.calls).toBe(0)
  expect(Object.fromEntries(await writer.positions())).toEqual({
    segment: 3,
    'segment-1': 1,
    'segment-2': 1,
    'segment-3': 1,
  })
})

it('a transaction ends in time, however much there is', async () => {
  const many = handOver(50)
  await many.store()
  expect(many.taken()).toBeLessThan(10)
  expect(await count('calls')).toBe(many.taken() * 500)
})

it('a part that cannot be read takes those before it with it, and nothing comes behind the end', async () => {
  const torn = handOver(3, (part) => {
    if (part === 2) throw new Error('unreadable')
  })
  await expect(torn.store()).rejects.toThrow('unreadable')
  // A statement of the part before would stand outside any transaction.
  expect(await keep(writer, [call('after')])).toBe(1)
  expect([await count('calls'), await count('bodies'), await count('spool_positions')]).toEqual([1, 0, 0])
})

it('a statement that fails while the next part is read takes all with it', async () => {
  await schema.session.query(`ALTER TABLE bodies ADD CONSTRAINT no_more CHECK (started_at < ${noon + 50 * dayMs})`)
  await expect(handOver(4).store()).rejects.toThrow('The PostgreSQL of DATABASE_URL fails (23514)')
  expect([await count('calls'), await count('bodies'), await count('rollups')]).toEqual([0, 0, 0])
  await schema.session.query('ALTER TABLE bodies DROP CONSTRAINT no_more')
  expect(await handOver(4).store()).toBe(2000)
})
