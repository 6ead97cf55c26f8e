/** What is known about models. One JSON file per provider, read when its first model is asked for. */
import { readFileSync } from 'node:fs'
import type { ModelFacts } from '../../core/prices.ts'

export interface ModelCatalogue {
  /**
   * A dated name (`gpt-5-mini-2025-08-07`) that is not listed has the facts of the undated one; an undated or `-latest`
   * name has those of its dated one when there is only one.
   */
  modelFacts(providerId: string, modelId: string): ModelFacts | undefined
  listModels(providerId: string): readonly ModelFacts[]
}

/** `read` gives the text of a provider's file, or nothing when there is none. */
export function modelCatalogue(read: (providerId: string) => string | undefined = readModelFile): ModelCatalogue {
  const known = new Map<string, ProviderModels>()
  const modelsOf = (providerId: string): ProviderModels => {
    let models = known.get(providerId)
    if (models === undefined) {
      // The id may come from a request, and it becomes a part of a file name.
      const text = /^[a-z0-9-]{1,64}$/.test(providerId) ? read(providerId) : undefined
      if (text === undefined) return noModels
      models = index((JSON.parse(text) as { models: readonly ModelFacts[] }).models)
      known.set(providerId, models)
    }
    return models
  }
  return {
    modelFacts(providerId, modelId) {
      const { byId, byUndatedId } = modelsOf(providerId)
      const exact = byId.get(modelId)
      if (exact !== undefined) return exact
      const undated = undatedId(modelId)
      return (
        byId.get(undated) ?? (undated === modelId || modelId.endsWith('-latest') ? byUndatedId.get(undated) : undefined)
      )
    },
    listModels: (providerId) => modelsOf(providerId).list,
  }
}

interface ProviderModels {
  readonly list: readonly ModelFacts[]
  readonly byId: ReadonlyMap<string, ModelFacts>
  /** Only those with one dated name. */
  readonly byUndatedId: ReadonlyMap<string, ModelFacts>
}

const noModels: ProviderModels = { list: [], byId: new Map(), byUndatedId: new Map() }

function index(list: readonly ModelFacts[]): ProviderModels {
  const byUndatedId = new Map<string, ModelFacts>()
  const ambiguous = new Set<string>()
  for (const model of list) {
    const undated = undatedId(model.id)
    if (undated === model.id) continue
    if (byUndatedId.has(undated)) ambiguous.add(undated)
    byUndatedId.set(undated, model)
  }
  for (const id of ambiguous) byUndatedId.delete(id)
  return { list, byId: new Map(list.map((model) => [model.id, model])), byUndatedId }
}

/** OpenAI dates its snapshots `-2025-08-07`, Anthropic `-20250805`. */
function undatedId(id: string): string {
  return id.replace(/-(?:\d{4}-\d{2}-\d{2}|20\d{6}|latest)$/, '')
}

function readModelFile(providerId: string): string | undefined {
  for (const name of [`${providerId}.generated.json`, `${providerId}.json`]) {
    try {
      return readFileSync(new URL(name, import.meta.url), 'utf8')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return undefined
}
