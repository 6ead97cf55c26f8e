import type { LookupAddress, LookupOptions } from 'node:dns'
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GatewayError } from '../../core/errors.ts'
import { type AddressRules, checkBaseUrl, createAddressGuard } from './address-guard.ts'
import { addressKind } from './address-range.ts'

const strict: AddressRules = { account: 'main', allowPrivateNetwork: false }
const relaxed: AddressRules = { account: 'main', allowPrivateNetwork: true }

describe('checkBaseUrl', () => {
  it.each([
    'https://api.openai.com/v1',
    'https://api.openai.com./v1',
    'http://8.8.8.8:8080',
    'https://[2606:4700::6810:7c0]/v1',
    'https://bücher.example/v1',
    'https://localhost.example.com/v1',
    'https://1e100.net',
  ])('takes %s', (url) => {
    expect(checkBaseUrl(url, strict).href).toBe(new URL(url).href)
  })

  it.each([
    'http://127.0.0.1:11434',
    'http://2130706433',
    'http://0x7f000001',
    'http://0x7f.1',
    'http://017700000001',
    'http://0177.0.0.1',
    'http://127.1',
    'http://127.0.0.1./',
    'http://127。0。0。1/',
    'http://①②⑦.0.0.1/',
    'http:\\\\127.0.0.1\\v1',
    'http://%31%32%37.0.0.1',
    'http://localhost:9100/v1',
    'http://LocalHost./v1',
    'http://a.b.localhost',
    'http://10.1.2.3',
    'http://192.168.1.10:8000/v1',
    'http://[::1]:8000',
    'http://[::ffff:127.0.0.1]',
    'http://[0:0:0:0:0:ffff:7f00:1]',
    'http://[fd12:3456::1]',
  ])('refuses %s until the account allows private networks', (url) => {
    const error = fault(() => checkBaseUrl(url, strict))
    expect(error.code).toBe('blocked_address')
    expect(error.message).toContain('"main"')
    expect(error.message).toContain('allowPrivateNetwork')
    expect(checkBaseUrl(url, relaxed).protocol).toBe('http:')
  })

  it.each([
    'http://169.254.169.254/latest',
    'http://2852039166',
    'http://0xa9fea9fe',
    'http://169.254.43518',
    'http://[::ffff:169.254.169.254]',
    'http://[fe80::1]',
    'http://[fd00:ec2::254]',
    'http://100.100.100.200',
    'http://168.63.129.16',
    'http://metadata.google.internal/computeMetadata/v1',
    'http://METADATA.google.internal./',
    'http://metadata.goog',
    'http://0.0.0.0:8000',
    'http://0',
    'http://[::]',
    'http://224.0.0.1',
    'http://203.0.113.1',
    'http://198.18.0.1',
    'http://[2002:7f00:1::]',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  ])('refuses %s whatever the account allows', (url) => {
    for (const rules of [strict, relaxed]) {
      const error = fault(() => checkBaseUrl(url, rules))
      expect(error.code).toBe('blocked_address')
      expect(error.message).toContain('"main"')
      expect(error.message).toContain('never')
    }
  })

  it.each([
    ['', 'not a URL'],
    ['api.openai.com/v1', 'not a URL'],
    ['http://', 'not a URL'],
    ['http://1.2.3.4.5', 'not a URL'],
    ['http://[fe80::1%25eth0]', 'not a URL'],
    ['ftp://api.openai.com', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['gopher://127.0.0.1', 'https://'],
    ['https://user:hunter2@api.openai.com', 'user name'],
    ['https://hunter2@api.openai.com', 'user name'],
    ['https://api.openai.com:0/v1', 'port 0'],
    ['https://api.openai.com/v1?key=hunter2', 'query'],
    ['https://api.openai.com/v1#hunter2', 'fragment'],
  ])('says what is wrong with "%s" without repeating it', (url, part) => {
    const error = fault(() => checkBaseUrl(url, relaxed))
    expect(error.code).toBe('invalid_request')
    expect(error.message).toContain(part)
    expect(error.message).not.toContain('hunter2')
  })

  it('refuses a forbidden IPv4 address in every way of writing a number', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const octets = address.split('.').map(Number)
        const number = octets.reduce((sum, octet) => sum * 256 + octet, 0)
        const spellings = [
          String(number),
          `0x${number.toString(16)}`,
          `0${number.toString(8)}`,
          octets.map((octet) => `0x${octet.toString(16)}`).join('.'),
          octets.map((octet) => `0${octet.toString(8)}`).join('.'),
          `${octets[0]}.${number % 2 ** 24}`,
          `${address}.`,
        ]
        const isPublic = addressKind(address).kind === 'public'
        for (const spelling of spellings) {
          const check = (): URL => checkBaseUrl(`http://${spelling}/v1`, strict)
          if (isPublic) expect(check().hostname).toBe(address)
          else expect(check).toThrow(/"main" points to/)
        }
      }),
    )
  })
})

describe('createAddressGuard', () => {
  it('gives the addresses that it checked', async () => {
    const { guard } = guarded([[v4('8.8.8.8'), v6('2606:4700::1111')]])
    expect(await resolve(guard, strict, { all: true })).toEqual([v4('8.8.8.8'), v6('2606:4700::1111')])
    expect(await resolve(guard, strict, { all: false })).toEqual(['8.8.8.8', 4])
    expect(await resolve(guard, strict, { all: true, family: 6 })).toEqual([v6('2606:4700::1111')])
    expect(await resolve(guard, strict, { all: true, family: 'IPv4' })).toEqual([v4('8.8.8.8')])
  })

  it('does not ask again while the answer is fresh, so a name that rebinds between two calls gains nothing', async () => {
    const { guard, asked } = guarded([[v4('8.8.8.8')], [v4('127.0.0.1')]])
    expect(await resolve(guard, strict, { all: true })).toEqual([v4('8.8.8.8')])
    expect(await resolve(guard, strict, { all: true })).toEqual([v4('8.8.8.8')])
    expect(asked).toEqual(['api.example.com'])
  })

  it('checks again when the answer has expired, and refuses a name that has become private', async () => {
    const { guard, asked, clock } = guarded([[v4('8.8.8.8')], [v4('169.254.169.254')], [v4('8.8.4.4')]])
    await resolve(guard, strict, { all: true })
    clock.now += 999
    await resolve(guard, strict, { all: true })
    expect(asked).toHaveLength(1)
    clock.now += 1
    expect((await refusal(guard, strict)).code).toBe('blocked_address')
    clock.now += 1000
    expect(await resolve(guard, strict, { all: true })).toEqual([v4('8.8.4.4')])
  })

  it('refuses a name when only one of its addresses is private', async () => {
    const { guard } = guarded([[v4('8.8.8.8'), v6('::1')]])
    const error = await refusal(guard, strict)
    expect(error.code).toBe('blocked_address')
    expect(error.message).toContain('api.example.com (::1)')
    expect(error.message).toContain('allowPrivateNetwork')
  })

  it('judges one answer by the rules of each account that asks for it', async () => {
    const { guard, asked } = guarded([[v4('10.0.0.7')]])
    expect(await resolve(guard, relaxed, { all: true })).toEqual([v4('10.0.0.7')])
    expect((await refusal(guard, strict)).code).toBe('blocked_address')
    expect(asked).toHaveLength(1)
  })

  it('never lets an account reach a metadata service, by address or by name', async () => {
    const { guard, asked } = guarded([[v4('169.254.169.254')]])
    expect((await refusal(guard, relaxed)).code).toBe('blocked_address')
    expect((await refusal(guard, relaxed, 'metadata.google.internal.')).code).toBe('blocked_address')
    expect(asked).toEqual(['api.example.com'])
  })

  it('asks once for connections that start together', async () => {
    const { guard, asked } = guarded([[v4('8.8.8.8')]])
    await Promise.all(Array.from({ length: 10 }, () => resolve(guard, strict, { all: true })))
    expect(asked).toHaveLength(1)
  })

  it('reports a name that does not resolve as unreachable, and asks again the next time', async () => {
    const { guard } = guarded([new Error('ENOTFOUND'), [], [v4('8.8.8.8')]])
    expect((await refusal(guard, strict)).code).toBe('upstream_unreachable')
    const { guard: empty } = guarded([[]])
    expect((await refusal(empty, strict)).code).toBe('upstream_unreachable')
    const { guard: again } = guarded([new Error('EAI_AGAIN'), [v4('8.8.8.8')]])
    expect((await refusal(again, strict)).message).toContain('api.example.com')
    expect(await resolve(again, strict, { all: true })).toEqual([v4('8.8.8.8')])
  })

  it('works as the lookup of an HTTP client: the checked address is connected to, the name stays the host', async () => {
    const hosts: (string | undefined)[] = []
    const server = createServer((request, response) => {
      hosts.push(request.headers.host)
      response.end('here')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const { guard } = guarded([[v4('127.0.0.1')]])
    const origin = `http://api.example.com:${port}`
    try {
      const [reply] = await once(get(origin, { agent: false, lookup: guard.lookupFor(relaxed) }), 'response')
      expect(await text(reply)).toBe('here')
      const refused = once(get(origin, { agent: false, lookup: guard.lookupFor(strict) }), 'response')
      await expect(refused).rejects.toMatchObject({ code: 'blocked_address' })
      expect(hosts).toEqual([`api.example.com:${port}`])
    } finally {
      server.close()
      server.closeAllConnections()
    }
  })

  it('works as the lookup of a plain socket', async () => {
    const { guard } = guarded([[v4('192.168.0.1')]])
    const socket = connect({ host: 'api.example.com', port: 80, lookup: guard.lookupFor(strict) })
    const [error] = await once(socket, 'error').catch((fault: unknown) => [fault])
    expect(error).toMatchObject({ code: 'blocked_address' })
  })
})

/** A guard over a name server that gives the next answer each time it is asked. */
function guarded(answers: (readonly LookupAddress[] | Error)[]) {
  const asked: string[] = []
  const clock = { now: 0 }
  const guard = createAddressGuard({
    lookup: async (hostname) => {
      asked.push(hostname)
      const answer = answers.shift()
      if (answer === undefined) throw new Error('asked too often')
      if (answer instanceof Error) throw answer
      return answer
    },
    now: () => clock.now,
    ttlMs: 1000,
  })
  return { guard, asked, clock }
}

type Guard = ReturnType<typeof createAddressGuard>

function resolve(guard: Guard, rules: AddressRules, options: LookupOptions, host = 'api.example.com') {
  return new Promise<unknown>((done, fail) => {
    guard.lookupFor(rules)(host, options, (error, address, family) => {
      if (error !== null) fail(error)
      else done(family === undefined ? address : [address, family])
    })
  })
}

function refusal(guard: Guard, rules: AddressRules, host?: string): Promise<GatewayError> {
  return resolve(guard, rules, { all: true }, host).then(
    (addresses) => {
      throw new Error(`resolved to ${JSON.stringify(addresses)}`)
    },
    (error: GatewayError) => error,
  )
}

function fault(run: () => unknown): GatewayError {
  try {
    run()
  } catch (error) {
    return error as GatewayError
  }
  throw new Error('nothing was thrown')
}

function v4(address: string): LookupAddress {
  return { address, family: 4 }
}

function v6(address: string): LookupAddress {
  return { address, family: 6 }
}
