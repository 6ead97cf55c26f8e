import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { GatewayError } from '../../core/errors.ts'
import { addressKind } from './address-range.ts'

/** Whose address is checked, for the error, and what it may be. */
export interface AddressRules {
  /** Id of the provider account. */
  readonly account: string
  readonly allowPrivateNetwork: boolean
  /** What has that name, where it is no account. */
  readonly kind?:
    | 'store of secrets'
    | 'receiver of alerts'
    | 'receiver of checkpoints'
    | 'collector'
    | 'remote detector'
}

function subject({ account, kind }: AddressRules): string {
  return `The ${kind ?? 'provider account'} "${account}"`
}

/**
 * Checks what can be said of a base URL without a name server, when the configuration is read, and gives it parsed.
 * Odd spellings (`http://2130706433`, `http://0x7f.1`) need no list: the WHATWG URL parser has made them plain
 * addresses. Node connects to a literal address without asking `lookup`, so for those this is the only check.
 */
export function checkBaseUrl(baseUrl: string, rules: AddressRules): URL {
  const url = URL.parse(baseUrl)
  if (url === null) throw invalid(rules, 'is not a URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid(rules, 'must start with https:// or http://')
  if (url.username !== '' || url.password !== '') {
    throw invalid(rules, 'holds a user name or password; set `apiKey` instead')
  }
  if (url.port === '0') throw invalid(rules, 'names port 0, which nothing listens on')
  if (url.search !== '' || url.hash !== '') throw invalid(rules, 'must end with its path: no query and no fragment')
  const name = hostName(url.hostname)
  if (isIP(name) !== 0) checkAddress(name, name, rules)
  else checkName(name, rules)
  return url
}

/** The same for a host alone. Throws `blocked_address` or `invalid_request`. */
export function checkHost(host: string, rules: AddressRules): void {
  checkBaseUrl(`http://${isIP(host) === 6 ? `[${host}]` : host}`, rules)
}

/** As `checkBaseUrl`, for an address that gets a credential in its body. */
export function checkTokenUrl(text: string, rules: AddressRules): URL {
  const url = URL.parse(text)
  const fault = (what: string): GatewayError =>
    new GatewayError(
      'blocked_address',
      rules.kind !== undefined
        ? `The address of the ${rules.kind} "${rules.account}" ${what}.`
        : `The URL of the token endpoint of the account "${rules.account}" ${what}.`,
    )
  if (url === null) throw fault('is not a URL')
  // RFC 6749, section 3.2: TLS is a must. A test or a sidecar on this machine may do without.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && rules.allowPrivateNetwork)) {
    throw fault('must start with https://, or with http:// beside `allowPrivateNetwork: true`')
  }
  if (url.username !== '' || url.password !== '') throw fault('holds a user name or password')
  if (url.hash !== '') throw fault('has a fragment')
  checkBaseUrl(url.origin, rules)
  return url
}

/** Names that stand for an address whatever a name server says. */
function checkName(name: string, rules: AddressRules): void {
  if (metadataNames.has(name)) {
    throw new GatewayError(
      'blocked_address',
      `${subject(rules)} points to ${name}, the metadata service of a cloud provider. This is never allowed.`,
    )
  }
  // RFC 6761, section 6.3: these names are loopback, and name servers need not be asked.
  const isLoopback = name === 'localhost' || name.endsWith('.localhost')
  if (isLoopback && !rules.allowPrivateNetwork) throw notAllowed(name, 'a loopback address', rules)
}

const metadataNames = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal'])

function checkAddress(address: string, host: string, rules: AddressRules): void {
  const found = addressKind(address)
  if (found.kind === 'public' || (found.kind === 'private' && rules.allowPrivateNetwork)) return
  const shown = host === address ? address : `${host} (${address})`
  throw found.kind === 'private'
    ? notAllowed(shown, found.description, rules)
    : new GatewayError(
        'blocked_address',
        `${subject(rules)} points to ${shown}, ${found.description}. This is never allowed.`,
      )
}

function notAllowed(host: string, description: string, rules: AddressRules): GatewayError {
  return new GatewayError(
    'blocked_address',
    `${subject(rules)} points to ${host}, ${description}; set \`allowPrivateNetwork: true\` on it if this is meant.`,
  )
}

function invalid({ account }: AddressRules, fault: string): GatewayError {
  return new GatewayError('invalid_request', `The base URL of the provider account "${account}" ${fault}.`, {
    param: 'baseUrl',
  })
}

/** A host as the parser leaves it, without the brackets of IPv6 and the dot of a rooted name. */
function hostName(hostname: string): string {
  const name = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return name.endsWith('.') ? name.slice(0, -1) : name
}

export interface AddressGuardOptions {
  /** All addresses of a name, as `dns.promises.lookup(name, { all: true })` gives them. */
  lookup(hostname: string): Promise<readonly LookupAddress[]>
  /** Milliseconds of any clock that only goes forward. */
  now(): number
  /** How long an answer is used before the name is resolved and checked anew. */
  readonly ttlMs: number
}

export interface AddressGuard {
  /**
   * A `connect.lookup` for the connections of one account. What it gives is what was checked, and what Node then
   * connects to: a name server that answers differently the second time is never asked a second time for one connection.
   */
  lookupFor(rules: AddressRules): LookupFunction
}

/** Resolves names once for all accounts and checks every address for the account that is about to connect. */
export function createAddressGuard({ lookup, now, ttlMs }: AddressGuardOptions): AddressGuard {
  const answers = new Map<string, { readonly addresses: Promise<readonly LookupAddress[]>; readonly until: number }>()

  const resolve = (hostname: string): Promise<readonly LookupAddress[]> => {
    const known = answers.get(hostname)
    if (known !== undefined && now() < known.until) return known.addresses
    // The map has one entry for each host of the configuration, so it needs no bound of its own.
    const answer = { addresses: lookup(hostname), until: now() + ttlMs }
    answers.set(hostname, answer)
    // A failure is not kept: the next connection asks again.
    answer.addresses.catch(() => {
      if (answers.get(hostname) === answer) answers.delete(hostname)
    })
    return answer.addresses
  }

  return {
    lookupFor: (rules) => (hostname, options, callback) => {
      const name = hostName(hostname)
      resolveChecked(name, rules, resolve).then(
        (checked) => {
          const usable = ofFamily(checked, options.family)
          const first = usable[0]
          if (first === undefined) callback(unresolved(name, rules), '')
          else if (options.all === true) callback(null, [...usable])
          else callback(null, first.address, first.family)
        },
        (error: GatewayError) => callback(error, ''),
      )
    },
  }
}

/** One forbidden address refuses the whole name: a name that mixes public and private answers is a rebinding attempt or a fault. */
async function resolveChecked(
  name: string,
  rules: AddressRules,
  resolve: (hostname: string) => Promise<readonly LookupAddress[]>,
): Promise<readonly LookupAddress[]> {
  checkName(name, rules)
  let addresses: readonly LookupAddress[]
  try {
    addresses = await resolve(name)
  } catch (cause) {
    throw unresolved(name, rules, cause)
  }
  for (const { address } of addresses) checkAddress(address, name, rules)
  return addresses
}

function unresolved(name: string, rules: AddressRules, cause?: unknown): GatewayError {
  return new GatewayError(
    'upstream_unreachable',
    `The host ${name} of ${subject(rules).replace('The', 'the')} cannot be resolved.`,
    { cause },
  )
}

function ofFamily(addresses: readonly LookupAddress[], family: number | string | undefined): readonly LookupAddress[] {
  const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family
  return wanted === 4 || wanted === 6 ? addresses.filter((address) => address.family === wanted) : addresses
}
