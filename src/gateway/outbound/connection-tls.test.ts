import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Connection } from './connection.ts'

/** For `localhost`, self-signed, of no use to anybody. */
const pem = (name: string): string =>
  readFileSync(new URL(`../../../test/fixtures/tls/${name}.pem`, import.meta.url), 'utf8')
const trusted = getCACertificates('default')
const body = Buffer.from(Array.from({ length: 500_000 }, (_, index) => String(index)).join())
const requests: string[] = []
const server = createServer({ key: pem('localhost-key'), cert: pem('localhost') }, (request, response) => {
  requests.push(`${request.socket.remotePort}`)
  request.resume().on('end', () => response.end(body))
})
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  setDefaultCACertificates(trusted)
  server.close()
  server.closeAllConnections()
})

// Happy Eyeballs asks for all addresses at once.
const lookup: LookupFunction = (_host, _options, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }])

/** Sends one request and gives what came back, with a pause in its middle. */
function ask(connection: Connection): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    connection.send('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n', Buffer.from('{}'), {
      onHead: () => undefined,
      onData: (chunk) => {
        chunks.push(chunk)
        if (chunks.length !== 2) return
        connection.pause()
        setImmediate(() => connection.resume())
      },
      onEnd: () => resolve(Buffer.concat(chunks)),
      onError: reject,
    })
  })
}

test('a reply over TLS arrives byte for byte, and the connection takes the next request', async () => {
  setDefaultCACertificates([...trusted, pem('localhost')])
  const { port } = server.address() as AddressInfo
  const connection = new Connection({ protocol: 'https:', host: 'localhost', port, lookup }, () => undefined)
  for (let round = 0; round < 2; round++) expect((await ask(connection)).equals(body)).toBe(true)
  expect(new Set(requests).size).toBe(1)
  connection.abort(new Error('The test is over.'))
})

test('a server whose certificate nobody vouches for gets no request', async () => {
  setDefaultCACertificates([...trusted])
  const { port } = server.address() as AddressInfo
  const before = requests.length
  const connection = new Connection({ protocol: 'https:', host: 'localhost', port, lookup }, () => undefined)
  await expect(ask(connection)).rejects.toThrow(/certificate/)
  expect(requests).toHaveLength(before)
})
