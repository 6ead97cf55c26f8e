import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeptReply } from '../../../core/model/kept-replies.ts'
import { openSqliteReplyStore, type ReplyStoreOptions } from './reply-store.ts'

const day = 24 * 3600 * 1000

let directory: string
let path: string
let now: number
let logged: string[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'replies-'))
  path = join(directory, 'replies.db')
  now = 1_700_000_000_000
  logged = []
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function open(options: Partial<ReplyStoreOptions> = {}) {
  return openSqliteReplyStore({
    path,
    maxBytes: 1 << 20,
    maxAgeMs: 30 * day,
    now: () => now,
    log: (message) => logged.push(message),
    ...options,
  })
}

function reply(id: string, text = 'x'): KeptReply {
  const turn = { input: [{ role: 'user', content: text }], reply: { id, output: [] } }
  return { id, workspace: 'w', createdAt: now, previous: 'before', turn }
}

/** As it comes back from the file. */
function read(id: string, text?: string) {
  return { ...reply(id, text), charactersRead: expect.any(Number) }
}

describe('replies for which there is no room', () => {
  it('are kept in memory, which is told, until there is', async () => {
    const told: (string | undefined)[] = []
    const store = open({ maxBytes: 1 << 15, tell: (sentence) => told.push(sentence) })
    store.keep(reply('large', 'x'.repeat(1 << 17)), false)
    await new Promise((resolve) => setImmediate(resolve))
    expect(told.at(-1)).toBe(
      'replies.db cannot grow: the disk is full; make room; replies are kept in memory until it can be written.',
    )
    store.keep(reply('small'), false)
    await new Promise((resolve) => setImmediate(resolve))
    expect(told.at(-1)).toBeUndefined()
    expect([store.find('small')?.id, store.find('before')]).toEqual(['small', undefined])
    store.close()
  })

  it('are written when there is room again, and not lost with the process', async () => {
    const other = new DatabaseSync(path)
    const store = open()
    other.exec('BEGIN EXCLUSIVE')
    for (const id of ['one', 'two']) store.keep(reply(id), false)
    await new Promise((resolve) => setImmediate(resolve))
    other.exec('ROLLBACK')
    other.close()
    store.keep(reply('three'), false)
    store.close()
    const next = open()
    expect(['one', 'two', 'three'].map((id) => next.find(id)?.id)).toEqual(['one', 'two', 'three'])
    next.close()
  })
})

describe('who made what a mark stands for', () => {
  const by = { target: 'first/gpt-5', workspace: 'w' }

  it('is known after a restart and to other processes, and forgotten when it is old', () => {
    const one = open()
    const other = open()
    one.made('mark', by, false)
    one.made('private', by, true)
    expect([one.makerOf('mark'), one.makerOf('private'), one.makerOf('none')]).toEqual([
      by.target,
      by.target,
      undefined,
    ])
    one.close()
    expect([other.makerOf('mark'), other.makerOf('private')]).toEqual([by.target, undefined])
    now += 31 * day
    expect(other.makerOf('mark')).toBeUndefined()
    other.close()
  })

  it('is no reply, and no reply is taken for it', () => {
    const store = open()
    store.made('mark', by, false)
    store.keep({ id: 'reasoning mark', workspace: 'w', createdAt: now, account: 'forged/x' }, false)
    expect([store.makerOf('mark'), store.find('reasoning mark')]).toEqual([by.target, undefined])
    store.close()
  })
})

describe('kept replies', () => {
  it('are found at once, by another process, and after a restart', async () => {
    const store = open()
    const held: KeptReply = { id: 'held', workspace: 'w', createdAt: now, account: 'openai-main' }
    store.keep(reply('a'), false)
    store.keep(held, false)
    expect(store.find('a')).toEqual(reply('a'))
    await new Promise((resolve) => setImmediate(resolve))
    const other = open()
    expect([other.find('a'), other.find('held')]).toEqual([read('a'), held])
    other.forget('held')
    expect(store.find('held')).toBeUndefined()
    other.close()
    store.keep(reply('at the end'), false)
    store.close()
    const again = open()
    expect([again.find('a'), again.find('at the end'), again.find('b')]).toEqual([
      read('a'),
      read('at the end'),
      undefined,
    ])
    again.close()
    expect(logged).toEqual([])
  })

  it('stay with the workspace that had them first, whatever ids a provider gives', async () => {
    const store = open()
    const flushed = () => new Promise((resolve) => setImmediate(resolve))
    store.keep(reply('a', 'mine'), false)
    await flushed()
    store.keep({ ...reply('a', 'theirs'), workspace: 'other' }, false)
    await flushed()
    expect(store.find('a')).toEqual(read('a', 'mine'))
    store.keep(reply('a', 'mine again'), false)
    await flushed()
    expect(store.find('a')).toEqual(read('a', 'mine again'))
    store.close()
    expect(logged).toEqual([])
  })

  it('that are private are in memory only', () => {
    const store = open()
    store.keep(reply('a', 'a-secret-of-the-quiet'), true)
    expect(store.find('a')).toEqual(reply('a', 'a-secret-of-the-quiet'))
    store.close()
    expect(readFileSync(path, 'latin1')).not.toContain('a-secret-of-the-quiet')
    const again = open()
    expect(again.find('a')).toBeUndefined()
    again.close()
  })

  it('end with their age', () => {
    const store = open()
    store.keep(reply('old'), false)
    store.close()
    now += 30 * day + 1
    const again = open()
    expect(again.find('old')).toBeUndefined()
    again.close()
  })

  it('push out their own workspace’s, and none of another', async () => {
    const store = open({ maxBytes: 1 << 20 })
    store.keep({ ...reply('others'), workspace: 'other' }, false)
    for (let index = 0; index < 300; index++) {
      now++
      store.keep(reply(`r${index}`, 'y'.repeat(10_000)), false)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect([store.find('others')?.id, store.find('r0'), store.find('r299')?.id]).toEqual(['others', undefined, 'r299'])
    store.close()
  })

  it('take no more room than they may, and the oldest go first', () => {
    const maxBytes = 1 << 20
    for (let round = 0; round < 40; round++) {
      const store = open({ maxBytes })
      for (let index = 0; index < 10; index++) {
        now += 1
        store.keep(reply(`${round}-${index}`, 'y'.repeat(10_000)), false)
      }
      store.close()
    }
    expect(statSync(path).size).toBeLessThan(2 * maxBytes)
    const store = open({ maxBytes })
    expect(store.find('0-0')).toBeUndefined()
    expect(store.find('39-9')).toEqual(read('39-9', 'y'.repeat(10_000)))
    store.close()
    expect(logged).toEqual([])
  })

  it('one that is larger than all the room is lost, and those after it are not', () => {
    const store = open({ maxBytes: 100_000 })
    store.keep(reply('huge', 'z'.repeat(1_000_000)), false)
    store.close()
    expect(logged).toHaveLength(1)
    const again = open({ maxBytes: 100_000 })
    again.keep(reply('small'), false)
    again.close()
    const last = open({ maxBytes: 100_000 })
    expect([last.find('huge'), last.find('small')]).toEqual([undefined, read('small')])
    last.close()
  })

  it('are in memory when the file is no database, which is said once', () => {
    writeFileSync(path, 'no database at all, and longer than a header of one would be'.repeat(10))
    const store = open()
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain('kept in memory')
    store.keep(reply('a'), false)
    expect(store.find('a')).toEqual(reply('a'))
    store.close()
    expect(readFileSync(path, 'utf8')).toContain('no database at all')
  })
})

it('goes on with a file of a version that did not write down calls', () => {
  const older = new DatabaseSync(path)
  older.exec(`CREATE TABLE reply (id TEXT PRIMARY KEY, workspace TEXT NOT NULL, created_at INTEGER NOT NULL, account TEXT,
    previous TEXT, input TEXT, reply TEXT) STRICT, WITHOUT ROWID`)
  older.prepare('INSERT INTO reply VALUES (?, ?, ?, ?, ?, ?, ?)').run('old', 'w', now, 'a', null, null, null)
  older.close()
  const store = open()
  store.keep({ ...reply('new'), call: 'c1' }, false)
  expect([store.find('old')?.account, store.find('new')?.call]).toEqual(['a', 'c1'])
  store.close()
  const again = open()
  expect([again.find('old')?.account, again.find('new')?.call, logged]).toEqual(['a', 'c1', []])
  again.close()
})
