import { lookup } from 'node:dns/promises'
import { connect, type LookupFunction, type Socket, type TcpSocketConnectOpts } from 'node:net'
import type { Limits, ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { DetectorIo } from '../../core/inspection/detector-io.ts'
import type { ExchangeIo, MetadataService, TokenReply } from '../../core/secrets/credential.ts'
import type { SecretIo } from '../../core/secrets/secret-store.ts'
import type { AlertIo } from '../../core/spending/alert-io.ts'
import {
  type AddressRules,
  checkBaseUrl,
  checkHost,
  checkTokenUrl,
  createAddressGuard,
} from '../../gateway/outbound/address-guard.ts'
import { ask } from '../../gateway/outbound/ask.ts'
import { Connection, type Origin } from '../../gateway/outbound/connection.ts'
import { ConnectionPool } from '../../gateway/outbound/connection-pool.ts'
import { requestWhole, type WholeReply } from '../../gateway/outbound/request-whole.ts'

/** Connections to all providers. Outlives a configuration: accounts that did not change keep their connections. */
export interface Upstreams {
  /** Throws `blocked_address`, `invalid_request` for a base URL that is none, or `overloaded`. */
  acquire(account: ProviderAccount, limits: Limits): Connection
  /** The same, but for a connection that has carried nothing yet. */
  acquireNew(account: ProviderAccount, limits: Limits): Connection
  /** A new connection in place of one that was cut. */
  replace(account: ProviderAccount, limits: Limits): Connection
  /** Asks the token endpoint of an account, over a connection of its own; with a GET where there is no body. Rejects with a `GatewayError`. */
  askTokenEndpoint(
    account: ProviderAccount,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<TokenReply>
  /** Asks a store of secrets, as it would a token endpoint. Rejects with a `GatewayError`. */
  askSecretStore: SecretIo['ask']
  /** Asks a service of the machine at its fixed address, and nothing else. Rejects with a `GatewayError`. */
  askMetadata: ExchangeIo['metadata']
  /** Tells a receiver of alerts something, and gives its status. Rejects with a `GatewayError`. */
  sendAlert: AlertIo['send']
  /** A connection to a receiver of alerts. Rejects with a `GatewayError`. */
  connectAlert: AlertIo['connect']
  /** Asks a remote detector, over connections that are kept. Rejects with a `GatewayError`. */
  askDetector: DetectorIo['post']
  /** One GET beside the calls, over a connection of its own. Rejects with a fault of the connection as it is, or a `GatewayError`. */
  get(request: OutboundGet): Promise<WholeReply>
  /** Addresses of an account's host, checked. Throws `blocked_address` for a base URL that names one itself. */
  lookupFor(account: ProviderAccount): LookupFunction
  /** Closes the connections of accounts that are no longer there, or that had other limits. */
  keep(accounts: readonly ProviderAccount[], limits: Limits): void
  close(): void
}

export interface OutboundGet {
  /** Whose address it is, and what it may be. */
  readonly rules: AddressRules
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly maxReplyBytes: number
  readonly timeoutMs: number
}

/** Tokens have a few kilobytes, and come from a service that does little else. */
const tokenLimits = { maxReplyBytes: 64 << 10, timeoutMs: 15_000 }
const connectTimeoutMs = 10_000
const maxDetectorReplyBytes = 1 << 20
const maxDetectorConnections = 64
const maxDetectorPools = 64
/** Each question has a shorter time of its own. */
const maxDetectorSilenceMs = 120_000
const addressTtlMs = 30_000

/**
 * Link-local, plain HTTP, no names that could mean another address. Only these, and only for accounts that say so: whatever else
 * points there is refused by the address guard.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html (the same address at Azure and Google),
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
const metadataOrigins: MetadataOrigins = {
  machine: 'http://169.254.169.254',
  'ecs-task': 'http://169.254.170.2',
  'eks-pod': 'http://169.254.170.23',
}
export type MetadataOrigins = Readonly<Record<MetadataService, string>>
/** It is next door, or not there. */
const metadataLimits = { maxReplyBytes: 64 << 10, timeoutMs: 3000 }

/** `origins`: of a test. */
export function createUpstreams(origins: MetadataOrigins = metadataOrigins): Upstreams {
  const guard = createAddressGuard({
    lookup: (hostname) => lookup(hostname, { all: true }),
    now: () => performance.now(),
    ttlMs: addressTtlMs,
  })
  const pools = new Map<string, ConnectionPool>()
  /** By whom is asked. */
  const detectorPools = new Map<string, ConnectionPool>()
  const asking = new Set<Connection>()
  // The text key of an account is needed once: calls find their pool by the account itself.
  let byAccount = new WeakMap<ProviderAccount, ConnectionPool>()

  const poolOf = (account: ProviderAccount, limits: Limits): ConnectionPool => {
    const key = poolKey(account, limits)
    let pool = pools.get(key)
    if (pool === undefined) {
      const rules = { account: account.id, allowPrivateNetwork: account.allowPrivateNetwork }
      const url = checkBaseUrl(account.baseUrl, rules)
      pool = new ConnectionPool({
        origin: originOf(url, guard.lookupFor(rules)),
        maxConnections: limits.maxConnectionsPerOrigin,
        connectTimeoutMs,
        silentTimeoutMs: limits.upstreamTimeoutMs,
      })
      pools.set(key, pool)
    }
    byAccount.set(account, pool)
    return pool
  }

  const detectorPool = (rules: AddressRules, url: URL): ConnectionPool => {
    const key = `${rules.account} ${rules.allowPrivateNetwork} ${url.origin}`
    const pool =
      detectorPools.get(key) ??
      new ConnectionPool({
        origin: originOf(url, guard.lookupFor(rules)),
        maxConnections: maxDetectorConnections,
        connectTimeoutMs,
        silentTimeoutMs: maxDetectorSilenceMs,
      })
    detectorPools.delete(key)
    detectorPools.set(key, pool)
    const [oldest] = detectorPools
    if (oldest !== undefined && detectorPools.size > maxDetectorPools) {
      oldest[1].close()
      detectorPools.delete(oldest[0])
    }
    return pool
  }

  const asker = (origin: Origin) => (): Connection => {
    const connection = new Connection(origin, (idle) => idle.abort(finished))
    asking.add(connection)
    connection.onClose(() => asking.delete(connection))
    return connection
  }

  const askSecurely = async (
    rules: AddressRules,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
    who?: string,
    method: 'POST' | 'PUT' = 'POST',
  ): Promise<TokenReply> => {
    const parsed = checkTokenUrl(url, rules)
    const origin = originOf(parsed, guard.lookupFor(rules))
    const content = body === undefined ? ({ method: 'GET' } as const) : ({ method, body } as const)
    return await ask({ connect: asker(origin), url: parsed, headers, ...content, ...tokenLimits }, who)
  }

  return {
    acquire: (account, limits) => (byAccount.get(account) ?? poolOf(account, limits)).acquire(),
    acquireNew: (account, limits) => (byAccount.get(account) ?? poolOf(account, limits)).acquireNew(),
    replace: (account, limits) => (byAccount.get(account) ?? poolOf(account, limits)).open(),
    askTokenEndpoint: (account, url, headers, body) => {
      const rules = { account: account.id, allowPrivateNetwork: account.allowPrivateTokenEndpoint ?? false }
      return askSecurely(rules, url, headers, body)
    },
    askSecretStore: ({ name, allowPrivateNetwork }, url, headers, body) =>
      askSecurely(
        { account: name, allowPrivateNetwork, kind: 'store of secrets' },
        url,
        headers,
        body,
        'The store of secrets',
      ),
    askMetadata: async (service, { method, path, headers }) => {
      const url = new URL(origins[service] + path)
      if (url.origin !== origins[service]) throw new GatewayError('blocked_address', 'No path of the metadata service.')
      const body = method === 'PUT' ? { body: '' } : {}
      const connect = asker(originOf(url, noLookup))
      return await ask(
        { connect, method, url, headers, ...body, ...metadataLimits },
        'The metadata service of the machine',
      )
    },
    sendAlert: async ({ name, allowPrivateNetwork }, method, url, headers, body) => {
      const rules = { account: name, allowPrivateNetwork, kind: 'receiver of alerts' } as const
      return (await askSecurely(rules, url, headers, body, 'The receiver of alerts', method)).status
    },
    connectAlert: ({ name, allowPrivateNetwork }, host, port) => {
      const rules = { account: name, allowPrivateNetwork, kind: 'receiver of alerts' } as const
      checkHost(host, rules)
      return connectTo({ host, port, lookup: guard.lookupFor(rules) }, connectTimeoutMs)
    },
    askDetector: async ({ name, allowPrivateNetwork }, { url, ...asked }) => {
      const rules = { account: name, allowPrivateNetwork, kind: 'remote detector' } as const
      const parsed = checkTokenUrl(url, rules)
      const pool = detectorPool(rules, parsed)
      const request = { ...asked, method: 'POST', url: parsed, maxReplyBytes: maxDetectorReplyBytes } as const
      const started = performance.now()
      try {
        return await ask({ ...request, connect: () => pool.acquire() }, 'The remote detector')
      } catch (fault) {
        // Its server may have closed an idle connection just then. To be asked twice does no harm.
        const isCut = fault instanceof GatewayError && fault.code === 'upstream_unreachable'
        const timeoutMs = asked.timeoutMs - (performance.now() - started)
        if (!isCut || timeoutMs <= 0) throw fault
        return await ask({ ...request, timeoutMs, connect: () => pool.acquireNew() }, 'The remote detector')
      }
    },
    get: async ({ rules, url, ...request }) => {
      const origin = originOf(checkBaseUrl(url.origin, rules), guard.lookupFor(rules))
      return await requestWhole({ connect: asker(origin), method: 'GET', url, ...request })
    },
    lookupFor({ id, baseUrl, allowPrivateNetwork }) {
      const rules = { account: id, allowPrivateNetwork }
      checkBaseUrl(baseUrl, rules)
      return guard.lookupFor(rules)
    },
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
      for (const pool of [...pools.values(), ...detectorPools.values()]) pool.close()
      for (const connection of asking) connection.abort(stopped)
      pools.clear()
      byAccount = new WeakMap()
    },
  }
}

function originOf(url: URL, lookup: Origin['lookup']): Origin {
  const protocol = url.protocol === 'http:' ? 'http:' : 'https:'
  return {
    protocol,
    host: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
    port: url.port === '' ? (protocol === 'http:' ? 80 : 443) : Number(url.port),
    lookup,
  }
}

/** The addresses above are literal. */
const noLookup: LookupFunction = (_name, _options, found) => found(new Error('no name is looked up'), '')

const stopped = new GatewayError('shutting_down', 'The gateway stops.')
const finished = new Error('The reply was read.')

/** What decides whether two accounts may share connections. The credential is in each request, but what is checked differs by account. */
function poolKey(
  { id, baseUrl, allowPrivateNetwork }: ProviderAccount,
  { maxConnectionsPerOrigin, upstreamTimeoutMs }: Limits,
): string {
  return `${id} ${allowPrivateNetwork} ${maxConnectionsPerOrigin} ${upstreamTimeoutMs} ${baseUrl}`
}

/** Rejects with a `GatewayError`, which the guard's own faults are already. */
function connectTo(options: TcpSocketConnectOpts, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(options)
    const fail = (message: string, cause?: Error): void => {
      socket.destroy()
      reject(cause instanceof GatewayError ? cause : new GatewayError('upstream_unreachable', message, { cause }))
    }
    socket.setTimeout(timeoutMs, () => fail(`The receiver of alerts did not answer within ${timeoutMs} ms.`))
    socket.once('error', (fault) => fail('The receiver of alerts cannot be reached.', fault))
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeAllListeners('error')
      // Whoever uses it hears of faults in its own way; none may end the process meanwhile.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}
