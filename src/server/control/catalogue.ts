import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ModelFacts, ModelPrice } from '../../core/prices.ts'
import type { Provider } from '../../core/provider.ts'
import type { ProviderAccount } from '../../core/registry.ts'

export interface CatalogueApi {
  readonly providers: readonly Provider[]
  accounts(): readonly ProviderAccount[]
  modelsOf(providerId: string): readonly ModelFacts[]
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
  request: { query: z.object({ provider: z.string().optional(), q: z.string().optional() }) },
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

export function addCatalogueRoutes(app: OpenAPIHono, { providers, accounts, modelsOf }: CatalogueApi): void {
  app.openapi(providersRoute, (context) => {
    const configured = accounts()
    return context.json({
      data: providers.map(({ id, title, dialect, docs }) => {
        const own = configured.filter((account) => account.provider.id === id).map((account) => account.id)
        return { id, title, dialects: [dialect.id], configured: own.length > 0, accounts: own, docs }
      }),
    })
  })
  app.openapi(modelsRoute, (context) => {
    const { provider, q } = context.req.valid('query')
    const text = q?.toLowerCase()
    const data = providers
      .filter(({ id }) => provider === undefined || id === provider)
      .flatMap(({ id }) => modelsOf(id).map((model) => ({ provider: id, ...describe(model) })))
      .filter(
        (model) =>
          text === undefined || model.id.toLowerCase().includes(text) || model.title.toLowerCase().includes(text),
      )
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
    price: model.price === undefined ? null : describePrice(model.price),
    releasedOn: model.releasedOn ?? null,
  }
}

/** Nano-USD per token is USD per million tokens times 1,000. */
function describePrice({ input, output, cachedInput, cacheWrite }: ModelPrice) {
  return {
    inputPerMillionUsd: input / 1000,
    outputPerMillionUsd: output / 1000,
    cachedInputPerMillionUsd: cachedInput === undefined ? null : cachedInput / 1000,
    cacheWritePerMillionUsd: cacheWrite === undefined ? null : cacheWrite / 1000,
  }
}
