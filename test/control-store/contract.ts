import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VirtualKey } from '../../src/core/calls/registry.ts'
import { masterKeyOf, rewrapped, type SealedCredential, seal } from '../../src/core/secrets/sealed-credential.ts'
import type { ControlStore } from '../../src/server/control-records/control-store.ts'

export interface TestControl {
  /** Each time a connection of its own, as another gateway or command has. */
  open(): Promise<ControlStore>
  /** Changes something by hand. */
  run(sql: string): Promise<void>
  remove(): Promise<void>
}

const hashOf = (digit: string): string => digit.repeat(64)
const key = { id: 'one', hash: hashOf('1'), workspace: 'default', models: ['*'], source: 'api', createdAt: 1 } as const
const managed = { id: 'm', hash: hashOf('a'), owner: "O'Hara", grant: { role: 'viewer' }, createdAt: 1 } as const
const conflict = expect.objectContaining({ code: 'conflict' })

/** Once the other has heard of it, or looked. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

const master = masterKeyOf('the-first-master-key-0123456789abcdefgh')
const other = masterKeyOf('another-master-key-0123456789abcdefghij')

function credential(name: string, version = 1, by = master): SealedCredential {
  const place = { workspace: 'default', name, version }
  return { ...place, ...seal('sk-secret', place, by), createdAt: 1, changedAt: 1 }
}

/** What both engines do. */
export function describeControlStore(engine: string, make: () => Promise<TestControl>): void {
  describe(`control records in ${engine}`, () => {
    let place: TestControl
    let store: ControlStore
    let beside: ControlStore
    beforeEach(async () => {
      place = await make()
      store = await place.open()
      beside = await place.open()
    })
    afterEach(async () => {
      await store.close()
      await beside.close()
      await place.remove()
    })
    const ids = (keys: readonly Pick<VirtualKey, 'id'>[]): string[] => keys.map(({ id }) => id)

    it('have keys, as they were made, changed and revoked, also for others', async () => {
      await store.addKey({ ...key, settings: { owner: 'red', priority: 'high' } })
      expect(store.keys()).toEqual([{ ...key, owner: 'red', priority: 'high' }])
      await until(() => beside.keys().length === 1)
      const known = beside.storedKey('one')
      if (known === undefined) throw new Error('It is not there.')
      await beside.changeKey({ ...known, hash: hashOf('2'), models: ['gpt-5'] })
      await until(() => store.keys()[0]?.hash === hashOf('2'))
      expect(store.keys()[0]).toMatchObject({ models: ['gpt-5'], owner: 'red' })
      const before = beside.version()
      expect([await store.revokeKey('one', 7), await store.revokeKey('one', 8)]).toEqual([true, false])
      expect([store.storedKey('one'), store.keys()[0]?.revokedAt]).toEqual([undefined, 7])
      await until(() => beside.version() !== before && beside.keys()[0]?.revokedAt === 7)
      await expect(beside.addKey({ ...key, hash: hashOf('3') })).rejects.toEqual(conflict)
      await expect(beside.addKey({ ...key, id: 'same-value', hash: hashOf('2') })).rejects.toEqual(conflict)
    })

    it('lose no change to one that was made from an older state', async () => {
      await store.addKey(key)
      await until(() => beside.keys().length === 1)
      const [mine, theirs] = [store.storedKey('one'), beside.storedKey('one')]
      if (mine === undefined || theirs === undefined) throw new Error('It is not there.')
      await store.changeKey({ ...mine, hash: hashOf('2') })
      // With the value that was rotated away it would work again.
      await expect(beside.changeKey({ ...theirs, models: ['x'] })).rejects.toEqual(conflict)
      await store.revokeKey('one', 5)
      await expect(store.changeKey({ ...mine, changes: 1 })).rejects.toEqual(conflict)
      expect(store.keys()).toEqual([{ ...key, hash: hashOf('2'), revokedAt: 5 }])
    })

    it('keep what a start made up as a whole: of two that start at once, one', async () => {
      const first = { ...key, id: 'first', source: 'first-start' } as const
      const results = await Promise.allSettled([
        store.keepFirst([first], [['admin', 'a']]),
        beside.keepFirst([{ ...first, hash: hashOf('2') }], [['admin', 'b']]),
      ])
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      await until(() => beside.keys().length === 1 && store.keys().length === 1)
      expect(beside.keys()[0]?.hash === hashOf('1')).toBe(beside.setting('admin') === 'a')
      expect(store.keys()).toEqual(beside.keys())
    })

    it('have management keys', async () => {
      const all = { ...managed, id: 'n', hash: hashOf('b'), workspace: 'red', expiresAt: 9 }
      await store.addManagementKey(managed)
      await store.addManagementKey({ ...all, grant: { permissions: ['keys:read'] } })
      await expect(store.addManagementKey(managed)).rejects.toEqual(conflict)
      await store.revokeManagementKey('m', 3)
      await expect(store.revokeManagementKey('m', 4)).rejects.toMatchObject({ code: 'not_found' })
      const revoked = { ...managed, revokedAt: 3 }
      expect(store.managementKeys()).toEqual([revoked, { ...all, grant: { permissions: ['keys:read'] } }])
      await until(() => beside.managementKeyByHash(hashOf('a'))?.revokedAt === 3)
      expect(beside.managementKeyByHash(hashOf('c'))).toBeUndefined()
    })

    it('have sealed credentials, under one master key at any time', async () => {
      const one = credential('one')
      await store.putCredential(one, undefined)
      await expect(store.putCredential(credential('one'), undefined)).rejects.toEqual(conflict)
      const two = credential('one', 2)
      await store.putCredential(two, one)
      await expect(store.putCredential(credential('one', 2), one)).rejects.toEqual(conflict)
      await expect(store.putCredential(credential('more', 1, other), undefined)).rejects.toEqual(conflict)
      expect(store.credentials()).toEqual([two])
      await until(() => beside.credentials()[0]?.version === 2)
      const again = { before: two, kept: rewrapped(two, master, other) }
      const added = credential('between')
      await store.putCredential(added, undefined)
      // One that was added meanwhile would not open any more.
      await expect(beside.rewrapCredentials([again])).rejects.toEqual(conflict)
      await store.rewrapCredentials([again, { before: added, kept: rewrapped(added, master, other) }])
      await expect(store.removeCredential(two)).rejects.toEqual(conflict)
      await store.removeCredential(again.kept)
      expect(store.credentials().map(({ name, masterId }) => [name, masterId])).toEqual([['between', other.id]])
    })

    it('change a setting from what it was read as, and from nothing else', async () => {
      await store.setSetting('holds', '[1]', undefined)
      await expect(store.setSetting('holds', '[2]', undefined)).rejects.toEqual(conflict)
      await until(() => beside.setting('holds') === '[1]')
      await beside.setSetting('holds', '[1,2]', '[1]')
      await expect(store.setSetting('holds', '[1,3]', '[1]')).rejects.toEqual(conflict)
      await until(() => store.setting('holds') === '[1,2]')
      expect(store.setting('other')).toBeUndefined()
    })

    it('take every text for a text', async () => {
      const hostile = [
        `x'); DROP TABLE virtual_key; --`,
        `"; UPDATE virtual_key SET models = '["*"]'`,
        '$1 ? %s \\',
        '💣',
      ]
      for (const [index, id] of hostile.entries())
        await store.addKey({ ...key, id, models: [id], workspace: id, hash: hashOf(String(index)), createdAt: index })
      expect(ids(store.keys())).toEqual(hostile)
      for (const id of hostile) {
        expect(store.storedKey(id)?.models).toEqual([id])
        expect(await store.revokeKey(`${id}' OR '1'='1`, 1)).toBe(false)
      }
      expect(store.keys().filter(({ revokedAt }) => revokedAt !== undefined)).toEqual([])
      await expect(store.addKey({ ...key, id: 'a\0b' })).rejects.toMatchObject({ code: 'invalid_request' })
    })

    it.each([
      [`UPDATE virtual_key SET models = 'no json' WHERE id = 'bad'`, 'key'],
      [`UPDATE virtual_key SET models = '{}' WHERE id = 'bad'`, 'key'],
      [`UPDATE virtual_key SET settings = '{"limits": 5}' WHERE id = 'bad'`, 'key'],
      [`UPDATE virtual_key SET settings = '{"ofLaterVersion": true}' WHERE id = 'bad'`, 'key'],
      [`UPDATE virtual_key SET hash = 'pk-the-key-itself' WHERE id = 'bad'`, 'key'],
      [`UPDATE virtual_key SET created_at = -1 WHERE id = 'bad'`, 'key'],
      [`UPDATE virtual_key SET source = 'nowhere' WHERE id = 'bad'`, 'key'],
      [`UPDATE management_key SET access = '{"role":"god"}' WHERE id = 'bad'`, 'management key'],
      [`UPDATE management_key SET access = '' WHERE id = 'bad'`, 'management key'],
      [`UPDATE credential SET version = 0 WHERE name = 'bad'`, 'credential'],
      [`UPDATE credential SET ciphertext = '' WHERE name = 'bad'`, 'credential'],
    ])('that somebody damaged stop themselves and nothing else: %s', async (sql, what) => {
      for (const [index, id] of ['good', 'bad'].entries()) {
        await store.addKey({ ...key, id, hash: hashOf(String(index)) })
        await store.addManagementKey({ ...managed, id, hash: hashOf(String(index)) })
        await store.putCredential(credential(id), undefined)
      }
      expect(store.reasons()).toEqual([])
      await place.run(sql)
      await until(() => store.keys().length + store.managementKeys().length + store.credentials().length === 5)
      expect(store.keys().some(({ id }) => id === 'good')).toBe(true)
      expect(store.managementKeyByHash(hashOf('0'))?.id).toBe('good')
      expect(store.credentials()[0]?.name).toBe(what === 'credential' ? 'good' : 'bad')
      const sentence = `The ${what} "bad" of ${store.name} cannot be read and is not used; all others are.`
      expect(store.faults()).toEqual([sentence])
      // Whoever asks whether the gateway is ready may be of another workspace.
      const forAll = `Rows of ${store.name} cannot be read and are not used (1); the log names them.`
      expect(store.reasons()).toEqual([forAll])
      expect(await store.revokeKey('good', 1)).toBe(true)
    })
  })
}
