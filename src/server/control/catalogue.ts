import { createRoute, z } from '@hono/zod-openapi'
import type { ModelCatalogue, ModelSource } from '../../catalog/models/model-facts.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { type ModelFacts, type ModelPrice, usdPerMillion } from '../../core/model/prices.ts'
import type { Provider } from '../../core/model/provider.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import type { ControlApp } from './app.ts'

export interface CatalogueApi {
  readonly providers: readonly Provider[]
  accounts(): readonly ProviderAccount[]
  models(): ModelCatalogue
}

const providersRoute = createRoute({
  method: 'get',
  path: '/api/v1/providers',
  summary: 'Providers of the catalogue, and which of them have an account',
  responses: {
    200: {
      description: 'All providers',
      content: {
        'application/json': {
          schema: z.object({
            data: z.array(
              z.object({
                id: z.string(),
                title: z.string(),
                dialects: z.array(z.string()),
                configured: z.boolean(),
                accounts: z.array(z.string()),
                docs: z.string(),
              }),
            ),
          }),
        },
      },
    },
  },
})

const modelsRoute = createRoute({
  method: 'get',
  path: '/api/v1/models',
  summary: 'Models of the catalogue, with context, prices and modalities',
  request: {
    query: z.strictObject({
      provider: z.string().optional().openapi({ description: 'Id of a provider.' }),
      q: z.string().optional().openapi({ description: 'Text of the id or the title.' }),
    }),
  },
  responses: {
    200: {
      description: 'Models',
      content: {
        'application/json': {
          schema: z.object({ data: z.array(z.looseObject({ id: z.string(), provider: z.string() })) }),
        },
      },
    },
  },
})

export function addCatalogueRoutes(app: ControlApp, { providers, accounts, models }: CatalogueApi): void {
  app.openapi(providersRoute, (context) => {
    const configured = accounts()
    return context.json({
      data: providers.map(({ id, title, dialect, alsoSpeaks = [], docs }) => {
        const own = configured.filter((account) => account.provider.id === id).map((account) => account.id)
        const dialects = [dialect, ...alsoSpeaks.map((surface) => surface.dialect)].map((spoken) => spoken.id)
        return { id, title, dialects, configured: own.length > 0, accounts: own, docs }
      }),
    })
  })
  app.openapi(modelsRoute, (context) => {
    const { provider = '', q = '' } = context.req.valid('query')
    const text = q.toLowerCase()
    const known = providers.map(({ id }) => id)
    if (provider !== '' && !known.includes(provider)) throw unknownProvider(provider, known)
    const { listModels, sourceOf } = models()
    const data = providers
      .filter(({ id }) => provider === '' || id === provider)
      .flatMap(({ id }) =>
        listModels(id).map((model) => ({
          provider: id,
          ...describe(model),
          source: describeSource(sourceOf(id, model.id)),
        })),
      )
      .filter(({ id, title }) => id.toLowerCase().includes(text) || title.toLowerCase().includes(text))
    return context.json({ data })
  })
}

function describe(model: ModelFacts) {
  return {
    id: model.id,
    title: model.title,
    contextTokens: model.contextTokens ?? null,
    maxOutputTokens: model.maxOutputTokens ?? null,
    inputModalities: [...model.inputModalities],
    outputModalities: [...model.outputModalities],
    supportsTools: model.supportsTools ?? null,
    supportsReasoning: model.supportsReasoning ?? null,
    supportsSampling: model.supportsSampling ?? true,
    price: model.price === undefined ? null : describePrice(model.price),
    releasedOn: model.releasedOn ?? null,
  }
}

function describeSource(source: ModelSource | undefined) {
  return { name: source?.name ?? null, asOf: source?.asOf ?? null }
}

function describePrice({ tiers = [], ...price }: ModelPrice) {
  return {
    ...describeRates(price),
    tiers: tiers.map(({ aboveInputTokens, ...rates }) => ({ aboveInputTokens, ...describeRates(rates) })),
  }
}

function describeRates({ input, output, cachedInput, cacheWrite, cacheWrite1h, reasoning }: Omit<ModelPrice, 'tiers'>) {
  return {
    inputPerMillionUsd: perMillion(input),
    outputPerMillionUsd: perMillion(output),
    cachedInputPerMillionUsd: perMillion(cachedInput),
    cacheWritePerMillionUsd: perMillion(cacheWrite),
    cacheWrite1hPerMillionUsd: perMillion(cacheWrite1h),
    reasoningPerMillionUsd: perMillion(reasoning),
  }
}

function perMillion(nanoUsd: number | undefined): number | null {
  return nanoUsd === undefined ? null : usdPerMillion(nanoUsd)
}

function unknownProvider(provider: string, known: readonly string[]): GatewayError {
  const near = nearestNames(provider, known, 1)[0]
  const help = near === undefined ? `; there are ${known.join(', ')}.` : `; did you mean "${near}"?`
  return new GatewayError('invalid_request', `There is no provider ${JSON.stringify(provider.slice(0, 100))}${help}`, {
    param: 'provider',
  })
}
