import { describe, expect, it } from 'vitest'
import type { TokenReply } from '../../core/secrets/credential.ts'
import { readReference, type SecretReference } from '../../core/secrets/secret-reference.ts'
import type { SecretIo, VaultSettings } from '../../core/secrets/secret-store.ts'
import { readVault } from './vault.ts'

interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const secretReply: TokenReply = { status: 200, body: JSON.stringify({ data: { data: { apiKey: 'sk-1' } } }) }
const loginReply = (token: string, seconds: number): TokenReply => ({
  status: 200,
  body: JSON.stringify({ auth: { client_token: token, lease_duration: seconds } }),
})

function bed(auth: VaultSettings['auth'], answer: (asked: Asked) => TokenReply) {
  const asked: Asked[] = []
  let now = 0
  const unused = () => Promise.reject(new Error('not asked'))
  const io: SecretIo = {
    now: () => now,
    ask: async (_, url, headers, body) => {
      asked.push({ url, headers, body })
      return answer({ url, headers, body })
    },
    replaceFile: () => Promise.reject(new Error('not asked')),
    readFile: async (path) => `content of ${path}\n`,
    variable: () => undefined,
    post: unused,
    get: unused,
    metadata: unused,
    run: unused,
  }
  const read = readVault({ address: 'https://vault.example/', allowPrivateNetwork: false, auth }, io)
  const at = (ms: number): void => {
    now = ms
  }
  return { asked, at, read: () => read(reference('vault:kv/team/openai#apiKey')) }
}

function reference(text: string): SecretReference {
  const read = readReference(text)
  if (read === undefined) throw new Error('no reference')
  return read
}

const pod = { kind: 'kubernetes', mount: 'kubernetes', role: 'gateway', tokenFile: '/pod/token' } as const

describe('a login at Vault', () => {
  it('of a pod shows the token of its file, once for the life of the login', async () => {
    let logins = 0
    const { asked, at, read } = bed(pod, ({ url }) =>
      url.endsWith('/login') ? loginReply(`t-${++logins}`, 600) : secretReply,
    )
    expect(await read()).toBe('sk-1')
    await read()
    expect(asked.map(({ url }) => url)).toEqual([
      'https://vault.example/v1/auth/kubernetes/login',
      'https://vault.example/v1/kv/data/team/openai',
      'https://vault.example/v1/kv/data/team/openai',
    ])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ role: 'gateway', jwt: 'content of /pod/token' })
    expect(asked[2]?.headers['x-vault-token']).toBe('t-1')
    at(595_000)
    await read()
    expect(asked.at(-1)?.headers['x-vault-token']).toBe('t-2')
  })

  it('that is refused is asked for again the next time, and says nothing of the credential', async () => {
    const { asked, read } = bed(pod, () => ({ status: 403, body: 'content of /pod/token' }))
    for (const _ of [1, 2])
      await expect(read()).rejects.toThrow('Vault refused the login (403); check its role and policy')
    expect(asked).toHaveLength(2)
  })

  it('is not needed with a token that somebody else renews in a file', async () => {
    const { asked, read } = bed({ kind: 'token-file', path: '/agent/token' }, () => secretReply)
    await read()
    expect(asked[0]?.headers['x-vault-token']).toBe('content of /agent/token')
  })

  it.each([
    ['<html>', 'something that is no secret'],
    ['{"data":{"data":{"apiKey":7}}}', 'no field of that name that is text'],
    ['{"data":{"data":{"__proto__":"x"}}}', 'no field of that name that is text'],
    ['{"data":{"data":null}}', 'no field of that name that is text'],
  ])('or none, a reply that holds no secret is none: %s', async (body, message) => {
    const { read } = bed({ kind: 'token', token: 't' }, () => ({ status: 200, body }))
    await expect(read()).rejects.toThrow(message)
  })
})
