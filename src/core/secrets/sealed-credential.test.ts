import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { masterKeyOf, rewrapped, seal, unseal } from './sealed-credential.ts'

const master = masterKeyOf('a master key that somebody made of random bits')
const other = masterKeyOf('another master key that somebody made of bits')
const place = { workspace: 'default', name: 'openai', version: 1 }
const sealed = { ...place, ...seal('sk-secret', place, master) }

describe('a sealed credential', () => {
  it('opens with its master key, and after a re-key with the next', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const secret = text.toWellFormed()
        const kept = { ...place, ...seal(secret, place, master) }
        const next = rewrapped(kept, master, other)
        return unseal(kept, master) === secret && unseal(next, other) === secret && kept.ciphertext === next.ciphertext
      }),
    )
  })

  it('opens with no other, nor after a re-key with the one before', () => {
    expect(() => unseal(sealed, other)).toThrow('sealed with another master key')
    expect(() => unseal({ ...sealed, masterId: other.id }, other)).toThrow('altered')
    expect(() => unseal(rewrapped(sealed, master, other), master)).toThrow('sealed with another master key')
  })

  it.each([{ workspace: 'red' }, { name: 'anthropic' }, { version: 2 }])('stands for nothing else: %j', (moved) => {
    expect(() => unseal({ ...sealed, ...moved }, master)).toThrow('altered, or moved')
  })

  it('takes no other value, nor another key, of the same place', () => {
    const second = { ...place, ...seal('sk-second', place, master) }
    expect(() => unseal({ ...sealed, ciphertext: second.ciphertext }, master)).toThrow('altered, or moved')
    expect(() => unseal({ ...sealed, wrappedKey: second.wrappedKey }, master)).toThrow('altered, or moved')
    expect(() => unseal({ ...sealed, wrappedKey: sealed.ciphertext }, master)).toThrow('altered, or moved')
  })

  it('shows when any byte of it was flipped', () => {
    for (const field of ['wrappedKey', 'ciphertext'] as const) {
      const bytes = Buffer.from(sealed[field], 'base64')
      for (let at = 0; at < bytes.length; at++) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ 1
        expect(() => unseal({ ...sealed, [field]: flipped.toString('base64') }, master)).toThrow('altered')
      }
      expect(() => unseal({ ...sealed, [field]: '' }, master)).toThrow('altered')
    }
  })

  it('is another each time, and holds nothing of the secret', () => {
    expect(seal('sk-secret', place, master).ciphertext).not.toBe(sealed.ciphertext)
    expect(Buffer.from(sealed.ciphertext, 'base64').toString('latin1')).not.toContain('sk-secret')
  })
})
