import fc from 'fast-check'
import { expect, it } from 'vitest'
import { clientAddress, isWithin, type Networks, readNetwork } from './client-address.ts'

const networks = (...texts: string[]): Networks => texts.map((text) => readNetwork(text) ?? fail(text))
const fail = (text: string): never => {
  throw new Error(`${text} is no network.`)
}
const seen = (remoteAddress: string | undefined, forwarded: string | undefined, trusted: Networks) =>
  clientAddress(
    { remoteAddress, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    trusted,
  )?.toString()

const proxies = networks('127.0.0.1', '10.0.0.0/8', '2001:db8:1::/48')

it.each([
  ['the connection', '203.0.113.9', undefined, '203.0.113.9'],
  ['the connection, where no trusted proxy is its other end', '203.0.113.9', '192.0.2.1', '203.0.113.9'],
  ['what a trusted proxy says', '127.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['the nearest that is not trusted', '10.1.2.3', '198.51.100.7, 192.0.2.1, 10.9.9.9', '192.0.2.1'],
  ['the outermost, where all are trusted', '127.0.0.1', '10.1.1.1, 10.2.2.2', '10.1.1.1'],
  ['a mapped address as what it is', '::ffff:127.0.0.1', '::ffff:192.0.2.1', '192.0.2.1'],
  ['addresses with ports', '127.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
  ['addresses in brackets', '127.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
  ['IPv6 proxies', '2001:db8:1::5', '2001:db8:2::1', '2001:db8:2::1'],
  ['nobody, where the nearest is no address', '127.0.0.1', '192.0.2.1, unknown', undefined],
  ['nobody, where it is empty', '127.0.0.1', '', undefined],
  ['nobody, for a number that readers take in different ways', '127.0.0.1', '3221225985', undefined],
  ['nobody, for a number with a leading zero', '127.0.0.1', '010.0.0.1', undefined],
  ['nobody, where the connection has gone', undefined, '192.0.2.1', undefined],
])('a request comes from %s', (_name, remote, forwarded, expected) => {
  expect(seen(remote, forwarded, proxies)).toBe(expected)
})

it('nothing that a client writes before what its proxy adds changes where it comes from', () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (written, address) => {
      const own = readNetwork(address)?.[0]
      fc.pre(own !== undefined && !isWithin(proxies, own))
      expect(seen('127.0.0.1', `${written}, ${address}`, proxies)).toBe(seen(address, undefined, proxies))
    }),
  )
})

it.each(['', '10.0.0.0/33', '10.0.0/8', '::/129', 'localhost', '10.0.0.1-10.0.0.9', '0x7f.1', '::ffff:10.0.0.0/104'])(
  'is no network: %s',
  (text) => {
    expect(readNetwork(text)).toBeUndefined()
  },
)
