import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postgresMigrations } from '../../src/catalog/stores/postgres/call-migrations.ts'
import { openPostgresCallReader } from '../../src/catalog/stores/postgres/call-reader.ts'
import { openPostgresCallWriter } from '../../src/catalog/stores/postgres/call-writer.ts'
import { migrations } from '../../src/catalog/stores/sqlite/call-migrations.ts'
import type { CallRecord } from '../../src/core/record/call-record.ts'
import { type CallWriter, StoreFault } from '../../src/core/record/call-store.ts'
import { ask } from '../call-store/analytics.ts'
import { call, dayMs, keep, noon } from '../call-store/engine.ts'
import { openTestSchema } from './postgres.ts'

let schema: Awaited<ReturnType<typeof openTestSchema>>
let toClose: { close(): Promise<void> }[]
beforeEach(async () => {
  schema = await openTestSchema()
  toClose = []
})
afterEach(async () => {
  for (const each of toClose) await each.close()
  await schema.drop()
})
const open = async (writer: string = randomUUID(), now = Date.now): Promise<CallWriter> => {
  const opened = await openPostgresCallWriter({ url: schema.url, writer, now })
  toClose.push(opened)
  return opened
}
const read = async () => {
  const reader = await openPostgresCallReader(schema.url)
  toClose.push(reader)
  return reader
}
const whole = { from: '0', to: String(noon + 400 * dayMs) }
const partitions = async (): Promise<readonly string[]> => {
  const { rows } = await schema.session.query(
    `SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = '${schema.name}.calls'::regclass ORDER BY relname`,
  )
  return rows.map((row) => String(row['relname']))
}

describe('the schema', () => {
  it('is after each step what SQLite has after the same one, but for what it says it has besides', async () => {
    const besides = [
      'bodies.started_at',
      'calls.attempt_count',
      'calls.saved_nano_usd',
      'calls.shadow',
      'erasures.erased_at',
      'erasures.holds',
      'erasures.salt',
      'erasures.subject',
      'erasures.workspace',
      'spool_positions.writer',
    ]
    expect(postgresMigrations).toHaveLength(migrations.length)
    const sqlite = new DatabaseSync(':memory:')
    for (const [index, migration] of postgresMigrations.entries()) {
      sqlite.exec(migrations[index] ?? '')
      await schema.session.query(migration)
      const there = sqlite
        .prepare(`SELECT t.name || '.' || c.name AS name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
          WHERE t.type = 'table'`)
        .all()
      const { rows } = await schema.session.query(
        `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = '${schema.name}'`,
      )
      const here = rows.map(({ name }) => String(name)).filter((name) => !besides.includes(name))
      expect(here.sort()).toEqual(there.map(({ name }) => String(name)).sort())
      const indexes = sqlite.prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`).all()
      const made = await schema.session.query(
        `SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${schema.name}'`,
      )
      expect(made.rows.map(({ name }) => name)).toEqual(expect.arrayContaining(indexes.map(({ name }) => name)))
    }
    sqlite.close()
  })

  it('is made once by gateways that start together, and one of a newer version is left alone', async () => {
    await Promise.all(Array.from({ length: 4 }, () => open()))
    const { rows } = await schema.session.query('SELECT step FROM call_migrations ORDER BY step')
    expect(rows.map(({ step }) => step)).toEqual(migrations.map((_, index) => index + 1))
    await schema.session.query('INSERT INTO call_migrations (step) VALUES (1000)')
    await expect(open()).rejects.toThrow('made by a newer version (1000)')
    await expect(read()).rejects.toThrow('made by a newer version (1000)')
  })
})

describe('several gateways on one database', () => {
  const names = ['red', 'green', 'blue', 'grey', 'pink']
  const record = fc.record({
    startedAt: fc.integer({ min: 0, max: 20 }).map((step) => noon + step * 3_600_000),
    key: fc.constantFrom(...names),
    user: fc.constantFrom(...names),
    model: fc.constantFrom(...names),
    costNanoUsd: fc.nat(1000),
  })

  it('keep all calls and add them up exactly, in whatever order each has them, without a deadlock', async () => {
    const writers = await Promise.all([open(), open(), open()])
    const budgetUses = names.flatMap((name) => [
      { counter: name, windowStart: 0, used: 1 },
      // In which nothing flows while they write.
      {
        counter: `${name} bucket`,
        windowStart: noon,
        used: 1,
        refill: { amount: 1, periodMs: Number.MAX_SAFE_INTEGER },
      },
    ])
    let id = 0
    let cost = 0
    const records = fc.sample(record, 900).map((one): CallRecord => {
      cost += one.costNanoUsd
      return call(`call-${id++}`, { ...one, budgetUses })
    })
    // Each in an order of its own: a deadlock is a fault, and a fault fails the test.
    await Promise.all(
      writers.map(async (writer, index) => {
        const mine = records.filter((_, place) => place % 3 === index)
        if (index === 1) mine.reverse()
        for (let place = 0; place < mine.length; place += 15) await keep(writer, mine.slice(place, place + 15))
      }),
    )
    const reader = await read()
    const { totals, read: looked } = await ask(reader, { ...whole, measures: 'calls,costNanoUsd', by: 'model' })
    expect(totals).toEqual({ calls: 900, costNanoUsd: String(cost) })
    expect(looked.calls).toBe(0)
    const uses = await reader.budgetUses(0)
    expect(uses.map(({ used }) => used)).toEqual(budgetUses.map(() => 900))
  })

  it('go on while one takes persons out and calls away, and no sum is lost with a set that another knew', async () => {
    const now = () => noon
    const [first, second] = await Promise.all([open('one', now), open('two', now)])
    await keep(first, [call('a', { user: 'anna' })])
    await keep(second, [call('b', { user: 'anna' })])
    await first.erase({ workspace: 'default', user: 'anna' }, [])
    await keep(second, [call('c', { user: 'anna' })])
    const reader = await read()
    const byUser = async () => {
      const { data } = await ask(reader, { from: '0', to: String(noon + dayMs / 2), measures: 'calls', by: 'user' })
      return Object.fromEntries(data.map(({ group, values }) => [group['user'], values['calls']]))
    }
    expect(await byUser()).toEqual({ null: 2, anna: 1 })
    const steps = first.expire({ usual: { callsMs: 1000 }, workspaces: {}, holds: [] }, noon + 5000)
    const batches = Array.from({ length: 10 }, (_, index) =>
      call(`later-${index}`, { user: 'anna', startedAt: noon + 4500 }),
    )
    await Promise.all([
      (async () => {
        while ((await steps.next()).done !== true);
      })(),
      (async () => {
        for (const one of batches) await keep(second, [one])
      })(),
    ])
    const { totals } = await ask(reader, { from: '0', to: String(noon + dayMs / 2), measures: 'calls', by: 'model' })
    expect(totals).toEqual({ calls: 13 })
    expect((await reader.listCalls({})).data).toHaveLength(10)
  })

  it('store without a person what was said before another took the person out, but for what is held', async () => {
    const erasedAt = noon + 1000
    const [first, second] = [await open('one', () => erasedAt), await open('two')]
    const traceId = 'c'.repeat(32)
    const said = { user: 'anna', errorMessage: 'of anna', metadata: { who: 'anna' }, sessionId: 'anna-1' }
    const record = { ...said, traceId, costNanoUsd: 7 }
    const bodies = { input: '"I am anna"', output: '"so you are"' }
    const hold = { id: 'h', workspace: 'default', key: 'held', reason: 'Case 7', placedAt: 1 }
    await first.erase({ workspace: 'default', user: 'anna' }, [hold])
    const kept = [
      { record: call('late', record), ...bodies },
      { record: call('held', { ...record, key: 'held' }), ...bodies },
      { record: call('elsewhere', { ...record, workspace: 'other' }), ...bodies },
      { record: call('bob', { ...record, user: 'bob' }), ...bodies },
      { record: call('new', { ...record, startedAt: erasedAt }), ...bodies },
    ]
    await keep(second, kept)
    const opinion = { at: noon, workspace: 'default', key: 'k', value: 1, weight: 1 }
    const span = {
      traceId,
      spanId: 'd'.repeat(16),
      name: 'step',
      kind: 'internal',
      startedAt: noon,
      durationMs: 1,
      isError: false,
      attributes: {},
      events: [],
      dropped: 0,
    } as const
    await second.store(({ note, keepSpan }) => {
      note({ ...opinion, id: 'of-anna', trace: 'other-trace', user: 'anna', comment: 'anna says' })
      note({ ...opinion, id: 'of-bob', call: 'bob', user: 'bob' })
      const origin = { workspace: 'default', key: 'k', receivedAt: noon }
      keepSpan({ ...origin, span: { ...span, user: 'anna' } })
      keepSpan({ ...origin, span: { ...span, spanId: 'e'.repeat(16), user: 'bob' } })
      return new Map()
    })
    const reader = await read()
    expect(await reader.getCall('late')).toMatchObject({
      isErased: true,
      user: null,
      traceId: null,
      sessionId: null,
      errorMessage: null,
      metadata: {},
      input: null,
      output: null,
      costUsd: 7e-9,
    })
    for (const id of ['held', 'elsewhere', 'bob', 'new'])
      expect(await reader.getCall(id)).toMatchObject({ isErased: false, input: 'I am anna' })
    const { data } = await ask(reader, { ...whole, measures: 'calls', by: 'user', workspace: 'default' })
    const byUser = Object.fromEntries(data.map(({ group, values }) => [group['user'], values['calls']]))
    expect(byUser).toEqual({ null: 1, anna: 2, bob: 1 })
    const rows = async (sql: string) => (await schema.session.query(sql)).rows
    expect(await rows('SELECT id FROM feedback')).toEqual([{ id: 'of-bob' }])
    expect(await rows('SELECT "user" FROM spans')).toEqual([{ user: 'bob' }])
    // The database remembers a person by nothing that tells who it was.
    expect(JSON.stringify(await rows('SELECT * FROM erasures'))).not.toContain('anna')
    const steps = first.expire({ usual: {}, workspaces: {}, holds: [] }, noon + 100 * dayMs)
    while ((await steps.next()).done !== true);
    expect(await rows('SELECT * FROM erasures')).toEqual([])
  })

  it('take in one data directory one at a time: what another has taken in is not taken twice', async () => {
    const [first, second] = [await open('one'), await open('one')]
    const store = (writer: CallWriter, id: string, position: number): Promise<number> =>
      writer.store(({ keep: take }) => {
        take({ record: call(id), inputTruncated: false, outputTruncated: false })
        return new Map([['segment', position]])
      })
    await first.positions()
    await second.positions()
    await store(first, 'a', 10)
    await expect(store(second, 'b', 10)).rejects.toThrow(StoreFault)
    // It reads again where the record is, as the one who takes in does after any fault.
    expect(await second.positions()).toEqual(new Map([['segment', 10]]))
    await store(second, 'b', 20)
    await expect(store(first, 'c', 20)).rejects.toThrow('Another gateway takes in this data directory')
    const other = await open('two')
    expect(await other.positions()).toEqual(new Map())
    await store(other, 'd', 5)
    expect((await (await read()).listCalls({})).data.map(({ id }) => id).sort()).toEqual(['a', 'b', 'd'])
  })
})

describe('months', () => {
  it('are made before they begin, made for calls of any time, and dropped when all of their calls are gone', async () => {
    const writer = await open('w', () => noon)
    await keep(writer, [
      call('now'),
      call('old', { startedAt: Date.UTC(2026, 5, 3) }),
      call('first', { startedAt: -5 }),
      call('last', { startedAt: Number.MAX_SAFE_INTEGER }),
    ])
    expect(await partitions()).toEqual([
      'calls_1970_01',
      'calls_2026_06',
      'calls_2026_10',
      'calls_2026_11',
      'calls_9999_12',
    ])
    const steps = writer.expire({ usual: { callsMs: 30 * dayMs }, workspaces: {}, holds: [] }, noon)
    while ((await steps.next()).done !== true);
    expect(await partitions()).toEqual(['calls_2026_10', 'calls_2026_11', 'calls_9999_12'])
    // One that is late is kept all the same.
    await keep(writer, [call('late', { startedAt: Date.UTC(2026, 5, 4) })])
    expect(await partitions()).toContain('calls_2026_06')
    expect((await (await read()).listCalls({})).data.map(({ id }) => id)).toEqual(['last', 'now', 'late'])
  })

  it('that another gateway dropped are made again', async () => {
    const [first, second] = [await open(), await open()]
    const old = { startedAt: Date.UTC(2026, 1, 3) }
    await keep(first, [call('a', old)])
    const steps = second.expire({ usual: { callsMs: 1000 }, workspaces: {}, holds: [] }, noon)
    while ((await steps.next()).done !== true);
    expect(await partitions()).not.toContain('calls_2026_02')
    // The first fault tells it that what it knows is no more.
    await expect(keep(first, [call('b', old)])).rejects.toThrow(StoreFault)
    expect(await keep(first, [call('b', old)])).toBe(1)
  })
})
