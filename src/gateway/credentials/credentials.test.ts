import { expect, it } from 'vitest'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Provider } from '../../core/model/provider.ts'
import type { ShortLivedSecret } from '../../core/secrets/credential.ts'
import { createCredentials, type Wait } from './credentials.ts'

const refusal = new GatewayError('upstream_unauthorized', 'Refused.')
const hour = 3_600_000
const wait = (timeoutMs?: number): Wait => ({ lifetime: new CallLifetime(), timeoutMs })

/** Exchanges that the test answers one by one. */
function scripted() {
  let now = 0
  const asked: PromiseWithResolvers<ShortLivedSecret>[] = []
  const exchange = (): Promise<ShortLivedSecret> => {
    const next = Promise.withResolvers<ShortLivedSecret>()
    asked.push(next)
    return next.promise
  }
  const provider = { id: 'test', exchange: () => exchange } as Pick<Provider, 'id' | 'exchange'> as Provider
  const account: ProviderAccount = {
    id: 'own',
    provider,
    baseUrl: 'https://example.com',
    secret: 'long-lived',
    allowPrivateNetwork: false,
    requestStreamUsage: false,
    options: {},
    source: 'file',
  }
  const credentials = createCredentials({
    now: () => now,
    ask: () => Promise.reject(new Error('not asked')),
    run: () => Promise.reject(new Error('not asked')),
    metadata: () => Promise.reject(new Error('not asked')),
    replaceFile: () => Promise.reject(new Error('not asked')),
    readFile: () => Promise.reject(new Error('not asked')),
    references: { value: () => Promise.reject(new Error('not asked')), renew: () => false },
  })
  const setTime = (ms: number): void => {
    now = ms
  }
  return { account, asked, credentials, setTime }
}

it('a token is renewed behind the back of the calls, once, while they use the old one', async () => {
  const { account, asked, credentials, setTime } = scripted()
  const first = credentials.usable(account, wait())
  asked[0]?.resolve({ secret: 'token-1', expiresAtMs: hour })
  const usable = await first
  expect(usable).toEqual({ ...account, secret: 'token-1' })
  setTime(hour - 60_000)
  // At once, not as a promise, and the very same object, so that what is kept for it is found.
  expect(credentials.usable(account, wait())).toBe(usable)
  expect(credentials.usable(account, wait())).toBe(usable)
  expect(asked).toHaveLength(2)
  asked[1]?.resolve({ secret: 'token-2', expiresAtMs: 2 * hour })
  await asked[1]?.promise
  await Promise.resolve()
  expect(credentials.usable(account, wait())).toMatchObject({ secret: 'token-2' })
})

it('an old token that the provider refuses is given up, a fresh one is not', async () => {
  const { account, asked, credentials, setTime } = scripted()
  const first = credentials.usable(account, wait())
  asked[0]?.resolve({ secret: 'token-1', expiresAtMs: hour })
  const usable = await first
  setTime(59_999)
  expect(credentials.refused(usable, refusal)).toBe(false)
  expect(credentials.usable(account, wait())).toBe(usable)
  setTime(60_000)
  expect(credentials.refused(usable, refusal)).toBe(true)
  expect(credentials.usable(account, wait())).toBeInstanceOf(Promise)
  expect(asked).toHaveLength(2)
})

it('a token that expired too soon is given up at once, but not each that comes after it', async () => {
  const { account, asked, credentials, setTime } = scripted()
  const expired = new GatewayError('upstream_unauthorized', 'Expired.', { isExpired: true })
  const next = async (secret: string) => {
    const usable = credentials.usable(account, wait())
    asked.at(-1)?.resolve({ secret, expiresAtMs: hour })
    return await usable
  }
  const first = await next('token-1')
  expect(credentials.refused(first, expired)).toBe(true)
  // The call that comes second hears of the same token.
  expect(credentials.refused(first, expired)).toBe(false)
  const second = await next('token-2')
  expect(second.secret).toBe('token-2')
  setTime(59_999)
  expect(credentials.refused(second, expired)).toBe(false)
  setTime(60_000)
  expect(credentials.refused(second, expired)).toBe(true)
})

it('a fault that is none of ours is shown without its words, which may quote the credential', async () => {
  const { account, asked, credentials } = scripted()
  const first = credentials.usable(account, wait())
  asked[0]?.reject(new SyntaxError('Unexpected token in "long-lived"'))
  const fault = await Promise.resolve(first).catch((error: Error) => error)
  expect(fault).toMatchObject({ code: 'upstream_unauthorized' })
  expect(fault).not.toHaveProperty('cause')
  expect(String((fault as Error).message)).not.toContain('long-lived')
})

it('a call waits no longer than its attempt may take, and the exchange goes on', async () => {
  const { account, asked, credentials } = scripted()
  await expect(credentials.usable(account, wait(1))).rejects.toMatchObject({ code: 'upstream_timeout' })
  const second = credentials.usable(account, wait())
  asked[0]?.resolve({ secret: 'token-1', expiresAtMs: hour })
  expect(await second).toMatchObject({ secret: 'token-1' })
  expect(asked).toHaveLength(1)
})

it('what is kept for an account goes with it', async () => {
  const { account, asked, credentials } = scripted()
  const first = credentials.usable(account, wait())
  asked[0]?.resolve({ secret: 'token-1', expiresAtMs: hour })
  const usable = await first
  const again = { ...account }
  credentials.keep([again])
  expect(credentials.usable(again, wait())).toBe(usable)
  for (const other of [
    { ...account, secret: 'another' },
    { ...account, id: 'another' },
    { ...account, options: { clientId: 'another' } },
    { ...account, baseUrl: 'https://another.example.com' },
  ]) {
    credentials.keep([other])
    expect(credentials.usable(other, wait())).toBeInstanceOf(Promise)
  }
  expect(asked).toHaveLength(5)
})
