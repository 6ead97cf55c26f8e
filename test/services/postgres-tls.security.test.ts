import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectPostgres } from '../../src/catalog/stores/postgres/session.ts'
import { startTestGateway } from '../support/gateway.ts'
import { startOwnPostgres } from './own-postgres.ts'

const pem = (name: string): string => join(import.meta.dirname, `../fixtures/tls/${name}.pem`)
let localhost: Awaited<ReturnType<typeof startOwnPostgres>>
let elsewhere: Awaited<ReturnType<typeof startOwnPostgres>>
beforeAll(async () => {
  localhost = await startOwnPostgres(pem('localhost'), pem('localhost-key'))
  elsewhere = await startOwnPostgres(pem('other-host'), pem('other-host-key'))
})
afterAll(async () => {
  await localhost.close()
  await elsewhere.close()
})

const urlOf = (host: string, port: number, parameters: Readonly<Record<string, string>>): string =>
  `postgres://postgres@${host}:${port}/postgres?${new URLSearchParams(parameters)}`
const trusted = (name: string, sslmode = 'verify-full') => ({ sslmode, sslrootcert: pem(name) })

/** How the server sees the connection, or what is said of one that there is none. */
async function seen(url: string): Promise<unknown> {
  try {
    const { query, close } = await connectPostgres(url)
    try {
      const { rows } = await query('SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      return rows[0]
    } finally {
      await close()
    }
  } catch (fault) {
    return fault instanceof Error ? fault.message : fault
  }
}
const isEncrypted = { ssl: 't', version: 'TLSv1.3' }
const isUntrusted = 'The PostgreSQL of DATABASE_URL has a certificate that is not trusted; see sslmode and sslrootcert.'

describe('a connection to PostgreSQL', () => {
  it.each(['localhost', '127.0.0.1'])(
    'is encrypted where the certificate is trusted and for the host %s',
    async (host) => {
      for (const sslmode of ['verify-full', 'verify-ca', 'require'])
        expect(await seen(urlOf(host, localhost.port, trusted('localhost', sslmode)))).toEqual(isEncrypted)
    },
  )

  it.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'with sslmode=%s is none where nobody vouches for the certificate, or it is for another host',
    async (sslmode) => {
      expect(await seen(urlOf('localhost', localhost.port, { sslmode }))).toBe(isUntrusted)
      expect(await seen(urlOf('localhost', localhost.port, trusted('untrusted', sslmode)))).toBe(isUntrusted)
      for (const host of ['localhost', '127.0.0.1'])
        expect(await seen(urlOf(host, elsewhere.port, trusted('other-host', sslmode)))).toBe(isUntrusted)
    },
  )

  it('asks for no certificate only where the address says so', async () => {
    expect(await seen(urlOf('localhost', elsewhere.port, { sslmode: 'no-verify' }))).toEqual(isEncrypted)
  })

  it('is not made in the clear to a server that wants TLS', async () => {
    const refused = 'The PostgreSQL of DATABASE_URL refuses the user or its password.'
    expect(await seen(urlOf('localhost', localhost.port, {}))).toBe(refused)
    expect(await seen(urlOf('localhost', localhost.port, { sslmode: 'disable' }))).toBe(refused)
  })

  it('that is to be encrypted sends nothing to a server that knows no TLS', async () => {
    const received: Buffer[] = []
    const server = createServer((socket) => {
      socket.on('data', (bytes) => {
        received.push(Buffer.from(bytes))
        // What a server says to the request for TLS: https://www.postgresql.org/docs/current/protocol-flow.html
        socket.write('N')
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await seen(urlOf('127.0.0.1', port, { sslmode: 'verify-full' }))).toBe(
      'The PostgreSQL of DATABASE_URL takes no TLS; switch it on there, or see sslmode.',
    )
    server.close()
    expect(Buffer.concat(received)).toHaveLength(8)
  })
})

it('a gateway keeps its record and its keys over TLS', async () => {
  const url = urlOf('localhost', localhost.port, trusted('localhost'))
  const gateway = await startTestGateway({ environment: { DATABASE_URL: url } })
  try {
    const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'over TLS' }] }
    const reply = await gateway.post('/v1/chat/completions', body)
    expect(await gateway.call(reply)).toMatchObject({ status: 200, input: body })
    const { query, close } = await connectPostgres(url)
    const { rows } = await query(
      "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'portcullis'",
    )
    await close()
    expect(rows).toEqual([{ ssl: 't' }])
  } finally {
    await gateway.close()
  }
})
