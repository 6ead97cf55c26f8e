import { describe, expect, it } from 'vitest'
import { modelCatalogue } from '../../catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../checked-config.ts'

const models = modelCatalogue()
const accounts = (text: string, environment: NodeJS.ProcessEnv = {}) =>
  checkedConfig(text, environment, models).accounts

function faultsOf(text: string, environment: NodeJS.ProcessEnv = {}): string {
  try {
    accounts(text, environment)
    return ''
  } catch (fault) {
    if (fault instanceof ConfigError) return fault.message
    throw fault
  }
}

const entra = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_CLIENT_SECRET: 'client-secret' }
const azure = { AZURE_OPENAI_ENDPOINT: 'https://example.openai.azure.com' }
const databricks = { DATABRICKS_HOST: 'dbc-1.cloud.databricks.com', DATABRICKS_TOKEN: 'dapi-1' }

describe('a credential of several variables', () => {
  it('counts when all are set', () => {
    expect(accounts('', { ...azure, ...entra })).toMatchObject([
      { id: 'azure-openai', secret: 'client-secret', options: { tenantId: 'tenant', clientId: 'client' } },
    ])
    for (const name of Object.keys(entra)) expect(accounts('', { ...azure, ...entra, [name]: '' })).toEqual([])
  })

  it('may be a file that another variable names', () => {
    const google = { GOOGLE_APPLICATION_CREDENTIALS: '/run/key.json', GOOGLE_CLOUD_PROJECT: 'project-1' }
    const found = accounts('', google)
    expect(found.map(({ id }) => id)).toEqual(['vertex-ai', 'vertex-anthropic'])
    for (const { options } of found) expect(options).toEqual({ credentialsFile: '/run/key.json', project: 'project-1' })
    expect(accounts('', { ...google, GOOGLE_CLOUD_PROJECT: '' })).toEqual([])
    const text = 'providers: [{ id: a, provider: vertex-ai, baseUrl: "https://example.com" }]'
    expect(accounts(text, google)[0]?.options).toEqual({ project: 'project-1' })
  })

  it('never mixes with a key of its own, in the file or in a variable', () => {
    for (const found of [
      accounts('', { ...azure, ...entra, AZURE_OPENAI_API_KEY: 'key' }),
      accounts('providers: [{ id: a, provider: azure-openai, apiKey: key }]', { ...azure, ...entra }),
    ]) {
      expect(found).toMatchObject([{ secret: 'key' }])
      expect(found[0]?.options).toEqual({})
    }
  })

  it('fills an account of the file that names neither a key nor an address', () => {
    expect(accounts('providers: [{ id: a, provider: azure-openai }]', { ...azure, ...entra })).toMatchObject([
      { id: 'a', secret: 'client-secret', options: { clientId: 'client' } },
    ])
  })

  it.each(['baseUrl: https://example.com', 'options: { authorityHost: "https://example.com" }'])(
    'never goes to an address that only the file names: %s',
    (line) => {
      const [found] = accounts(`providers: [{ id: a, provider: azure-openai, ${line} }]`, { ...azure, ...entra })
      expect(found).not.toHaveProperty('secret')
      expect(found?.options).not.toHaveProperty('clientId')
    },
  )
})

describe('an address that follows from options', () => {
  it('comes from a variable or the file, with or without a scheme', () => {
    expect(accounts('', databricks)[0]?.baseUrl).toBe('https://dbc-1.cloud.databricks.com')
    const text = 'providers: [{ id: a, provider: snowflake, apiKey: pat, options: { account: My_Org-Account1 } }]'
    expect(accounts(text)[0]?.baseUrl).toBe('https://my-org-account1.snowflakecomputing.com')
  })

  it('is asked for where it is missing, and the credential of a variable is not sent to one of the file', () => {
    expect(faultsOf('providers: [{ id: a, provider: databricks, apiKey: k }]')).toMatch(
      /^1:13 The account `a` of the provider `databricks` needs the option `host`/,
    )
    const text = 'providers: [{ id: a, provider: databricks, options: { host: other.example.com } }]'
    expect(accounts(text, databricks)[0]).not.toHaveProperty('secret')
  })

  it('makes no account of variables that are not enough for one, and no fault', () => {
    expect(accounts('', { CLOUDFLARE_API_TOKEN: 'token' })).toEqual([])
    expect(accounts('', { WATSONX_APIKEY: 'key', WATSONX_URL: 'https://us-south.ml.cloud.ibm.com' })).toEqual([])
  })
})

describe('a secret that is no header', () => {
  const pem = JSON.stringify('-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n')

  it('is taken where it is traded for a token, and nowhere else', () => {
    const options = (more: string) => `options: { account: a${more} }`
    const text = (more: string) => `providers: [{ id: a, provider: snowflake, apiKey: ${pem}, ${options(more)} }]`
    expect(accounts(text(', user: me'))[0]?.secret).toContain('PRIVATE KEY')
    expect(faultsOf(text(''))).toMatch(/^\d+:\d+ `apiKey` of the account `a` takes visible ASCII characters/)
    expect(faultsOf(text(''))).not.toContain('abc')
  })
})

it('a token endpoint may be private only when the file says so', () => {
  const text = (more: string) => `providers: [{ id: a, provider: azure-openai, apiKey: k${more} }]`
  expect(accounts(text(''), azure)[0]?.allowPrivateTokenEndpoint).toBe(false)
  expect(accounts(text(', allowPrivateNetwork: true'), azure)[0]?.allowPrivateTokenEndpoint).toBe(true)
  expect(accounts('', { ...azure, ...entra })[0]?.allowPrivateTokenEndpoint).toBeUndefined()
})

it('an account of the demo is not needed, and that is why it is refused', () => {
  expect(faultsOf('providers: [{ id: mine, provider: demo }]')).toMatch(
    /The account `mine` of the provider `demo` is not needed: the demo is built in/,
  )
})
