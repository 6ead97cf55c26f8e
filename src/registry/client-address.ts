import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Blocks of addresses, of both families. */
export type Networks = readonly (readonly [Address, number])[]

/** Who asks, as the connection and its headers say. */
export interface Asker {
  /** Absent where the connection has ended. */
  readonly remoteAddress: string | undefined
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. `undefined`: neither. */
export function readNetwork(text: string): readonly [Address, number] | undefined {
  const [, bare = '', written] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = bare.includes('%') ? undefined : readAddress(bare)
  if (address === undefined) return undefined
  const most = address.kind() === 'ipv4' ? 32 : 128
  const bits = Number(written ?? most)
  // The bits of a mapped address would be those of the longer form.
  const isMapped = address.kind() === 'ipv4' && bare.includes(':')
  return bits <= most && !isMapped ? [address, bits] : undefined
}

export function isWithin(networks: Networks, address: Address): boolean {
  return networks.some(([block, bits]) => block.kind() === address.kind() && address.match([block, bits]))
}

/**
 * Where a request comes from: the other end of its connection, or where that is a proxy that is trusted, the nearest
 * address before it in `X-Forwarded-For` that is not. What stands further left, a client may have made up. `undefined`
 * where that cannot be told.
 */
export function clientAddress({ remoteAddress = '', headers }: Asker, trusted: Networks): Address | undefined {
  let address = readAddress(remoteAddress)
  const forwarded = headers['x-forwarded-for']
  if (address === undefined || forwarded === undefined || !isWithin(trusted, address)) return address
  const hops = (typeof forwarded === 'string' ? forwarded : forwarded.join(',')).split(',')
  for (let hop = hops.pop(); hop !== undefined; hop = hops.pop()) {
    address = readAddress(withoutPort(hop.trim()))
    if (address === undefined || !isWithin(trusted, address)) return address
  }
  return address
}

/** What one customer of a network provider usually has: `/24`, or `/48` of IPv6. `undefined` for addresses that many networks have. */
export function networkAround(address: Address): string | undefined {
  const range = address.range()
  if (range === 'private' || range === 'loopback' || range === 'linkLocal' || range === 'uniqueLocal') return undefined
  const bits = address.kind() === 'ipv4' ? 24 : 48
  const bytes = address.toByteArray().map((byte, index) => (index * 8 < bits ? byte : 0))
  return `${ipaddr.fromByteArray(bytes)}/${bits}`
}

/** As some proxies write it: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const [, bracketed, dotted] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(hop) ?? []
  return bracketed ?? dotted ?? hop
}

/** Of four numbers or of IPv6, with or without a zone; nothing shorter, which readers take in different ways. */
function readAddress(text: string): Address | undefined {
  const [bare = ''] = text.split('%', 1)
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined
  return plain(ipaddr.parse(bare))
}

/** An IPv4 address that a socket of both families writes as `::ffff:192.0.2.1` is that one. */
function plain(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}
