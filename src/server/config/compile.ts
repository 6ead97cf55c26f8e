import { nearestNames } from '../../core/nearest-names.ts'
import type { Provider } from '../../core/provider.ts'
import type { Limits, ProviderAccount, RecordSettings, VirtualKey } from '../../core/registry.ts'
import { checkBaseUrl } from '../../gateway/outbound/address-guard.ts'
import type { Alias, RouteDefinition } from '../../registry/resolve-model.ts'
import { hashKey } from '../../registry/virtual-keys.ts'
import type { Path } from './issue-text.ts'
import { type ConfigFault, type FaultAt, maxFaults, readDocument } from './read-document.ts'
import type { ConfigDocument } from './schema.ts'

/** A configuration, checked and complete. */
export interface CompiledConfig {
  readonly listen: { readonly host?: string; readonly port?: number; readonly controlPort?: number }
  readonly accounts: readonly ProviderAccount[]
  readonly keys: readonly VirtualKey[]
  /** Ids of keys that the file names without a key: they are generated. */
  readonly keysToGenerate: readonly {
    readonly id: string
    readonly workspace: string
    readonly models: readonly string[]
  }[]
  readonly aliases: Readonly<Record<string, Alias>>
  readonly routes: Readonly<Record<string, RouteDefinition>>
  readonly limits: Limits
  readonly hasDemo: boolean
  recordSettings(workspace: string): RecordSettings
}

export type CompileResult =
  | { readonly config: CompiledConfig; readonly faultAt: FaultAt }
  | { readonly faults: readonly ConfigFault[] }

const defaultLimits: Limits = {
  maxBodyBytes: 32 << 20,
  maxReplyBytes: 64 << 20,
  maxStreamEventBytes: 8 << 20,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 60_000,
  deadlineMs: 600_000,
  upstreamTimeoutMs: 300_000,
  maxConcurrentCalls: 4096,
  maxConcurrentCallsPerKey: 4096,
  maxConnectionsPerOrigin: 4096,
  drainTimeoutMs: 30_000,
}

const defaultRecord: RecordSettings = { bodies: 'full', maxBodyBytes: 64 * 1024 }

/** Pure: the text of a file, the catalogue and the environment in, a checked configuration or all its faults out. */
export function compileConfig(
  text: string,
  providers: readonly Provider[],
  environment: NodeJS.ProcessEnv,
): CompileResult {
  const read = readDocument(text, environment)
  if ('faults' in read) return read
  const { document, faultAt } = read
  const { providers: documentAccounts = [], keys = [], workspaces: documentWorkspaces = [] } = document
  const faults: ConfigFault[] = []
  const fault: Report = (path, message) => {
    if (faults.length < maxFaults) faults.push(faultAt(path, message))
  }
  const fileAccounts = documentAccounts.flatMap((account, index) =>
    fileAccount(account, providers, (field, message) => fault(['providers', index, ...field], message)),
  )
  const idsOf = (entries: readonly { readonly id: string }[]): string[] => entries.map(({ id }) => id)
  repeated(idsOf(documentAccounts), (id, index) =>
    fault(['providers', index, 'id'], `Two provider accounts have the id \`${id}\`.`),
  )
  repeated(idsOf(keys), (id, index) => fault(['keys', index, 'id'], `Two keys have the id \`${id}\`.`))
  repeated(idsOf(documentWorkspaces), (id, index) =>
    fault(['workspaces', index, 'id'], `Two workspaces have the id \`${id}\`.`),
  )
  repeated(
    keys.map(({ key }) => key),
    (_key, index) => fault(['keys', index, 'key'], 'Two entries of `keys` have the same key.'),
  )
  const accounts = [...fileAccounts, ...environmentAccounts(fileAccounts, providers, environment, fault)]
  const routes = new Map(
    Object.entries(document.routes ?? {}).map(([name, route]) => [name, { targets: targetsOf(route) }]),
  )
  for (const [name, alias] of Object.entries(document.models ?? {})) {
    if (!('route' in alias) || routes.has(alias.route)) continue
    // Looking for similar names is slow, and nobody reads hundreds of faults.
    if (faults.length >= maxFaults) break
    const near = nearestNames(alias.route, [...routes.keys()], 1)[0]
    fault(
      ['models', name, 'route'],
      `The alias \`${name}\` names the unknown route \`${alias.route}\`${suggestion(near)}`,
    )
  }
  if (faults.length > 0) return { faults }
  const record = { ...defaultRecord, ...given(document.record) }
  const workspaces = new Map(
    documentWorkspaces.map((workspace) => [workspace.id, { ...record, ...given(workspace.record) }]),
  )
  return {
    faultAt,
    config: {
      listen: given(document.listen),
      accounts,
      keys: keys.flatMap((key) => (key.key === undefined ? [] : [fileKey(key, key.key)])),
      keysToGenerate: keys
        .filter((key) => key.key === undefined)
        .map((key) => ({ id: key.id, workspace: key.workspace ?? 'default', models: key.models ?? ['*'] })),
      aliases: document.models ?? {},
      routes: Object.fromEntries(routes),
      limits: { ...defaultLimits, ...given(document.limits) },
      hasDemo: document.demo ?? true,
      recordSettings: (workspace) => workspaces.get(workspace) ?? record,
    },
  }
}

/** Where a fault stands, and what it is. */
type Report = (path: Path, message: string) => void

type DocumentAccount = NonNullable<ConfigDocument['providers']>[number]

function fileAccount(account: DocumentAccount, providers: readonly Provider[], fault: Report): ProviderAccount[] {
  const provider = providers.find(({ id }) => id === account.provider)
  if (provider === undefined) {
    const near = nearestNames(
      account.provider,
      providers.map(({ id }) => id),
      1,
    )[0]
    fault(
      ['provider'],
      `The account \`${account.id}\` names the unknown provider \`${account.provider}\`${suggestion(near)}`,
    )
    return []
  }
  const baseUrl = account.baseUrl ?? provider.baseUrl
  if (baseUrl === undefined) {
    fault(
      [],
      `The account \`${account.id}\` needs a \`baseUrl\`: the provider \`${provider.id}\` has no address of its own.`,
    )
    return []
  }
  for (const name of Object.keys(account.options ?? {})) {
    if (provider.options === undefined || !Object.hasOwn(provider.options, name))
      fault(
        ['options', name],
        `The account \`${account.id}\` has the option \`${name}\`, which the provider \`${provider.id}\` does not know.`,
      )
  }
  // A server on this machine is what these providers are for (Ollama, vLLM): their own address needs no permission.
  const allowPrivateNetwork = account.allowPrivateNetwork ?? account.baseUrl === undefined
  return checked(
    {
      id: account.id,
      provider,
      baseUrl: withoutSlash(baseUrl),
      ...(account.apiKey === undefined ? {} : { secret: account.apiKey }),
      allowPrivateNetwork,
      requestStreamUsage: account.streamUsage === 'request',
      options: account.options ?? {},
      source: 'file',
    },
    (message) => fault(['baseUrl'], message),
  )
}

/** Accounts from the vendors' own variables, for providers that the file does not configure. Their base URLs are the operator's own words, so they may be private. */
function environmentAccounts(
  fileAccounts: readonly ProviderAccount[],
  providers: readonly Provider[],
  environment: NodeJS.ProcessEnv,
  fault: Report,
): ProviderAccount[] {
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => environment[name]).find((value) => value !== undefined && value !== '')
  return providers.flatMap((provider) => {
    if (fileAccounts.some((account) => account.provider.id === provider.id || account.id === provider.id)) return []
    const secret = first(provider.environment.apiKey)
    const named = first(provider.environment.baseUrl)
    const baseUrl = named ?? provider.baseUrl
    const isMeant = provider.needsKey ? secret !== undefined : named !== undefined
    if (!isMeant || baseUrl === undefined) return []
    return checked(
      {
        id: provider.id,
        provider,
        baseUrl: withoutSlash(baseUrl),
        ...(secret === undefined ? {} : { secret }),
        allowPrivateNetwork: true,
        requestStreamUsage: false,
        options: {},
        source: 'environment',
      },
      (message) => fault([], message),
    )
  })
}

function checked(account: ProviderAccount, fault: (message: string) => void): ProviderAccount[] {
  try {
    checkBaseUrl(account.baseUrl, { account: account.id, allowPrivateNetwork: account.allowPrivateNetwork })
    return [account]
  } catch (error) {
    fault((error as Error).message)
    return []
  }
}

function fileKey(key: NonNullable<ConfigDocument['keys']>[number], secret: string): VirtualKey {
  return {
    id: key.id,
    hash: hashKey(secret),
    workspace: key.workspace ?? 'default',
    models: key.models ?? ['*'],
    source: 'file',
    createdAt: 0,
  }
}

function targetsOf(route: NonNullable<ConfigDocument['routes']>[string]): RouteDefinition['targets'] {
  return ('fallback' in route ? route.fallback : [route]).map(({ target, timeoutMs }) => ({
    target,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }))
}

/** Calls `report` for each value that stood before. */
function repeated(values: readonly (string | undefined)[], report: (value: string, index: number) => void): void {
  const seen = new Set<string>()
  values.forEach((value, index) => {
    if (value === undefined) return
    if (seen.has(value)) report(value, index)
    seen.add(value)
  })
}

function suggestion(near: string | undefined): string {
  return near === undefined ? '.' : `; did you mean \`${near}\`?`
}

/** Optional fields that Zod gives as `undefined` are not given. */
function given<T extends object>(fields: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
