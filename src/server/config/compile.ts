import { nearestNames } from '../../core/nearest-names.ts'
import type { Provider } from '../../core/provider.ts'
import type { Limits, ProviderAccount, RecordSettings, VirtualKey } from '../../core/registry.ts'
import { checkBaseUrl } from '../../gateway/outbound/address-guard.ts'
import type { Alias, RouteDefinition } from '../../registry/resolve-model.ts'
import { hashKey } from '../../registry/virtual-keys.ts'
import { type ConfigFault, readDocument } from './read-document.ts'
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

export type CompileResult = { readonly config: CompiledConfig } | { readonly faults: readonly ConfigFault[] }

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
  const { document } = read
  const faults: ConfigFault[] = []
  const fault = (message: string): void => void faults.push({ line: lineOf(text, message), column: 1, message })
  const fileAccounts = (document.providers ?? []).flatMap((account) => fileAccount(account, providers, fault))
  repeated(
    'provider account',
    (document.providers ?? []).map((account) => account.id),
    fault,
  )
  repeated(
    'key',
    (document.keys ?? []).map((key) => key.id),
    fault,
  )
  const accounts = [...fileAccounts, ...environmentAccounts(fileAccounts, providers, environment, fault)]
  const routes = Object.fromEntries(
    Object.entries(document.routes ?? {}).map(([name, route]): [string, RouteDefinition] => [
      name,
      { targets: targetsOf(route) },
    ]),
  )
  for (const [name, alias] of Object.entries(document.models ?? {})) {
    if ('route' in alias && routes[alias.route] === undefined) {
      const near = nearestNames(alias.route, Object.keys(routes), 1)[0]
      fault(
        `The alias \`${name}\` names the unknown route \`${alias.route}\`${near === undefined ? '.' : `; did you mean \`${near}\`?`}`,
      )
    }
  }
  if (faults.length > 0) return { faults }
  const record = { ...defaultRecord, ...given(document.record) }
  const workspaces = new Map(
    (document.workspaces ?? []).map((workspace) => [workspace.id, { ...record, ...given(workspace.record) }]),
  )
  return {
    config: {
      listen: given(document.listen),
      accounts,
      keys: (document.keys ?? []).flatMap((key) => (key.key === undefined ? [] : [fileKey(key, key.key)])),
      keysToGenerate: (document.keys ?? [])
        .filter((key) => key.key === undefined)
        .map((key) => ({ id: key.id, workspace: key.workspace ?? 'default', models: key.models ?? ['*'] })),
      aliases: document.models ?? {},
      routes,
      limits: { ...defaultLimits, ...given(document.limits) },
      hasDemo: document.demo ?? true,
      recordSettings: (workspace) => workspaces.get(workspace) ?? record,
    },
  }
}

type DocumentAccount = NonNullable<ConfigDocument['providers']>[number]

function fileAccount(
  account: DocumentAccount,
  providers: readonly Provider[],
  fault: (message: string) => void,
): ProviderAccount[] {
  const provider = providers.find(({ id }) => id === account.provider)
  if (provider === undefined) {
    const near = nearestNames(
      account.provider,
      providers.map(({ id }) => id),
      1,
    )[0]
    fault(
      `The account \`${account.id}\` names the unknown provider \`${account.provider}\`${near === undefined ? '.' : `; did you mean \`${near}\`?`}`,
    )
    return []
  }
  const baseUrl = account.baseUrl ?? provider.baseUrl
  if (baseUrl === undefined) {
    fault(
      `The account \`${account.id}\` needs a \`baseUrl\`: the provider \`${provider.id}\` has no address of its own.`,
    )
    return []
  }
  for (const name of Object.keys(account.options ?? {})) {
    if (provider.options?.[name] === undefined)
      fault(
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
    fault,
  )
}

/** Accounts from the vendors' own variables, for providers that the file does not configure. Their base URLs are the operator's own words, so they may be private. */
function environmentAccounts(
  fileAccounts: readonly ProviderAccount[],
  providers: readonly Provider[],
  environment: NodeJS.ProcessEnv,
  fault: (message: string) => void,
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
      fault,
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

function repeated(kind: string, ids: readonly string[], fault: (message: string) => void): void {
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
    fault(`Two ${kind}s have the id \`${id}\`.`)
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

/** Line of the first name in backquotes or quotes that the message mentions. */
function lineOf(text: string, message: string): number {
  const name = /[`"]([^`"]+)[`"]/.exec(message)?.[1]
  const offset = name === undefined ? -1 : text.indexOf(name)
  return offset < 0 ? 1 : text.slice(0, offset).split('\n').length
}
