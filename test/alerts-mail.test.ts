import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MailMock, startMailMock } from './support/receivers.ts'

let gateway: TestGateway
let plain: MailMock
const secure: Server[] = []
const pem = (name: string): Buffer => readFileSync(join(import.meta.dirname, `fixtures/tls/${name}.pem`))

/** With TLS from the first byte. Nobody gets further than its certificate. */
async function secureMail(certificate: string): Promise<number> {
  const server = createServer({ key: pem(`${certificate}-key`), cert: pem(certificate) })
  server.on('tlsClientError', () => undefined)
  secure.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  plain = await startMailMock()
  const mail = (id: string, port: number, tls: string) => ({
    id,
    email: { host: 'localhost', port, tls, from: 'gateway@example.com', to: ['ops@example.com'] },
    allowPrivateNetwork: true,
  })
  gateway = await startTestGateway({
    config: {
      alerts: {
        receivers: [
          mail('untrusted', await secureMail('untrusted'), 'implicit'),
          mail('plain', plain.port, 'starttls'),
        ],
      },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await plain.close()
  for (const server of secure) await new Promise((resolve) => server.close(resolve))
})

it.each([
  [
    'untrusted',
    'nobody that is trusted here vouches for its certificate; give its authority to Node with NODE_EXTRA_CA_CERTS=<file>',
  ],
  ['plain', 'it does not take STARTTLS; `tls: implicit` is for a port with TLS from the first byte'],
])('a mail server that cannot be talked to in private is told of with the reason: %s', async (receiver, reason) => {
  const headers = { authorization: `Bearer ${gateway.adminToken}` }
  const { status, json } = await post(`${gateway.controlUrl}/api/v1/alerts/test`, { receiver }, { headers })
  expect([status, json.error.code]).toEqual([502, 'alert_undelivered'])
  expect(json.error.message).toContain(reason)
  expect(json.error.message).not.toContain('secret word')
})
