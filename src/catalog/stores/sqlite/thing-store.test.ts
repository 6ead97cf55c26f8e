import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { MadeThing } from '../../../core/model/holder.ts'
import { openSqliteThingStore } from './thing-store.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-things-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const open = (maxThings = 1000) => openSqliteThingStore({ path: join(directory, 'things.db'), maxThings })
const thing = (id: string, more: Partial<MadeThing> = {}): MadeThing => ({
  kind: 'vector store',
  id,
  account: 'a',
  workspace: 'w',
  createdAt: 1,
  ...more,
})

it('a thing is known at once, to other processes too, and after a restart', async () => {
  const [store, other] = [open(), open()]
  store.add(thing('vs_1'))
  expect(store.holders(thing('vs_1'))).toMatchObject([{ workspace: 'w', account: 'a' }])
  await setImmediate()
  expect(other.holders(thing('vs_1'))).toEqual([{ workspace: 'w', account: 'a' }])
  store.add(thing('vs_2'))
  store.close()
  other.close()
  const again = open()
  expect(again.holders(thing('vs_2'))).toHaveLength(1)
  expect(again.holders(thing('vs_2', { kind: 'container' }))).toEqual([])
  again.close()
})

it('an id stays with the workspace that had it first, at each account', async () => {
  const store = open()
  store.add(thing('vs_1'))
  store.add(thing('vs_1', { workspace: 'other' }))
  store.add(thing('vs_1', { workspace: 'other', account: 'b' }))
  const expected = [
    { workspace: 'w', account: 'a' },
    { workspace: 'other', account: 'b' },
  ]
  expect(store.holders(thing('vs_1'))).toMatchObject(expected)
  await setImmediate()
  expect(store.holders(thing('vs_1'))).toEqual(expected)
  store.remove(thing('vs_1', { workspace: 'other' }))
  expect(store.holders(thing('vs_1'))).toHaveLength(2)
  store.remove(thing('vs_1'))
  expect(store.holders(thing('vs_1'))).toEqual([{ workspace: 'other', account: 'b' }])
  store.close()
})

it('the oldest of a workspace go first, and no other workspace’s', () => {
  const store = open(100)
  store.add(thing('first', { workspace: 'other' }))
  for (let index = 0; index < 600; index++) store.add(thing(`vs_${index}`, { createdAt: index }))
  store.close()
  const again = open(100)
  expect(again.holders(thing('first'))).toHaveLength(1)
  expect(again.holders(thing('vs_1'))).toEqual([])
  expect(again.holders(thing('vs_599'))).toHaveLength(1)
  again.close()
})
