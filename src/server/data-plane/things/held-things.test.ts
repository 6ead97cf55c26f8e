import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Holder, HoldersOf } from '../../../core/model/holder.ts'
import { createStorageState } from '../../../core/record/storage-state.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { openThings } from '../../kept/open-things.ts'
import { heldThings } from './held-things.ts'

const wireOf = (json: JsonObject) => ({ json, bytes: Buffer.from(JSON.stringify(json)) })
const holding = (holders: Readonly<Record<string, readonly Holder[]>>, isShared = true) => ({
  workspace: 'w',
  isShared,
  holdersOf: (({ id }) => holders[id] ?? []) as HoldersOf,
})

it('of several that have an id, one’s own counts; another’s alone is refused', () => {
  const both = {
    a: [
      { workspace: 'other', account: 'x' },
      { workspace: 'w', account: 'y' },
    ],
  }
  expect(heldThings(wireOf({ file_id: 'a' }), holding(both)).heldBy?.account).toBe('y')
  const other = { a: [{ workspace: 'other', account: 'x' }] }
  for (const isShared of [true, false])
    expect(() => heldThings(wireOf({ file_id: 'a' }), holding(other, isShared))).toThrow('There is no file "a"')
})

it('what lies at two accounts fits into no call', () => {
  const holders = { a: [{ workspace: 'w', account: 'x' }], b: [{ workspace: 'w', account: 'y' }] }
  expect(() => heldThings(wireOf({ file_ids: ['a', 'b'] }), holding(holders))).toThrow('two accounts, "x" and "y"')
  expect(heldThings(wireOf({ file_ids: ['a', 'a'] }), holding(holders)).heldBy?.account).toBe('x')
})

it('what nobody has seen is for the account to allow, and is nothing where there is nobody else', () => {
  expect(heldThings(wireOf({ file_id: 'a' }), holding({})).unseen).toMatchObject({ status: 404, param: 'file_id' })
  expect(heldThings(wireOf({ file_id: 'a' }), holding({}, false))).toEqual({})
})

it('a name that stands twice never hides an id, wherever the two stand', () => {
  const place = fc.array(fc.constantFrom('a', 'b', 'content'), { maxLength: 6 })
  fc.assert(
    fc.property(place, fc.nat(6), fc.boolean(), (path, at, isFirst) => {
      const wrapped = (inner: string, names: readonly string[]): string =>
        names.reduceRight((held, name) => `{"${name}":${held}}`, inner)
      const cut = Math.min(at, path.length)
      const hidden = wrapped('{"file_id":"theirs"}', path.slice(cut))
      const pair = isFirst ? `{"k":${hidden},"k":1}` : `{"k":1,"k":${hidden}}`
      const text = wrapped(pair, path.slice(0, cut))
      const wire = { json: JSON.parse(text) as JsonObject, bytes: Buffer.from(text) }
      expect(() => heldThings(wire, holding({ theirs: [{ workspace: 'other' }] }))).toThrow('stands in the body twice')
    }),
  )
})

it('where nobody can say whose a thing is, nobody may name it, unless there is nobody else', () => {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-things-'))
  mkdirSync(join(directory, 'things.db'))
  const told: string[] = []
  const storage = createStorageState()
  const things = openThings(directory, storage, (message) => told.push(message))
  const { holders: holdersOf } = things
  const named = wireOf({ tools: [{ vector_store_ids: ['vs_1'] }] })
  expect(() => heldThings(named, { workspace: 'w', isShared: true, holdersOf })).toThrow('things.db')
  expect(heldThings(named, { workspace: 'w', isShared: false, holdersOf })).toEqual({})
  expect(heldThings(wireOf({ input: 'x' }), { workspace: 'w', isShared: true, holdersOf })).toEqual({})
  expect([told.length, storage.reasons().length]).toEqual([1, 1])
  rmSync(join(directory, 'things.db'), { recursive: true })
  things.add({ kind: 'vector store', id: 'vs_1', account: 'a', workspace: 'w', createdAt: 1 })
  expect(heldThings(named, { workspace: 'w', isShared: true, holdersOf }).heldBy?.account).toBe('a')
  expect(storage.reasons()).toEqual([])
  things.close()
  rmSync(directory, { recursive: true, force: true })
})
