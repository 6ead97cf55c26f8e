import { isIP, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * What kind of address a call would go to. `private` may be allowed for an account; `forbidden` never is, because
 * nothing that serves models lives there and the credentials of a cloud machine do.
 */
export type AddressKind =
  | { readonly kind: 'public' }
  | { readonly kind: 'private' | 'forbidden'; readonly description: string }

/** Reads an address of either family, with or without a zone. Text that is no address is forbidden. */
export function addressKind(address: string): AddressKind {
  const parsed = parseAddress(address)
  if (parsed === undefined) return forbidden('no IP address')
  if (metadataAddresses.has(parsed.toNormalizedString())) {
    return forbidden('the metadata service of a cloud provider')
  }
  return parsed instanceof ipaddr.IPv6 ? kindOfIPv6(parsed) : kindOfIPv4(parsed)
}

/** The library reads `::127.0.0.1` as if it were `::ffff:127.0.0.1`; the URL parser writes both in hexadecimal digits first. */
function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const [bare = ''] = address.split('%', 1)
  const plain = isIPv6(bare) ? new URL(`http://[${bare}]`).hostname.slice(1, -1) : bare
  return isIP(plain) === 0 ? undefined : ipaddr.parse(plain)
}

/**
 * Services that hand out the credentials of the machine, in the form of `toNormalizedString`. Most are link-local and
 * refused as such; these have to be named because they lie in ranges that may be allowed, or in public ones.
 */
const metadataAddresses = new Set([
  '169.254.169.254',
  // AWS, "Retrieve instance metadata": IPv6 endpoint; EKS Pod Identity agent.
  'fd00:ec2:0:0:0:0:0:254',
  'fd00:ec2:0:0:0:0:0:23',
  // Google Compute Engine, "Access VM metadata": IPv6-only instances.
  'fd20:ce:0:0:0:0:0:254',
  // Alibaba Cloud ECS, "View instance metadata".
  '100.100.100.200',
  // Azure, "What is IP address 168.63.129.16?": the host's own agent, at a public address.
  '168.63.129.16',
])

function kindOfIPv4(address: ipaddr.IPv4): AddressKind {
  const range = address.range()
  switch (range) {
    case 'unicast':
      return { kind: 'public' }
    case 'private':
      return { kind: 'private', description: 'a private address (RFC 1918)' }
    case 'loopback':
      return { kind: 'private', description: 'a loopback address' }
    // Overlay networks number their machines from this range too, so it is private rather than forbidden.
    case 'carrierGradeNat':
      return { kind: 'private', description: 'a shared address (RFC 6598)' }
    case 'linkLocal':
      return forbidden('a link-local address')
    case 'unspecified':
      return forbidden('the unspecified address')
    default:
      return forbidden(`a ${range} address, which serves nothing on the Internet`)
  }
}

function kindOfIPv6(address: ipaddr.IPv6): AddressKind {
  const range = address.range()
  switch (range) {
    // Both end at the IPv4 address inside: a mapped one at once (RFC 4291), a translated one behind the NAT64 of a
    // network without IPv4 (RFC 6052). RFC 8215 leaves open where the address stands in its own prefix.
    case 'ipv4Mapped':
      return addressKind(address.toIPv4Address().toString())
    case 'rfc6052':
      return address.match(wellKnownNat64, 96)
        ? addressKind(ipaddr.fromByteArray(address.toByteArray().slice(12)).toString())
        : forbidden('an address of a local translator (RFC 8215)')
    case 'uniqueLocal':
      return { kind: 'private', description: 'a unique local address (RFC 4193)' }
    case 'loopback':
      return { kind: 'private', description: 'a loopback address' }
    case 'linkLocal':
      return forbidden('a link-local address')
    case 'unspecified':
      return forbidden('the unspecified address')
    // All of the Internet that was ever given out lies in 2000::/3 (IANA, "IPv6 Global Unicast Address Assignments").
    // This also refuses the old form `::127.0.0.1`, for which there is no range name.
    case 'unicast':
      return address.match(globalUnicast, 3) ? { kind: 'public' } : forbidden('an address outside the Internet')
    default:
      return forbidden(`a ${range} address, which serves nothing on the Internet`)
  }
}

const wellKnownNat64 = ipaddr.IPv6.parse('64:ff9b::')
const globalUnicast = ipaddr.IPv6.parse('2000::')

function forbidden(description: string): AddressKind {
  return { kind: 'forbidden', description }
}
