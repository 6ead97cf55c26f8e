import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eraseSaid } from '../record/erase-replies.ts'
import { type ConversationStoreOptions, openSqliteConversationStore } from './conversation-store.ts'

const day = 24 * 3600 * 1000
let directory: string
let path: string
let now: number
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'conversations-'))
  path = join(directory, 'conversations.db')
  now = 1_700_000_000_000
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const open = (options: Partial<ConversationStoreOptions> = {}) =>
  openSqliteConversationStore({ path, maxBytes: 1 << 20, maxAgeMs: 30 * day, now: () => now, ...options })
const conversation = (id: string) => ({ id, workspace: 'w', createdAt: now, metadata: {} })
const said = (call: string, ...ids: string[]) => ({ call, items: ids.map((id) => ({ id, type: 'message' })) })

it('a conversation is there for other processes and after a restart, item by item in its order', () => {
  const one = open()
  const other = open()
  one.make(conversation('a'), said('c1', 'x', 'y'), false)
  other.add('a', said('c2', 'z'))
  one.close()
  other.close()
  const again = open()
  expect(again.whole('a', 1000)?.map(({ id }) => id)).toEqual(['x', 'y', 'z'])
  expect(again.page('a', { limit: 2, order: 'desc' }).map(({ id }) => id)).toEqual(['z', 'y'])
  expect(again.page('a', { limit: 9, order: 'asc', after: 'x' }).map(({ id }) => id)).toEqual(['y', 'z'])
  expect(again.whole('a', 10)).toBeUndefined()
  again.close()
})

it('it ends when nobody has gone on with it for as long as it may be kept, and takes nothing more', () => {
  const store = open()
  store.make(conversation('a'), said('c1', 'x'), false)
  now += 29 * day
  store.add('a', said('c2', 'y'))
  now += 29 * day
  expect(store.find('a')?.id).toBe('a')
  now += 2 * day
  expect(store.find('a')).toBeUndefined()
  store.make(conversation('b'), said('c3', 'x'), false)
  store.remove('b')
  store.add('b', said('c4', 'y'))
  expect(store.whole('b', 1000)).toEqual([])
  store.close()
})

it('they take no more room than they may, and those that nobody goes on with go first', () => {
  const maxBytes = 1 << 20
  const store = open({ maxBytes })
  for (let index = 0; index < 300; index++) {
    now++
    store.make(conversation(`c${index}`), { call: 'c', items: [{ id: 'x', text: 'y'.repeat(10_000) }] }, false)
  }
  expect([store.find('c0'), store.find('c299')?.id]).toEqual([undefined, 'c299'])
  store.close()
  expect(statSync(path).size).toBeLessThan(2 * maxBytes)
})

it('a workspace that fills the room pushes out its own, and none of another', () => {
  const store = open({ maxBytes: 1 << 20 })
  store.make({ ...conversation('others'), workspace: 'other' }, said('c1', 'x'), false)
  for (let index = 0; index < 300; index++) {
    now++
    store.make(conversation(`c${index}`), { call: 'c', items: [{ id: 'x', text: 'y'.repeat(10_000) }] }, false)
  }
  expect([store.find('others')?.id, store.find('c0'), store.find('c299')?.id]).toEqual(['others', undefined, 'c299'])
  store.close()
})

it('those without items take no more room than they may either', () => {
  const store = open({ maxBytes: 1 << 20 })
  const metadata = { note: 'y'.repeat(10_000) }
  for (let index = 0; index < 150; index++) {
    now++
    store.make({ ...conversation(`c${index}`), metadata }, { call: 'c', items: [] }, false)
  }
  expect([store.find('c0'), store.find('c149')?.id]).toEqual([undefined, 'c149'])
  store.close()
})

it('what a call has said goes with the call, and leaves nothing in the file', async () => {
  const store = open()
  const secret = { id: 'x', text: 'the-word-of-a-person' }
  store.make(conversation('a'), { call: 'c1', items: [secret] }, false)
  store.add('a', said('c2', 'y'))
  expect(await eraseSaid(path, ['c1'])).toBe(1)
  expect(store.whole('a', 1000)?.map(({ id }) => id)).toEqual(['y'])
  store.close()
  expect(readFileSync(path, 'latin1')).not.toContain('the-word-of-a-person')
})
