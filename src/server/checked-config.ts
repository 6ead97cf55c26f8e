/** What a configuration comes to, without a gateway: the engine builds on it, and commands read no more of the program. */

import { type ModelCatalogue, withGivenModels } from '../catalog/models/model-facts.ts'
import { providers } from '../catalog/providers.generated.ts'
import type { ProviderAccount, VirtualKey } from '../core/calls/registry.ts'
import type { Provider } from '../core/model/provider.ts'
import { takenIds } from '../registry/effective-keys.ts'
import { createResolver, type Resolver } from '../registry/resolve-model.ts'
import { type CompiledConfig, compileConfig } from './config/compile.ts'
import type { NamedFile } from './config/named-files.ts'
import { type ConfigFault, inOrder, maxFaults, placedText } from './config/read-document.ts'
import { unmatchedKeys } from './unmatched-keys.ts'

/** A configuration that is not valid, with all its faults. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'))
    this.faults = faults
  }

  textOf(file: string): string {
    return this.faults.map((fault) => placedText(file, fault)).join('\n')
  }
}

interface ConfigSurroundings {
  /** That are not of the file. */
  readonly keys?: readonly VirtualKey[]
  /** That the file names. */
  readonly files?: readonly NamedFile[]
}

export interface CheckedConfig extends CompiledConfig {
  /** Those of `warnings` that are of what keys are bound to. */
  readonly keyWarnings: readonly ConfigFault[]
}

export const allProviders: readonly Provider[] = Object.values(providers)

/**
 * Compiles a configuration and checks that its aliases and routes lead somewhere and that its keys have ids of their own.
 * Throws `ConfigError`.
 */
export function checkedConfig(
  text: string,
  environment: NodeJS.ProcessEnv,
  models: ModelCatalogue,
  { keys: otherKeys = [], files = [] }: ConfigSurroundings = {},
): CheckedConfig {
  const result = compileConfig(text, allProviders, environment, files)
  if (!('config' in result)) throw new ConfigError(result.faults)
  const completed = withGivenModels(models, result.config.givenModels)
  const resolver = resolverOf(result.config, completed)
  const problems = resolver.problems()
  const known = [...result.brokenAccounts, ...allProviders.map(({ id }) => id)]
  // What only an account that cannot be used would serve is not wrong itself.
  const own = problems.filter(
    ({ target }) =>
      result.faults.length === 0 || (target.includes('/') && !known.some((id) => target.startsWith(`${id}/`))),
  )
  const faults = [...result.faults, ...own.map(({ path, message }) => result.faultAt(path, message))]
  for (const id of takenIds(result.config, otherKeys)) faults.push(result.faultAt(['keys'], takenText(id)))
  if (faults.length > 0) throw new ConfigError(inOrder(faults).slice(0, maxFaults))
  const keyWarnings = unmatchedKeys(result, { resolver, models: completed, accounts: accountsOf(result.config) })
  const warnings = inOrder([...result.config.warnings, ...keyWarnings]).slice(0, maxFaults)
  return { ...result.config, warnings, keyWarnings }
}

/** How names are resolved with a configuration, without a gateway. */
export function resolverOf(config: CompiledConfig, models: ModelCatalogue): Resolver {
  return buildResolver(config, accountsOf(config), allProviders, models)
}

/** Without a gateway, too. */
export function accountsOf(config: CompiledConfig): readonly ProviderAccount[] {
  return allAccounts(config, demoPlaceholder)
}

function takenText(id: string): string {
  return `There is a key \`${id}\` already, which is not of the file; choose another id, or revoke that one.`
}

/** Where the demo answers. */
export interface Demo {
  readonly baseUrl: string
  readonly secret: string
}

/** Stands for the demo while a configuration is checked: its real address is made at the start. */
const demoPlaceholder = { baseUrl: 'http://127.0.0.1:1', secret: 'unused' }

/** With the demo, where there is one. */
export function allAccounts(config: CompiledConfig, demo: Demo | undefined): readonly ProviderAccount[] {
  const provider = allProviders.find(({ id }) => id === 'demo')
  if (
    provider === undefined ||
    demo === undefined ||
    !config.hasDemo ||
    config.accounts.some(({ id }) => id === 'demo')
  )
    return config.accounts
  const account: ProviderAccount = {
    id: 'demo',
    provider,
    baseUrl: demo.baseUrl,
    secret: demo.secret,
    allowPrivateNetwork: true,
    requestStreamUsage: false,
    options: {},
    source: 'built-in',
  }
  return [...config.accounts, account]
}

export function buildResolver(
  config: CompiledConfig,
  accounts: readonly ProviderAccount[],
  providers: readonly Provider[],
  models: ModelCatalogue,
  discoveredOf: (account: ProviderAccount) => readonly string[] = () => [],
): Resolver {
  const { aliases, routes } = config
  return createResolver({
    accounts,
    providers,
    aliases,
    routes,
    modelFacts: models.modelFacts,
    modelsOf: models.listModels,
    discoveredOf,
  })
}
