/** What is known about models. One JSON file per provider, read when its first model is asked for. */
import { readFileSync } from 'node:fs'
import { undatedId } from '../../core/model/model-names.ts'
import type { ModelFacts } from '../../core/model/prices.ts'

export interface ModelCatalogue {
  /**
   * A dated name (`gpt-5-mini-2025-08-07`) that is not listed has the facts of the undated one; an undated or `-latest`
   * name has those of its dated one when there is only one.
   */
  modelFacts(providerId: string, modelId: string): ModelFacts | undefined
  listModels(providerId: string): readonly ModelFacts[]
  /** Where the facts of a listed model come from. */
  sourceOf(providerId: string, modelId: string): ModelSource | undefined
}

export interface ModelSource {
  /** `config`, or who published them. */
  readonly name: string
  /** ISO date. */
  readonly asOf?: string
}

/** The models of one provider, as they are kept in a file. */
export interface ProviderModelsFile {
  readonly source: string
  readonly asOf?: string
  readonly models: readonly ModelFacts[]
}

/** Facts of a model that the configuration gives; the others stay as the catalogue has them. */
export type GivenModel = Pick<ModelFacts, 'id'> & Partial<ModelFacts>

/** `read` gives what is known of a provider's models, or nothing when there is nothing. */
export function modelCatalogue(
  read: (providerId: string) => ProviderModelsFile | undefined = readModelFile,
): ModelCatalogue {
  const known = new Map<string, ProviderModels>()
  const modelsOf = (providerId: string): ProviderModels => {
    let models = known.get(providerId)
    if (models === undefined) {
      // The id may come from a request, and it becomes a part of a file name.
      const file = /^[a-z0-9-]{1,64}$/.test(providerId) ? read(providerId) : undefined
      if (file === undefined) return noModels
      const { source, asOf } = file
      models = index(file.models, () => ({ name: source, ...(asOf === undefined ? {} : { asOf }) }))
      known.set(providerId, models)
    }
    return models
  }
  return catalogueOf(modelsOf)
}

/** The same catalogue, with what the configuration says of some models. Only lists of their providers are made anew, on first use. */
export function withGivenModels(
  catalogue: ModelCatalogue,
  given: ReadonlyMap<string, readonly GivenModel[]>,
): ModelCatalogue {
  if (given.size === 0) return catalogue
  const merged = new Map<string, ProviderModels>()
  const modelsOf = (providerId: string): ProviderModels | undefined => {
    const own = given.get(providerId)
    if (own === undefined) return undefined
    let models = merged.get(providerId)
    if (models === undefined) {
      models = merge(catalogue, providerId, own)
      merged.set(providerId, models)
    }
    return models
  }
  return {
    modelFacts(providerId, modelId) {
      const models = modelsOf(providerId)
      return models === undefined ? catalogue.modelFacts(providerId, modelId) : lookUp(models, modelId)
    },
    listModels: (providerId) => modelsOf(providerId)?.list ?? catalogue.listModels(providerId),
    sourceOf(providerId, modelId) {
      const models = modelsOf(providerId)
      return models === undefined ? catalogue.sourceOf(providerId, modelId) : models.sourceOf(modelId)
    },
  }
}

function merge(catalogue: ModelCatalogue, providerId: string, given: readonly GivenModel[]): ProviderModels {
  const list = new Map(catalogue.listModels(providerId).map((model) => [model.id, model]))
  for (const model of given) {
    // A dated name begins with the facts that it has without an entry of its own.
    const facts = catalogue.modelFacts(providerId, model.id) ?? { ...plainText, title: model.id }
    list.set(model.id, { ...facts, ...model })
  }
  const ids = new Set(given.map(({ id }) => id))
  return index([...list.values()], (id) => (ids.has(id) ? ofConfig : catalogue.sourceOf(providerId, id)))
}

const plainText = { inputModalities: ['text'], outputModalities: ['text'] }
const ofConfig: ModelSource = { name: 'config' }

interface ProviderModels {
  readonly list: readonly ModelFacts[]
  readonly byId: ReadonlyMap<string, ModelFacts>
  /** Only those with one dated name. */
  readonly byUndatedId: ReadonlyMap<string, ModelFacts>
  sourceOf(modelId: string): ModelSource | undefined
}

const noModels: ProviderModels = { list: [], byId: new Map(), byUndatedId: new Map(), sourceOf: () => undefined }

function catalogueOf(modelsOf: (providerId: string) => ProviderModels): ModelCatalogue {
  return {
    modelFacts: (providerId, modelId) => lookUp(modelsOf(providerId), modelId),
    listModels: (providerId) => modelsOf(providerId).list,
    sourceOf: (providerId, modelId) => modelsOf(providerId).sourceOf(modelId),
  }
}

function lookUp({ byId, byUndatedId }: ProviderModels, modelId: string): ModelFacts | undefined {
  const exact = byId.get(modelId)
  if (exact !== undefined) return exact
  const undated = undatedId(modelId)
  return (
    byId.get(undated) ?? (undated === modelId || modelId.endsWith('-latest') ? byUndatedId.get(undated) : undefined)
  )
}

function index(list: readonly ModelFacts[], sourceOf: ProviderModels['sourceOf']): ProviderModels {
  const byUndatedId = new Map<string, ModelFacts>()
  const ambiguous = new Set<string>()
  for (const model of list) {
    const undated = undatedId(model.id)
    if (undated === model.id) continue
    if (byUndatedId.has(undated)) ambiguous.add(undated)
    byUndatedId.set(undated, model)
  }
  for (const id of ambiguous) byUndatedId.delete(id)
  return { list, byId: new Map(list.map((model) => [model.id, model])), byUndatedId, sourceOf }
}

/** Of the catalogue that this version came with. */
export function readModelFile(providerId: string): ProviderModelsFile | undefined {
  for (const name of [`${providerId}.generated.json`, `${providerId}.json`]) {
    try {
      // Written by scripts/generate-models.ts, and tested with all its fields.
      return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as ProviderModelsFile
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return undefined
}
