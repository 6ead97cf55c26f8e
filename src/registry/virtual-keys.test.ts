import { expect, it } from 'vitest'
import { createKeyRing, hashKey } from './virtual-keys.ts'

const long = 'pk-long-0123456789abcdef'
const ring = createKeyRing(
  ['dev', long].map((key) => ({
    id: key.slice(0, 3),
    hash: hashKey(key),
    workspace: 'default',
    models: ['*'],
    source: 'file',
    createdAt: 0,
  })),
)

it('a short text beside the header of Portkey is a placeholder, unless it is a key itself', () => {
  const portkey = { 'x-portkey-api-key': long }
  expect(ring.identify({ ...portkey, authorization: 'Bearer X' }).id).toBe('pk-')
  expect(() => ring.identify({ ...portkey, authorization: 'Bearer dev' })).toThrow(
    expect.objectContaining({ code: 'conflicting_keys' }),
  )
  expect(() => ring.identify({ ...portkey, authorization: `Bearer ${'x'.repeat(16)}` })).toThrow(
    expect.objectContaining({ code: 'conflicting_keys' }),
  )
  expect(() => ring.identify({ 'x-portkey-api-key': '', authorization: 'Bearer X' })).toThrow(
    expect.objectContaining({ code: 'unknown_key' }),
  )
})
