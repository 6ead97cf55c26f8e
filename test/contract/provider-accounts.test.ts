import { describe, expect, it } from 'vitest'
import { providers as catalogue } from '../../src/catalog/providers.generated.ts'
import type { Provider } from '../../src/core/model/provider.ts'

const providers: Readonly<Record<string, Provider>> = catalogue
const secret = 'SECRET-a1b2c3d4e5'

describe('accounts that cannot be used', () => {
  const faultOf = (id: string, options: Readonly<Record<string, string>>, baseUrl = 'https://example.com') =>
    providers[id]?.accountFault?.({ secret, baseUrl, options })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['azure-openai', { tenantId: 'a' }, 'both `tenantId` and `clientId`'],
    ['azure-openai', { clientId: 'a' }, 'both `tenantId` and `clientId`'],
    ['azure-openai', { tenantId: 'a', clientId: 'b', federatedTokenFile: '/t' }, 'both `apiKey` and'],
    ['cloudflare-ai-gateway', { keyOf: 'nobody' }, 'neither `gateway` nor `vendor`'],
    ['sap-ai-core', { clientId: 'a' }, '`clientId` and `tokenUrl`'],
    ['sap-ai-core', { clientId: 'a', tokenUrl: 'b', deployments: 'gpt-5' }, '`deployments` that are not of the form'],
    ['snowflake', { account: 'evil.example/' }, 'no identifier'],
    ['snowflake', { user: 'me' }, 'needs the option `account`'],
    ['snowflake', { account: 'a', privateKeyFile: '/k' }, 'needs the option `user`'],
    ['snowflake', { account: 'a', tokenType: 'X' }, '`tokenType` that is none of'],
    ['vertex-ai', {}, '`project`'],
    ['vertex-anthropic', { project: 'a', location: 'evil.example/' }, '`location` that is none'],
    ['watsonx', {}, 'one of `projectId` and `spaceId`'],
    ['watsonx', { projectId: 'a', spaceId: 'b' }, 'one of `projectId` and `spaceId`'],
    ['watsonx', { projectId: 'a', region: 'evil.example/' }, '`region` that is none'],
  ])('of %s with %j say why', (id, options, says) => {
    expect(faultOf(id, options)).toContain(says)
  })

  it.each<[string, string]>([
    ['cloudflare-ai-gateway', '`accountId` and `gatewayId`'],
    ['cloudflare-workers-ai', '`accountId`'],
    ['databricks', '`host`'],
    ['snowflake', '`account`'],
    ['watsonx', '`region`'],
  ])('of %s without an address name the option that gives it', (id, says) => {
    expect(faultOf(id, {}, '')).toContain(says)
  })
})
