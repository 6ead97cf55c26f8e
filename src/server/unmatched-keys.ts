/** What keys are bound to that is not there: seen by nobody but whoever has that key, and told as a warning. */

import { replyPaths } from '../catalog/dialects/openai-responses/reply-paths.ts'
import type { ModelCatalogue } from '../catalog/models/model-facts.ts'
import { providers } from '../catalog/providers.generated.ts'
import type { ProviderAccount, VirtualKey } from '../core/calls/registry.ts'
import type { Resolver } from '../registry/resolve-model.ts'
import { maxCheckedPatterns, patternFault, unmatchedPatterns } from '../registry/unmatched-patterns.ts'
import { type ScopeNames, unmatchedScope } from '../registry/unmatched-scope.ts'
import { isDiscoverable } from './accounts/discover-models.ts'
import { clientEndpoints, rawPrefix, socketEndpoints } from './client-paths.ts'
import type { CompileResult } from './config/compile.ts'
import type { ConfigFault } from './config/read-document.ts'

type Compiled = Extract<CompileResult, { readonly config: unknown }>

interface Surroundings {
  readonly resolver: Resolver
  readonly models: ModelCatalogue
  /** With those that are not of the file. */
  readonly accounts: readonly ProviderAccount[]
}

/** Of keys of the file, each with its place. */
export function unmatchedKeys(compiled: Compiled, around: Surroundings): readonly ConfigFault[] {
  const { brokenAccounts, faultAt, keyScopes } = compiled
  const isBound = keyScopes.length > 0
  const names = isBound ? scopeNamesOf(around.accounts, brokenAccounts) : undefined
  const ofScopes =
    names === undefined
      ? []
      : keyScopes.flatMap(({ scope, path }) =>
          unmatchedScope(scope, names).map(({ field, place, message }) => faultAt([...path, field, place], message)),
        )
  return [...ofModels(compiled, around), ...ofScopes]
}

/** Of a key that is made or looked at, a sentence each. */
export function unmatchedIn(
  { models, scope }: Pick<VirtualKey, 'models' | 'scope'>,
  { resolver, accounts }: Pick<Surroundings, 'resolver' | 'accounts'>,
): readonly string[] {
  const ofScope = scope === undefined ? [] : unmatchedScope(scope, scopeNamesOf(accounts))
  return [...unmatchedPatterns(models, resolver), ...ofScope.map(({ message }) => message)]
}

/** What servers say that they have is not known here. */
function ofModels({ keyPatterns, faultAt, config }: Compiled, { resolver, models }: Surroundings): ConfigFault[] {
  const isAsked = (account: ProviderAccount): boolean => isDiscoverable(account, models.listModels)
  if (config.discoverEveryMs !== undefined && config.accounts.some(isAsked)) return []
  const first = new Map(keyPatterns.toReversed().map(({ pattern, path }) => [pattern, path]))
  const checked = [...first].reverse().slice(0, maxCheckedPatterns)
  return checked.flatMap(([pattern, path]) => {
    const message = patternFault(pattern, resolver)
    return message === undefined ? [] : [faultAt(path, message)]
  })
}

/** A provider without an account may have one elsewhere, by the variable of its vendor: its name is no slip. */
function scopeNamesOf(accounts: readonly ProviderAccount[], brokenAccounts: readonly string[] = []): ScopeNames {
  const ids = [...new Set([...accounts.map(({ id, furtherOf = id }) => furtherOf), ...brokenAccounts])]
  const names = [...ids, ...Object.values(providers).map(({ id }) => id)]
  return {
    providers: names,
    dataRegions: accounts.flatMap(({ dataRegion }) => dataRegion ?? []),
    endpoints: [...servedPaths(), ...names.map((id) => rawPrefix + id)],
  }
}

/** As keys are held to them: without a vendor's prefix. */
function servedPaths(): readonly string[] {
  const tables = [clientEndpoints(), socketEndpoints()]
  const ofCalls = tables.flatMap(({ find, paths }) => paths.flatMap((path) => find(path)?.item.path ?? []))
  return [...new Set([...ofCalls, ...replyPaths.map(([path]) => path), ...resourcePaths])]
}

/** Of what the gateway keeps, whose places are made when it starts. */
export const resourcePaths = [
  '/v1/batches',
  '/v1/batches/{id}',
  '/v1/batches/{id}/cancel',
  '/v1/conversations',
  '/v1/conversations/{id}',
  '/v1/conversations/{id}/items',
  '/v1/conversations/{id}/items/{item}',
  '/v1/files',
  '/v1/files/{id}',
  '/v1/files/{id}/content',
  '/v1/messages/batches',
  '/v1/messages/batches/{id}',
  '/v1/messages/batches/{id}/cancel',
  '/v1/messages/batches/{id}/results',
  '/v1/realtime/client_secrets',
  '/v1/realtime/sessions',
  '/v1/scan/async/request',
  '/v1/scan/reports',
  '/v1/scan/results',
  '/v1/scan/sync/request',
  '/v1/uploads',
  '/v1/uploads/{id}/cancel',
  '/v1/uploads/{id}/complete',
  '/v1/uploads/{id}/parts',
] as const
