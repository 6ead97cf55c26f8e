import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createClientSecrets } from './client-secrets.ts'

const secrets = createClientSecrets('a secret of this gateway')
const claim = {
  keyHash: 'a'.repeat(64),
  expiresAt: 1_700_000_000_000,
  session: { model: 'voice', instructions: 'Grüße 🏰' },
}

it('what is sealed is read again, and shows nothing of itself', () => {
  const secret = secrets.seal(claim) ?? ''
  expect(secret).toMatch(/^ek_[\w-]+$/)
  expect(secrets.open(secret)).toEqual(claim)
  expect(secrets.seal(claim)).not.toBe(secret)
})

it('one of another gateway, one with a changed letter and any other text stand for nothing', async () => {
  const secret = secrets.seal(claim) ?? ''
  expect(createClientSecrets('another').open(secret)).toBeUndefined()
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: secret.length - 2 }),
      fc.constantFrom('A', 'b', '0', '-'),
      async (at, letter) => {
        if (secret[at] === letter) return
        expect(secrets.open(secret.slice(0, at) + letter + secret.slice(at + 1))).toBeUndefined()
      },
    ),
  )
  await fc.assert(fc.asyncProperty(fc.string(), async (text) => secrets.open(`ek_${text}`) === undefined))
})

it('settings that no header could carry are not sealed', () => {
  let instructions = ''
  for (let index = 0; index < 4000; index++) instructions += `${index * 7919} `
  expect(secrets.seal({ ...claim, session: { instructions } })).toBeUndefined()
})
