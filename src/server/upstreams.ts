import { lookup } from 'node:dns/promises'
import type { Limits, ProviderAccount } from '../core/registry.ts'
import { checkBaseUrl, createAddressGuard } from '../gateway/outbound/address-guard.ts'
import type { Connection } from '../gateway/outbound/connection.ts'
import { ConnectionPool } from '../gateway/outbound/connection-pool.ts'

/** Connections to all providers. Outlives a configuration: accounts that did not change keep their connections. */
export interface Upstreams {
  /** Throws `blocked_address`, `invalid_request` for a base URL that is none, or `overloaded`. */
  acquire(account: ProviderAccount, limits: Limits): Connection
  /** A new connection in place of one that was cut. */
  replace(account: ProviderAccount, limits: Limits): Connection
  /** Closes the connections of accounts that are no longer there, or that had other limits. */
  keep(accounts: readonly ProviderAccount[], limits: Limits): void
  close(): void
}

const connectTimeoutMs = 10_000
const addressTtlMs = 30_000

export function createUpstreams(): Upstreams {
  const guard = createAddressGuard({
    lookup: (hostname) => lookup(hostname, { all: true }),
    now: () => performance.now(),
    ttlMs: addressTtlMs,
  })
  const pools = new Map<string, ConnectionPool>()
  // The text key of an account is needed once: calls find their pool by the account itself.
  let byAccount = new WeakMap<ProviderAccount, ConnectionPool>()

  const poolOf = (account: ProviderAccount, limits: Limits): ConnectionPool => {
    const key = poolKey(account, limits)
    let pool = pools.get(key)
    if (pool === undefined) {
      const rules = { account: account.id, allowPrivateNetwork: account.allowPrivateNetwork }
      const url = checkBaseUrl(account.baseUrl, rules)
      const protocol = url.protocol === 'http:' ? 'http:' : 'https:'
      pool = new ConnectionPool({
        origin: {
          protocol,
          host: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
          port: url.port === '' ? (protocol === 'http:' ? 80 : 443) : Number(url.port),
          lookup: guard.lookupFor(rules),
        },
        maxConnections: limits.maxConnectionsPerOrigin,
        connectTimeoutMs,
        silentTimeoutMs: limits.upstreamTimeoutMs,
      })
      pools.set(key, pool)
    }
    byAccount.set(account, pool)
    return pool
  }

  return {
    acquire: (account, limits) => (byAccount.get(account) ?? poolOf(account, limits)).acquire(),
    replace: (account, limits) => (byAccount.get(account) ?? poolOf(account, limits)).open(),
    keep(accounts, limits) {
      const wanted = new Set(accounts.map((account) => poolKey(account, limits)))
      for (const [key, pool] of pools) {
        if (wanted.has(key)) continue
        pool.close()
        pools.delete(key)
      }
      byAccount = new WeakMap()
    },
    close() {
      for (const pool of pools.values()) pool.close()
      pools.clear()
      byAccount = new WeakMap()
    },
  }
}

/** What decides whether two accounts may share connections. The credential is in each request, but what is checked differs by account. */
function poolKey(
  { id, baseUrl, allowPrivateNetwork }: ProviderAccount,
  { maxConnectionsPerOrigin, upstreamTimeoutMs }: Limits,
): string {
  return `${id} ${allowPrivateNetwork} ${maxConnectionsPerOrigin} ${upstreamTimeoutMs} ${baseUrl}`
}
