import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKind } from './address-range.ts'

const publicAddresses = [
  '1.1.1.1',
  '8.8.8.8',
  '104.18.7.192',
  '172.15.255.255',
  '172.32.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '192.167.255.255',
  '2606:4700::6810:7c0',
  '2a00:1450:4001:80e::200a',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
]

const privateAddresses = [
  '10.0.0.0',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '127.0.0.1',
  '127.255.255.255',
  '100.64.0.0',
  '100.127.255.255',
  '::1',
  'fc00::1',
  'fdff:ffff::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '64:ff9b::192.168.1.1',
  '64:ff9b::7f00:1',
]

const forbiddenAddresses = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::127.0.0.1',
  '::ffff:0:127.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:0.0.0.0',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::7f00:1',
  '100::1',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:2::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:808:808::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254%eth0',
  'febf::1',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
]

describe('addressKind', () => {
  it.each(publicAddresses)('%s is public', (address) => {
    expect(addressKind(address)).toEqual({ kind: 'public' })
  })

  it.each(privateAddresses)('%s is private', (address) => {
    expect(addressKind(address)).toMatchObject({ kind: 'private' })
  })

  it.each(forbiddenAddresses)('"%s" is forbidden', (address) => {
    expect(addressKind(address)).toMatchObject({ kind: 'forbidden' })
  })

  it('judges a mapped and a translated address by the IPv4 address inside it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const kind = addressKind(address)
        expect(addressKind(`::ffff:${address}`)).toEqual(kind)
        expect(addressKind(`64:ff9b::${address}`)).toEqual(kind)
      }),
    )
  })

  it('gives every spelling of one IPv6 address the same kind', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const hostname = new URL(`http://[${address}]`).hostname.slice(1, -1)
        expect(addressKind(hostname)).toEqual(addressKind(address))
        expect(addressKind(address.toUpperCase())).toEqual(addressKind(address))
      }),
    )
  })

  it('calls nothing public below 1.0.0.0 or from 224.0.0.0 on', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(0), fc.integer({ min: 224, max: 255 })),
        fc.nat(255),
        fc.nat(255),
        fc.nat(255),
        (a, b, c, d) => {
          expect(addressKind(`${a}.${b}.${c}.${d}`).kind).toBe('forbidden')
        },
      ),
    )
  })
})
