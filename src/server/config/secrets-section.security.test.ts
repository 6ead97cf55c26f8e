import { describe, expect, it } from 'vitest'
import { providers } from '../../catalog/providers.generated.ts'
import { compileConfig } from './compile.ts'

function compiled(text: string, environment: NodeJS.ProcessEnv = {}) {
  const result = compileConfig(text, Object.values(providers), environment)
  const faults = result.faults.map(({ message }) => message)
  return { faults, secrets: 'config' in result ? result.config.secrets : undefined }
}
const account = (apiKey: string) => `providers: [{ id: a, provider: openai, apiKey: "${apiKey}" }]\n`
const vault = (fields: string) => `${account('vault:secret/a#b')}secrets: { vault: { ${fields} } }`

describe('where secrets are', () => {
  it.each([
    ['http://127.0.0.1:8200', 'must start with https://'],
    ['https://10.0.0.1:8200', 'allowPrivateNetwork: true'],
    ['https://169.254.169.254', 'This is never allowed'],
    ['https://user:pass@vault.example', 'holds a user name or password'],
  ])('is no address that calls may not reach: %s', (address, message) => {
    expect(compiled(vault(`address: "${address}", token: t`)).faults.join()).toContain(message)
  })

  it('is not told the token of a variable where only the file names the address', () => {
    const environment = { VAULT_TOKEN: 'hvs.of-the-operator' }
    const { faults, secrets } = compiled(vault('address: https://vault.elsewhere.example'), environment)
    expect(faults).toContain('`secrets.vault` takes one of `token`, `tokenFile`, `appRole` and `kubernetes`.')
    expect(JSON.stringify(secrets)).not.toContain('hvs.')
    const own = compiled(account('vault:secret/a#b'), { ...environment, VAULT_ADDR: 'http://127.0.0.1:8200' })
    expect(own.faults).toEqual([])
    expect(own.secrets?.vault?.auth).toEqual({ kind: 'token', token: 'hvs.of-the-operator' })
  })

  it('is not told the access key of a variable where only the file names the address', () => {
    const environment = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'aws-secret', AWS_REGION: 'eu-west-1' }
    const text = `${account('aws-secrets:a')}secrets: { aws: { endpoint: "https://elsewhere.example" } }`
    expect(JSON.stringify(compiled(text, environment))).not.toContain('aws-secret"')
    expect(compiled(account('aws-secrets:a'), environment).secrets?.aws?.secretAccessKey).toBe('aws-secret')
  })

  it.each([
    ['vault:secret', 'needs mount, path and field'],
    ['vault:secret/../../sys/seal#a', 'needs mount, path and field'],
    ['vault:secret/a?x#b', 'needs mount, path and field'],
    ['file:key', 'needs a path from the root'],
    ['env:A B', 'names no environment variable'],
    ['aws-secrets:', 'needs a name or ARN'],
  ])('must be a whole reference: %s', (reference, message) => {
    expect(compiled(account(reference)).faults.join()).toContain(message)
  })

  it('must be set up', () => {
    expect(compiled(account('vault:secret/a#b')).faults).toEqual([
      'The account `a` has its secret in a store that is not set up: give `secrets.vault` its `address`, or set VAULT_ADDR.',
    ])
  })

  it('is never a variable of a vendor: what it holds is sent as it is', () => {
    const result = compileConfig('', Object.values(providers), { OPENAI_API_KEY: 'file:/etc/passwd' })
    if (!('config' in result)) throw new Error('no configuration')
    expect(result.config.accounts[0]?.secret).toBe('file:/etc/passwd')
  })
})
