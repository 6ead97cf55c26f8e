import type { GivenModel } from '../../catalog/models/model-facts.ts'
import type { KeyScope } from '../../core/calls/key-scope.ts'
import type { Limits, ProviderAccount, RecordSettings, VirtualKey } from '../../core/calls/registry.ts'
import { type KeyMark, keyMark, leastKey } from '../../core/inspection/own-keys.ts'
import type { Provider } from '../../core/model/provider.ts'
import type { CheckpointSchedule } from '../../core/record/checkpoint-places.ts'
/** A configuration, checked and complete. */
import type { TelemetrySettings } from '../../core/record/telemetry.ts'
import type { ConsumptionSettings } from '../../core/spending/consumption.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import type { BudgetRule } from '../../registry/budget-claims.ts'
import type { KeyOfFile } from '../../registry/effective-keys.ts'
import type { Alias, RouteDefinition } from '../../registry/resolve-model.ts'
import { hashKey } from '../../registry/virtual-keys.ts'
import { environmentAccounts, fileAccount, type Report, withoutCredential } from './accounts.ts'
import { alertReceivers, type ReceiverSettings } from './alerts-section.ts'
import { checkpointConfig } from './audit-section.ts'
import { type BudgetAuthorityConfig, budgetAuthorityConfig } from './budget-authority-section.ts'
import { budgetRules, keyBudgets } from './budgets-section.ts'
import { type CacheConfig, cacheConfig } from './cache-section.ts'
import { type GuardrailConfig, guardrailConfig } from './compile-guardrails.ts'
import { compileRoutes } from './compile-routes.ts'
import { consumptionSettings } from './consumption-section.ts'
import { givenModels } from './given-models.ts'
import { doubtfulNames, expiredExceptions, hiddenEntries } from './guardrail-names.ts'
import { suggestion } from './issue-text.ts'
import { type NamedFile, withNamedFiles } from './named-files.ts'
import { type ConfigFault, type FaultAt, inOrder, maxFaults, readDocument } from './read-document.ts'
import { readableGuardrails } from './readable-guardrails.ts'
import type { ConfigDocument } from './schema.ts'
import { keyScope } from './scope-fields.ts'
import { type SecretsConfig, secretsConfig, withoutStore } from './secrets-section.ts'
import { type SemanticCacheConfig, type SemanticDefaults, semanticCacheConfig } from './semantic-cache-section.ts'
import { telemetryConfig } from './telemetry-section.ts'

export interface CompiledConfig {
  readonly listen: { readonly host?: string; readonly port?: number; readonly controlPort?: number }
  readonly accounts: readonly ProviderAccount[]
  readonly keys: readonly VirtualKey[]
  /** Ids of keys that the file names without a key: they are generated. */
  readonly keysToGenerate: readonly KeyOfFile[]
  /** Of the whole file. */
  readonly budgets: readonly BudgetRule[]
  /** Absent: each gateway counts for itself. */
  readonly budgetAuthority?: BudgetAuthorityConfig
  /** Absent: consumption is not watched. */
  readonly consumption?: ConsumptionSettings
  readonly guardrails: GuardrailConfig
  readonly aliases: Readonly<Record<string, Alias>>
  readonly routes: Readonly<Record<string, RouteDefinition>>
  /** What the file says of models, by provider. */
  readonly givenModels: ReadonlyMap<string, readonly GivenModel[]>
  /** How often accounts are asked for their models. Absent: never. */
  readonly discoverEveryMs?: number
  /** Of alerts, and of checkpoints of the audit log. */
  readonly receivers: readonly ReceiverSettings[]
  /** When checkpoints are sent. Absent: never. */
  readonly checkpoints?: CheckpointSchedule
  readonly limits: Limits
  /** Absent: nothing is cached. */
  readonly cache?: CacheConfig
  readonly semanticCache?: SemanticCacheConfig
  /** Where secrets are that accounts refer to. */
  readonly secrets: SecretsConfig
  /** Absent: nothing is sent. */
  readonly telemetry?: TelemetrySettings
  readonly hasDemo: boolean
  /** Those that the file names beside its keys. */
  readonly workspaces: readonly string[]
  recordSettings(workspace: string): RecordSettings
  /** Where data of the workspace may go; `undefined`: anywhere. */
  dataRegionsOf(workspace: string): readonly string[] | undefined
  /** Proxies whose word counts on who asks: addresses and CIDR blocks. */
  readonly trustedProxies: readonly string[]
  /** What is valid, and surely not meant. */
  readonly warnings: readonly ConfigFault[]
}

export type CompileResult =
  | {
      /** To be used when there are no faults. */
      readonly config: CompiledConfig
      readonly faultAt: FaultAt
      readonly faults: readonly ConfigFault[]
      /** Ids of the accounts that the file names and that cannot be used. */
      readonly brokenAccounts: readonly string[]
      /** Which models the keys of the file may use, and where that stands in it. */
      readonly keyPatterns: readonly { readonly pattern: string; readonly path: readonly (string | number)[] }[]
      /** What else they are bound to; the path is that of the key. */
      readonly keyScopes: readonly { readonly scope: KeyScope; readonly path: readonly (string | number)[] }[]
    }
  | { readonly faults: readonly ConfigFault[] }

const defaultLimits: Limits = {
  maxBodyBytes: 32 << 20,
  maxReplyBytes: 64 << 20,
  maxStreamEventBytes: 8 << 20,
  sessionDeadlineMs: 3_600_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 60_000,
  deadlineMs: 600_000,
  upstreamTimeoutMs: 300_000,
  maxConcurrentCalls: 4096,
  maxConcurrentCallsPerKey: 4096,
  maxSpanBytesPerMinute: 64 << 20,
  maxSocketsPerKey: 256,
  maxFileBytesPerWorkspace: 4 * 2 ** 30,
  maxScratchBytes: 8 * 2 ** 30,
  maxEventLoopDelayMs: 2000,
  maxConnectionsPerOrigin: 4096,
  drainTimeoutMs: 30_000,
}

/** A key may always send two of the largest bodies at once. */
function limitsOf(given: Partial<Limits>): Limits {
  const { maxBodyBytes, maxScratchBytes } = { ...defaultLimits, ...given }
  return { ...defaultLimits, maxScratchBytes: Math.max(maxScratchBytes, 4 * maxBodyBytes), ...given }
}

/** Of answers that the semantic cache keeps where there is no exact one. */
const usualSettings: SemanticDefaults = {
  ttlMs: 3_600_000,
  maxEntryBytes: 1024 * 1024,
  scope: 'workspace',
  includes: new Set(),
}

const defaultRecord: RecordSettings = { bodies: 'full', maxBodyBytes: 64 * 1024 }

/** Pure: the text of a file, the files it names, the catalogue and the environment in, a checked configuration or all its faults out. */
export function compileConfig(
  text: string,
  providers: readonly Provider[],
  environment: NodeJS.ProcessEnv,
  files: readonly NamedFile[] = [],
): CompileResult {
  const read = readDocument(text, environment)
  if ('faults' in read)
    return { faults: inOrder([...read.faults, ...faultsBeside(read, environment)]).slice(0, maxFaults) }
  const { document, faultAt } = read
  const { providers: documentAccounts = [], keys = [], workspaces: documentWorkspaces = [] } = document
  const faults: ConfigFault[] = []
  const fault: Report = (path, message) => {
    if (faults.length < maxFaults) faults.push(faultAt(path, message))
  }
  const fileAccounts = documentAccounts.flatMap((account, index) =>
    fileAccount(account, providers, environment, (field, message) => fault(['providers', index, ...field], message)),
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
  const warnings: ConfigFault[] = []
  withoutCredential(documentAccounts, fileAccounts, (path, message) => warnings.push(faultAt(path, message)))
  const secrets = secretsConfig(document.secrets ?? {}, environment, (path, message) =>
    fault(['secrets', ...path], message),
  )
  withoutStore(fileAccounts, secrets, (id, message) =>
    fault(['providers', documentAccounts.findIndex((account) => account.id === id)], message),
  )
  const telemetry = telemetryConfig(document.telemetry ?? {}, environment, {
    fault: (path, message) => fault(['telemetry', ...path], message),
    warn: (message) => void warnings.push(faultAt([], message)),
  })
  const keyFault =
    (index: number): Report =>
    (path, message) =>
      fault(['keys', index, ...path], message)
  const routeSection = document.routes ?? {}
  const routes = compileRoutes(routeSection, fault)
  for (const [name, alias] of Object.entries(document.models ?? {})) {
    if (!('route' in alias) || Object.hasOwn(routeSection, alias.route)) continue
    // Looking for similar names is slow, and nobody reads hundreds of faults.
    if (faults.length >= maxFaults) break
    const near = nearestNames(alias.route, Object.keys(routeSection), 1)[0]
    fault(
      ['models', name, 'route'],
      `The alias \`${name}\` names the unknown route \`${alias.route}\`${suggestion(near)}`,
    )
  }
  const modelsOfFile = givenModels(document.catalog ?? {}, providers, (path, message) =>
    fault(['catalog', ...path], message),
  )
  doubtfulNames(
    document,
    {
      workspaces: ['default', ...idsOf(documentWorkspaces), ...keys.flatMap(({ workspace = [] }) => workspace)],
      keys: ['environment', ...idsOf(keys)],
    },
    (path, message) => warnings.push(faultAt(path, message)),
  )
  hiddenEntries(document.inspection ?? {}, (path, message) => warnings.push(faultAt(['inspection', ...path], message)))
  expiredExceptions(document.guardrails ?? [], Date.now(), (path, message) =>
    warnings.push(faultAt(['guardrails', ...path], message)),
  )
  const guardrailFault: Report = (path, message) => fault(['guardrails', ...path], message)
  const cache = cacheConfig(document.cache ?? {}, environment)
  const semantic = document.cache?.semantic
  const semanticCache =
    semantic &&
    semanticCacheConfig(semantic, cache?.settings ?? usualSettings, accounts, (path, message) =>
      fault(['cache', 'semantic', ...path], message),
    )
  const record = { ...defaultRecord, ...given(document.record) }
  const workspaces = new Map(
    documentWorkspaces.map((workspace) => [workspace.id, { ...record, ...given(workspace.record) }]),
  )
  const dataRegions = new Map(documentWorkspaces.map((workspace) => [workspace.id, workspace.dataRegions]))
  const consumption = consumptionSettings(document.consumption)
  const told = alertReceivers(document.alerts ?? {}, (path, message) => fault(['alerts', ...path], message))
  const checkpoints = checkpointConfig(document.audit ?? {}, new Set(idsOf(told)), (path, message) =>
    fault(['audit', ...path], message),
  )
  const budgetAuthority = budgetAuthorityConfig(document.budgetAuthority, environment, (path, message) =>
    fault(['budgetAuthority', ...path], message),
  )
  return {
    faultAt,
    faults,
    keyPatterns: keys.flatMap(({ models = [] }, index) =>
      models.map((pattern, place) => ({ pattern, path: ['keys', index, 'models', place] })),
    ),
    keyScopes: keys.flatMap((key, index) => {
      const { scope } = keyScope(key)
      return scope === undefined ? [] : [{ scope, path: ['keys', index] }]
    }),
    brokenAccounts: idsOf(documentAccounts).filter((id) => !fileAccounts.some((account) => account.id === id)),
    config: {
      listen: given(document.listen),
      accounts,
      keys: keys.flatMap((key, index) =>
        key.key === undefined ? [] : [fileKey(ofKey(key, keyFault(index)), key.key)],
      ),
      keysToGenerate: keys.flatMap((key, index) => (key.key === undefined ? [ofKey(key, keyFault(index))] : [])),
      budgets: budgetRules(document.budgets ?? [], (path, message) => fault(['budgets', ...path], message)),
      receivers: [...told, ...checkpoints.receivers],
      ...(checkpoints.schedule === undefined ? {} : { checkpoints: checkpoints.schedule }),
      ...(budgetAuthority === undefined ? {} : { budgetAuthority }),
      ...(consumption === undefined ? {} : { consumption }),
      guardrails: guardrailConfig(
        {
          entries: withNamedFiles(document.guardrails ?? [], files, guardrailFault),
          inspection: document.inspection ?? {},
          ownKeys: keyMarks([{ key: environment['PORTCULLIS_KEY'] }, ...keys]),
        },
        environment,
        guardrailFault,
      ),
      aliases: document.models ?? {},
      routes,
      givenModels: modelsOfFile,
      ...discoverEvery(document.catalog?.discover),
      limits: limitsOf({ ...given(document.limits) }),
      ...(cache === undefined ? {} : { cache }),
      ...(semanticCache === undefined ? {} : { semanticCache }),
      secrets,
      ...(telemetry === undefined ? {} : { telemetry }),
      hasDemo: document.demo ?? true,
      workspaces: [...workspaces.keys()],
      recordSettings: (workspace) => workspaces.get(workspace) ?? record,
      trustedProxies: document.listen?.trustedProxies ?? [],
      dataRegionsOf: (workspace) => dataRegions.get(workspace),
      warnings: warnings.slice(0, maxFaults),
    },
  }
}

/** Of guardrails in a file whose schema has found others. */
function faultsBeside(
  { content, faultAt }: { readonly content?: unknown; readonly faultAt?: FaultAt },
  environment: NodeJS.ProcessEnv,
): readonly ConfigFault[] {
  if (faultAt === undefined) return []
  const readable = readableGuardrails(content)
  const faults: ConfigFault[] = []
  const source = { entries: readable.map(({ entry }) => entry), inspection: { preset: 'off' } } as const
  guardrailConfig(source, environment, ([place, ...path], message) => {
    const { index } = readable[Number(place)] ?? {}
    if (index !== undefined && faults.length < maxFaults) faults.push(faultAt(['guardrails', index, ...path], message))
  })
  return faults
}

function discoverEvery(
  discover: 'off' | { readonly everySeconds: number } = { everySeconds: 300 },
): Pick<CompiledConfig, 'discoverEveryMs'> {
  return discover === 'off' ? {} : { discoverEveryMs: discover.everySeconds * 1000 }
}

type DocumentKey = NonNullable<ConfigDocument['keys']>[number]

function ofKey(key: DocumentKey, report: Report): KeyOfFile {
  const { id, workspace = 'default', models = ['*'], priority } = key
  const budgets = (['budgets', 'limits'] as const).flatMap((field) =>
    keyBudgets(id, key[field] ?? [], (path, message) => report([field, ...path], message)),
  )
  return {
    id,
    workspace,
    models,
    ...(priority === undefined ? {} : { priority }),
    ...(budgets.length === 0 ? {} : { budgets }),
    ...keyScope(key),
  }
}

function fileKey(key: KeyOfFile, secret: string): VirtualKey {
  return {
    ...key,
    hash: hashKey(secret),
    source: 'file',
    createdAt: 0,
  }
}

/** Keys that the gateway made up itself have a form of their own. */
function keyMarks(keys: readonly Partial<Pick<DocumentKey, 'key' | 'workspace'>>[]): readonly KeyMark[] {
  return keys.flatMap(({ key = '', workspace = 'default' }) =>
    key.length < leastKey ? [] : [keyMark(key, workspace, hashKey(key))],
  )
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

/** Optional fields that Zod gives as `undefined` are not given. */
function given<T extends object>(fields: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
