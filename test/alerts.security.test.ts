import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { compileConfig } from '../src/server/config/compile.ts'
import { post } from './support/client.ts'
import { startTestGateway } from './support/gateway.ts'

const faultsOf = (receiver: string): string => {
  const read = compileConfig(`alerts:\n  receivers:\n    - ${receiver}\n`, [], {})
  return read.faults.map(({ message }) => message).join('\n')
}

it.each([
  ['{ id: a, webhook: { url: "http://169.254.169.254/latest" } }', /https/],
  ['{ id: a, webhook: { url: "https://169.254.169.254/latest" }, allowPrivateNetwork: true }', /metadata|link-local/],
  ['{ id: a, webhook: { url: "https://10.0.0.1/hook" } }', /private/],
  ['{ id: a, webhook: { url: "https://user:password@example.com/" } }', /user name or password/],
  ['{ id: a, slack: { url: "ftp://example.com/" } }', /https/],
  ['{ id: a, email: { host: 127.0.0.1, from: a@b.c, to: [a@b.c] } }', /loopback/],
  ['{ id: a, email: { host: "mail.example.com/x", from: a@b.c, to: [a@b.c] } }', /mail server/],
  ['{ id: a, email: { host: mail.example.com, from: "a@b.c\\r\\nBcc: x@y.z", to: [a@b.c] } }', /mail address/],
  ['{ id: a, email: { host: mail.example.com, from: a@b.c, to: ["a@b.c, x@y.z"] } }', /mail address/],
  ['{ id: a, email: { host: mail.example.com, tls: none, from: a@b.c, to: [a@b.c] } }', /private network/],
  ['{ id: a, webhook: { url: "env:not a name" } }', /names no environment variable/],
  ['{ id: a, webhook: { url: "https://example.com" }, kinds: [budgets] }', /No kind of alerts/],
  ['{ id: a }', /one of `webhook`, `slack` and `email`/],
])('refuses the receiver %s', (receiver, sentence) => {
  expect(faultsOf(receiver)).toMatch(sentence)
})

it('a receiver that answers without end is cut, and its words are shown to nobody', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200)
    const write = (): void => {
      while (response.write('words of the receiver '.repeat(500)));
      response.once('drain', write)
    }
    write()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const gateway = await startTestGateway({
    config: {
      alerts: {
        receivers: [{ id: 'endless', webhook: { url, secret: 'shared-secret-of-both' }, allowPrivateNetwork: true }],
      },
    },
  })
  try {
    const headers = { authorization: `Bearer ${gateway.adminToken}` }
    const reply = await post(`${gateway.controlUrl}/api/v1/alerts/test`, { receiver: 'endless' }, { headers })
    expect(reply.status).toBeGreaterThanOrEqual(500)
    expect(reply.text).not.toContain('words of the receiver')
    const shown = await gateway.control('/api/v1/config')
    expect(shown.text).not.toContain('shared-secret-of-both')
    expect(shown.text).not.toContain(url)
  } finally {
    await gateway.close()
    server.closeAllConnections()
    server.close()
  }
})
