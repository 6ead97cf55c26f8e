import { existsSync } from 'node:fs'
import { type ModelCatalogue, withGivenModels } from '../catalog/models/model-facts.ts'
import type { ProviderAccount } from '../core/calls/registry.ts'
import type { Resolver } from '../registry/resolve-model.ts'
import { catalogueInUse } from '../server/accounts/kept-catalogue.ts'
import { accountsOf, type CheckedConfig, ConfigError, checkedConfig, resolverOf } from '../server/checked-config.ts'
import type { NamedFile } from '../server/config/named-files.ts'
import { readConfigFile } from '../server/config/read-file.ts'
import { guardedModels, type ReachesOf } from '../server/inspection/guarded-models.ts'
import { readNamedFiles } from '../server/reload/read-named-files.ts'
import { tryDetectors } from '../server/reload/try-detectors.ts'
import { defaultConfigPath } from './config-path.ts'
import { faultsText } from './foreign-config.ts'

export interface ConfigInUse {
  readonly config: CheckedConfig
  readonly models: ModelCatalogue
}

/** What a gateway would start with here. Throws the faults of the configuration, as `config check` prints them. */
export function configInUse(file: string | undefined, dataDirectory: string): ConfigInUse {
  const { path, text } = textInUse(file)
  try {
    return compiled(text, dataDirectory, readNamedFiles(text, process.env, path))
  } catch (fault) {
    throw toldFault(fault, path)
  }
}

/** What its guardrails of some models would take calls for. */
export function reachesIn(used: ConfigInUse): ReachesOf | undefined {
  const { resolve } = resolvedIn(used).resolver
  const { guardrails, aliases } = used.config
  return guardedModels(guardrails.all, { resolve, aliases: Object.keys(aliases) })
}

/** The same for who asks its detectors: files of code are run once, as at a start. */
export async function runnableConfig(file: string | undefined, dataDirectory: string): Promise<ConfigInUse> {
  const { path, text } = textInUse(file)
  try {
    const files = await tryDetectors(text, process.env, readNamedFiles(text, process.env, path))
    return compiled(text, dataDirectory, files)
  } catch (fault) {
    throw toldFault(fault, path)
  }
}

function textInUse(file: string | undefined): { readonly path: string; readonly text: string } {
  const path = file ?? defaultConfigPath
  return { path, text: file === undefined && !existsSync(path) ? '' : readConfigFile(path) }
}

function compiled(text: string, dataDirectory: string, files: readonly NamedFile[]): ConfigInUse {
  const catalogue = catalogueInUse(dataDirectory).models()
  const config = checkedConfig(text, process.env, catalogue, { files })
  return { config, models: withGivenModels(catalogue, config.givenModels) }
}

function toldFault(fault: unknown, path: string): unknown {
  return fault instanceof ConfigError ? new Error(faultsText(fault, path)) : fault
}

/** How it would resolve names, and with which accounts. */
export function resolvedIn({ config, models }: ConfigInUse): {
  readonly resolver: Resolver
  readonly accounts: readonly ProviderAccount[]
} {
  return { resolver: resolverOf(config, models), accounts: accountsOf(config) }
}
