/** The stages that answer from what was answered before. */
import { lexical } from '../catalog/embedders/lexical.ts'
import type { CacheSettings, SemanticSettings } from '../core/calls/cache.ts'
import type { ModelCall, ModelReply, Stage } from '../core/calls/call.ts'
import type { ResolvedModel } from '../core/calls/registry.ts'
import type { Embedder } from '../core/model/embedder.ts'
import { exactCache } from '../gateway/cache/exact-cache.ts'
import { semanticCache } from '../gateway/cache/semantic/semantic-cache.ts'
import type { callDirect } from '../gateway/call-raw.ts'
import type { MayReach } from '../gateway/reach.ts'
import type { CompiledConfig } from './config/compile.ts'
import type { ChosenEmbedder } from './config/semantic-cache-section.ts'
import { providerEmbedder } from './embedders/provider-embedder.ts'
import type { LocalModels } from './local-models/local-embedders.ts'
import type { WireOptions } from './wire-options.ts'

export function embedderOf(
  chosen: ChosenEmbedder | undefined,
  direct: ReturnType<typeof callDirect>,
  localModels: LocalModels,
): Embedder {
  switch (chosen?.kind) {
    case undefined:
      return lexical
    case 'provider':
      return providerEmbedder(chosen.account, chosen.model, direct)
    case 'local':
      return localModels.embedderOf(chosen.settings)
  }
}

/** None where nothing is cached. */
export function cacheStages({ config, cache, resolver: { resolve } }: WireOptions): Stage<ModelCall, ModelReply>[] {
  if (config.cache === undefined) return []
  const { settings, maxBytes } = config.cache
  const settingsOf = ({ settings: route }: ResolvedModel): CacheSettings | undefined =>
    route.cache === 'off' ? undefined : route.cache === undefined ? settings : { ...settings, ...route.cache }
  const tierOf = (workspace: string) => (isKeptOutside(config, workspace) ? cache.tier() : undefined)
  const { flights } = cache
  return [exactCache({ store: cache.storeOf(maxBytes), flights, tierOf, resolve, settingsOf, now: Date.now })]
}

/** What must not be recorded must not be kept elsewhere either. */
function isKeptOutside({ recordSettings }: CompiledConfig, workspace: string): boolean {
  return recordSettings(workspace).bodies !== 'off'
}

/** A question is not shown to an embedder at a provider that may not have it. */
export function semanticStages(
  { config, cache, semanticIndex, resolver: { resolve } }: WireOptions,
  embedder: Embedder,
  mayReach: MayReach,
): Stage<ModelCall, ModelReply>[] {
  if (config.semanticCache === undefined) return []
  const chosen = config.semanticCache.embedder
  const { settings, ...limits } = config.semanticCache
  const settingsOf = ({ settings: route }: ResolvedModel): SemanticSettings | undefined =>
    route.cache === 'off' ? undefined : { ...settings, ...route.cache }
  const index = semanticIndex.indexOf(limits)
  const sharedOf = (workspace: string) => (isKeptOutside(config, workspace) ? cache.questions() : undefined)
  const cached = semanticCache({ index, embedder, sharedOf, resolve, settingsOf, now: Date.now })
  if (chosen?.kind !== 'provider') return [cached]
  return [(call, next) => (mayReach(call.principal, chosen.account) ? cached(call, next) : next(call))]
}
