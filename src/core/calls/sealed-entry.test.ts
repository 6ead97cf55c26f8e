import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openedEntry, sealedEntry } from './sealed-entry.ts'
import type { StoredEntry } from './stored-entry.ts'

const entry: StoredEntry = {
  head: {
    workspace: 'default',
    tags: ['a'],
    storedAt: 1,
    expiresAt: 2,
    account: 'main',
    model: 'gpt-5-mini',
    dialect: 'openai-chat',
    status: 200,
    headers: { 'openai-version': '2020-10-01' },
    contentType: 'application/json; charset=utf-8',
    isStream: false,
  },
  bytes: Buffer.from('{"choices":[]}'),
}
const [secret, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const sealed = sealedEntry(entry, 'place', secret) ?? Buffer.alloc(0)
/** As somebody without the secret writes it. */
const forged = (head: object, bytes = entry.bytes): Buffer =>
  sealedEntry({ head: { ...entry.head, ...head }, bytes }, 'place') ?? Buffer.alloc(0)

describe('a sealed entry', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.string(), { maxLength: 16 }), fc.boolean(), (bytes, tags, hasSecret) => {
        const given = { head: { ...entry.head, tags }, bytes: Buffer.from(bytes) }
        const key = hasSecret ? secret : undefined
        expect(openedEntry(sealedEntry(given, 'place', key) ?? Buffer.alloc(0), 'place', key)).toEqual(given)
      }),
    )
  })

  it('is none with another secret, without one, in another place, or with any byte of it changed or gone', () => {
    expect(openedEntry(sealed, 'place', other)).toBeUndefined()
    expect(openedEntry(forged({}), 'place', secret)).toBeUndefined()
    expect(openedEntry(sealed, 'another place', secret)).toBeUndefined()
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8((changed.readUInt8(index) + 1) % 256, index)
      expect(openedEntry(changed, 'place', secret)).toBeUndefined()
      expect(openedEntry(sealed.subarray(0, index), 'place', secret)).toBeUndefined()
    }
  })
})

describe('what somebody else wrote', () => {
  it.each([
    ['a status that is none of an answer', { status: 302 }],
    ['a line break in a header', { headers: { 'openai-version': 'a\r\nset-cookie: b' } }],
    ['a line break in its type', { contentType: 'application/json\r\nx: y' }],
    ['a field that we do not know', { more: true }],
    ['a time that is no number', { expiresAt: 'tomorrow' }],
  ])('is no entry with %s', (_what, head) => {
    expect(openedEntry(forged({}), 'place')).toEqual(entry)
    expect(openedEntry(forged(head), 'place')).toBeUndefined()
  })

  it('never makes the reader fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const mark = Buffer.concat([Buffer.from('PCE1'), Buffer.from(bytes)])
        expect(() => [openedEntry(Buffer.from(bytes), 'place'), openedEntry(mark, 'place')]).not.toThrow()
      }),
    )
  })
})
