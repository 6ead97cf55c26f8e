import { hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { type ModelCatalogue, withGivenModels } from '../catalog/models/model-facts.ts'
import type { CacheMatch } from '../core/calls/cache.ts'
import type { ProviderAccount, VirtualKey } from '../core/calls/registry.ts'
import type { Approval } from '../core/inspection/approval.ts'
import type { DetectorIo } from '../core/inspection/detector-io.ts'
import type { SealedCredential } from '../core/secrets/sealed-credential.ts'
import { readReference } from '../core/secrets/secret-reference.ts'
import { answerKey } from '../gateway/cache/semantic/shared-questions.ts'
import { createSharedSemanticIndex } from '../gateway/cache/semantic/shared-semantic-index.ts'
import { createSharedCache } from '../gateway/cache/shared-cache.ts'
import type { SecretReferences } from '../gateway/credentials/secret-references.ts'
import { createApprovals } from '../gateway/inspection/approvals.ts'
import { createAccountSlots } from '../gateway/queue/account-slots.ts'
import { createFleet, type Fleet } from '../gateway/routing/fleet.ts'
import { type BudgetLedger, createBudgetLedger } from '../registry/budget-ledger.ts'
import { createClientSecrets } from '../registry/client-secrets.ts'
import { effectiveKeys } from '../registry/effective-keys.ts'
import type { Resolver } from '../registry/resolve-model.ts'
import { createKeyRing } from '../registry/virtual-keys.ts'
import { type DiscoveredModels, isDiscoverable } from './accounts/discover-models.ts'
import { catalogueInUse } from './accounts/kept-catalogue.ts'
import { createUpstreams, type MetadataOrigins, type Upstreams } from './accounts/upstreams.ts'
import type { CacheTiers } from './cache/cache-tiers.ts'
import { allAccounts, allProviders, buildResolver, ConfigError, checkedConfig, type Demo } from './checked-config.ts'
import type { CompiledConfig } from './config/compile.ts'
import type { NamedFile } from './config/named-files.ts'
import type { Consumption } from './consumption/consumption.ts'
import { createConsumptionAuthority } from './consumption/consumption-authority.ts'
import type { Runtime } from './data-plane/runtime.ts'
import { createDocumentReader } from './documents/document-reader.ts'
import { createDetectorHealth } from './inspection/detector-health.ts'
import { createTokenReader } from './inspection/token-reader.ts'
import { createDetectorHosts } from './local-detectors/detector-hosts.ts'
import { createLocalClassifiers } from './local-models/local-classifiers.ts'
import { createLocalModels } from './local-models/local-embedders.ts'
import type { LocalModelHooks } from './local-models/model-queue.ts'
import { circleFault, type OwnAddress } from './own-address.ts'
import { createScratchRoom, type ScratchRoom } from './process/scratch-room.ts'
import { createAccountSecrets } from './secrets/account-secrets.ts'
import { buildRuntime } from './wire.ts'

/** All that decides how calls are served. Plain data, so that it can be sent to a worker process. */
export interface EngineState {
  /** Text of the configuration file; empty without one. */
  readonly configText: string
  /** What it names, as it was when it was read. */
  readonly configFiles?: readonly NamedFile[]
  /** Keys that are not of the file: from the environment, the store and the API. */
  readonly keys: readonly VirtualKey[]
  /** What key pairs for clients of AWS are derived with. */
  readonly pairSecret?: string
  /** Credentials of providers that the gateway keeps, sealed. */
  readonly credentials?: readonly SealedCredential[]
  /** What people have said of calls that guardrails ask about. */
  readonly approvals?: readonly Approval[]
  readonly demo?: Demo
  readonly own?: OwnAddress
  /** What accounts said that they serve. */
  readonly discovered?: DiscoveredModels
}

/** Serves calls with one runtime and replaces it as a whole. */
export interface Engine {
  runtime(): Runtime
  readonly upstreams: Pick<Upstreams, 'sendAlert' | 'connectAlert'>
  config(): CompiledConfig
  accounts(): readonly ProviderAccount[]
  keys(): readonly VirtualKey[]
  /** As the configuration in use completes them. */
  models(): ModelCatalogue
  resolver(): Resolver
  /** What is used of budgets. */
  readonly budgets: BudgetLedger
  readonly consumption: Consumption
  /** How the targets of routes are doing, as the calls of this process have found, and others have told. */
  readonly fleet: Fleet
  /** Takes answers out of the caches of this process, and says how many. Without a tag: all of the workspace. */
  purgeCache(workspace: string, tag?: string): Promise<number>
  /** Why the catalogue of the data directory is not used, in one sentence. */
  catalogueFault(): string | undefined
  /** Builds it as `update` does, and changes nothing. */
  check(state: EngineState): void
  /** Builds the new runtime completely, then swaps it in. Throws `ConfigError` and changes nothing when it is not valid. */
  update(state: EngineState): void
  /** From now on, and as each configuration has it. */
  cacheIn(tiers: CacheTiers): void
  /** This process serves calls: local models are loaded before they need them, and detectors of files. */
  serveModels(hooksOf: (name: string) => LocalModelHooks): void
  /** What a reference to a secret stands for. Throws `secret_unavailable`. */
  secret(reference: string): string | Promise<string>
  /** What is wrong with secrets that are kept elsewhere. */
  readonly secretFaults: Pick<SecretReferences, 'faults' | 'failures'>
  /** Which enforced guardrails could not look lately, in sentences. */
  guardrailFaults(): readonly string[]
  /** How detectors ask somebody else. */
  readonly detectorIo: DetectorIo
  /** For all bodies of this process. */
  readonly scratch: ScratchRoom
  /** An answer of the semantic cache was wrong. */
  reportAnswer(match: CacheMatch, workspace: string): void
  close(): Promise<void>
}

interface Built {
  readonly config: CompiledConfig
  readonly accounts: readonly ProviderAccount[]
  readonly keys: readonly VirtualKey[]
  readonly models: ModelCatalogue
  readonly resolver: Resolver
  readonly runtime: Runtime
}

export interface EngineSurroundings {
  /** In place of the addresses at which a cloud's machines have their metadata service. */
  readonly metadata?: MetadataOrigins | undefined
  /** The fleet has learned what other processes may want to know. Absent: there are none. */
  readonly hasNews?: (() => void) | undefined
  /** Absent: this process counts what is used of budgets. */
  readonly budgets?: BudgetLedger
  /** Absent: this process judges for itself, and remembers nothing. */
  readonly consumption?: Consumption
  /** Absent: nobody reads it. */
  readonly log?: (message: string) => void
}

/** `dataDirectory`: where a catalogue may be kept. */
export function createEngine(
  state: EngineState,
  environment: NodeJS.ProcessEnv,
  dataDirectory: string | undefined,
  {
    metadata,
    hasNews,
    budgets = createBudgetLedger(Date.now),
    consumption = createConsumptionAuthority({ now: Date.now, newId: randomUUID }),
    log = () => undefined,
  }: EngineSurroundings = {},
): Engine {
  const upstreams = createUpstreams(metadata)
  const { credentials, references } = createAccountSecrets(upstreams, environment, undefined, log)
  const classifiers = createLocalClassifiers()
  const detectorHosts = createDetectorHosts()
  const detectorIo: DetectorIo = {
    now: Date.now,
    secret: async (text) => (readReference(text) === undefined ? text : await references.value(text)),
    post: upstreams.askDetector,
    classify: classifiers.classify,
    askFile: detectorHosts.ask,
  }
  const scratch = createScratchRoom(dataDirectory ?? tmpdir(), () => built.config.limits.maxScratchBytes)
  let tiers: CacheTiers | undefined
  const cache = createSharedCache({ tier: () => tiers?.tier(), questions: () => tiers?.questions() })
  const slots = createAccountSlots()
  const semanticIndex = createSharedSemanticIndex()
  const fleet = createFleet(() => performance.now(), hasNews)
  const localModels = createLocalModels()
  const documents = createDocumentReader()
  const tokenReader = createTokenReader()
  const detectorWatch = createDetectorHealth(log, Date.now)
  const useModels = ({ semanticCache, guardrails }: CompiledConfig): void => {
    const { embedder } = semanticCache ?? {}
    localModels.configure(embedder?.kind === 'local' ? embedder.settings : undefined)
    const inUse = [...guardrails.detectors.values()]
    classifiers.configure(inUse.flatMap(({ localModel }) => localModel ?? []))
    detectorHosts.configure(inUse.flatMap(({ localFile }) => localFile ?? []))
  }
  const inUse = catalogueInUse(dataDirectory)
  const build = (next: EngineState): Built => {
    const catalogue = inUse.models()
    const config = checkedConfig(next.configText, environment, catalogue, {
      keys: next.keys,
      files: next.configFiles ?? [],
    })
    const accounts = allAccounts(config, next.demo)
    const circle = next.own === undefined ? undefined : circleFault(accounts, next.own)
    if (circle !== undefined) throw new ConfigError([{ line: 1, column: 1, message: circle }])
    const keys = effectiveKeys(config, next.keys)
    const models = withGivenModels(catalogue, config.givenModels)
    const resolver = buildResolver(config, accounts, allProviders, models, discoveredIn(next, config, models))
    const runtime = buildRuntime({
      config,
      accounts,
      resolver,
      keys: createKeyRing(keys, { pairSecret: next.pairSecret }),
      ...(next.pairSecret === undefined ? {} : { clientSecrets: createClientSecrets(next.pairSecret) }),
      workspaces: new Set([...config.workspaces, ...keys.map(({ workspace }) => workspace)]),
      upstreams,
      scratch: scratch.file,
      credentials,
      fleet,
      slots,
      budgets,
      consumption,
      cache,
      semanticIndex,
      localModels,
      detectorIo,
      readDocument: documents.read,
      readPictures: documents.pictures,
      tokenReader,
      approvals: createApprovals(next.approvals ?? [], approvalSecret(environment, next)),
      detectorWatch,
    })
    return { config, accounts, keys, models, resolver, runtime }
  }
  let built = build(state)
  useModels(built.config)
  references.follow({ config: built.config.secrets, kept: state.credentials ?? [] })
  return {
    runtime: () => built.runtime,
    config: () => built.config,
    accounts: () => built.accounts,
    keys: () => built.keys,
    models: () => built.models,
    resolver: () => built.resolver,
    budgets,
    consumption,
    fleet,
    upstreams,
    purgeCache: async (workspace, tag) => (await cache.purge(workspace, tag)) + semanticIndex.purge(workspace, tag),
    catalogueFault: inUse.fault,
    check: (next) => void build(next),
    update(next) {
      built = build(next)
      upstreams.keep(built.accounts, built.config.limits)
      credentials.keep(built.accounts)
      references.follow({ config: built.config.secrets, kept: next.credentials ?? [] })
      tiers?.configure(built.config.cache)
      useModels(built.config)
    },
    serveModels(hooksOf) {
      localModels.serve(hooksOf('local model'))
      classifiers.serve(hooksOf('local classifier'))
      detectorHosts.serve(hooksOf('local detector'))
    },
    secret: references.value,
    secretFaults: references,
    guardrailFaults: () => detectorWatch.reasons(built.config.guardrails),
    detectorIo,
    scratch,
    cacheIn(given) {
      tiers = given
      tiers.configure(built.config.cache)
    },
    reportAnswer(match, workspace) {
      semanticIndex.report(match)
      cache.questions()?.forget(workspace, answerKey(match.id))
    },
    async close() {
      upstreams.close()
      await documents.close()
      await localModels.close()
      await classifiers.close()
      await detectorHosts.close()
    },
  }
}

/** The same at all gateways with a master key. */
function approvalSecret(environment: NodeJS.ProcessEnv, { pairSecret }: EngineState): Uint8Array {
  const masterKey = environment['PORTCULLIS_MASTER_KEY']
  const from = masterKey === undefined || masterKey === '' ? pairSecret : masterKey
  if (from === undefined) return randomBytes(32)
  return new Uint8Array(hkdfSync('sha256', from, '', 'portcullis: approvals', 32))
}

/** Only of accounts that are still asked, and still the same: the configuration may have changed since. */
function discoveredIn(
  { discovered = {} }: EngineState,
  { discoverEveryMs }: CompiledConfig,
  { listModels }: ModelCatalogue,
): (account: ProviderAccount) => readonly string[] {
  return (account) => {
    const found = Object.hasOwn(discovered, account.id) ? discovered[account.id] : undefined
    const isCurrent =
      found !== undefined &&
      discoverEveryMs !== undefined &&
      found.provider === account.provider.id &&
      found.baseUrl === account.baseUrl &&
      isDiscoverable(account, listModels)
    return isCurrent ? found.ids : []
  }
}
