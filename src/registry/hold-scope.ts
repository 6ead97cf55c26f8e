import type { KeyScope } from '../core/calls/key-scope.ts'
import type { Principal, ProviderAccount, VirtualKey } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import { type Asker, clientAddress, isWithin, type Networks, networkAround, readNetwork } from './client-address.ts'
import { matchesAny } from './virtual-keys.ts'

export interface ScopeOptions {
  /** Proxies whose `X-Forwarded-For` counts: addresses and CIDR blocks. */
  readonly trustedProxies: readonly string[]
  /** Regions that a workspace is bound to; `undefined`: none. */
  dataRegionsOf(workspace: string): readonly string[] | undefined
}

export interface Scopes {
  /** Throws `network_not_allowed` or `endpoint_not_allowed`. Without an endpoint, which is asked for is free to all keys. */
  check(key: Pick<VirtualKey, 'scope'>, asker: Asker, endpoint: string | undefined): void
  /** The network that the asker is in, as `/24` or `/48`; `undefined` for private ones, and within those that are known. */
  networkOf(asker: Asker, known: readonly string[]): string | undefined
  /** Whether there may be an account that is out of the principal's reach. */
  isBound(principal: Principal): boolean
  /** Whether the account may have what calls of the principal say. */
  mayReach(principal: Principal, account: ProviderAccount): boolean
}

/** Holds keys and workspaces to what they are bound to. A key that is bound to nothing costs a look at one field. */
export function createScopes({ trustedProxies, dataRegionsOf }: ScopeOptions): Scopes {
  const trusted = networksOf(trustedProxies)
  const known = new WeakMap<readonly string[], Networks>()
  const blocksOf = (networks: readonly string[]): Networks => {
    let blocks = known.get(networks)
    if (blocks === undefined) {
      blocks = networksOf(networks)
      known.set(networks, blocks)
    }
    return blocks
  }
  return {
    check({ scope }, asker, endpoint) {
      if (scope === undefined) return
      if (scope.networks !== undefined) checkNetwork(blocksOf(scope.networks), asker, trusted)
      if (endpoint !== undefined) checkEndpoint(scope, endpoint)
    },
    networkOf(asker, networks) {
      const address = clientAddress(asker, trusted)
      return address === undefined || isWithin(blocksOf(networks), address) ? undefined : networkAround(address)
    },
    isBound: ({ scope, workspace }) =>
      scope?.providers !== undefined || scope?.dataRegions !== undefined || dataRegionsOf(workspace) !== undefined,
    mayReach({ scope, workspace }, account) {
      const ofWorkspace = dataRegionsOf(workspace)
      if (ofWorkspace !== undefined && !isIn(ofWorkspace, account)) return false
      if (scope === undefined) return true
      const { providers, dataRegions } = scope
      if (dataRegions !== undefined && !isIn(dataRegions, account)) return false
      const { id, furtherOf = id, provider } = account
      return providers === undefined || matchesAny(providers, furtherOf) || matchesAny(providers, provider.id)
    },
  }
}

/** Throws `endpoint_not_allowed`. */
export function checkEndpoint({ endpoints }: KeyScope, path: string): void {
  if (endpoints === undefined || matchesAny(endpoints, path)) return
  throw new GatewayError('endpoint_not_allowed', `This key may not be used at ${path}.`)
}

function checkNetwork(networks: Networks, asker: Asker, trusted: Networks): void {
  const address = clientAddress(asker, trusted)
  if (address !== undefined && isWithin(networks, address)) return
  const from = address === undefined ? 'an address that is not known' : address.toString()
  throw new GatewayError('network_not_allowed', `This key may not be used from ${from}.`)
}

/** What is no network holds nobody: the file and the API refuse it before. */
function networksOf(texts: readonly string[]): Networks {
  return texts.flatMap((text) => {
    const network = readNetwork(text)
    return network === undefined ? [] : [network]
  })
}

/** An account that says nothing of its region is in none. */
function isIn(regions: readonly string[], { dataRegion }: ProviderAccount): boolean {
  return dataRegion !== undefined && regions.includes(dataRegion)
}
