import type { GivenModel } from '../../catalog/models/model-facts.ts'
import type { ModelPrice } from '../../core/model/prices.ts'
import type { Provider } from '../../core/model/provider.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import type { Report } from './accounts.ts'
import type { CatalogSection, Price, Rates } from './catalog-section.ts'
import { suggestion } from './issue-text.ts'

/** What the configuration says of models, by provider. */
export function givenModels(
  { models = [] }: CatalogSection,
  providers: readonly Provider[],
  fault: Report,
): ReadonlyMap<string, readonly GivenModel[]> {
  const known = new Set(providers.map(({ id }) => id))
  const given = new Map<string, Map<string, GivenModel>>()
  for (const [index, { provider, price, ...facts }] of models.entries()) {
    if (!known.has(provider)) {
      const near = nearestNames(provider, known, 1)[0]
      fault(['models', index, 'provider'], `A model names the unknown provider \`${provider}\`${suggestion(near)}`)
      continue
    }
    const ofProvider = given.get(provider) ?? new Map<string, GivenModel>()
    given.set(provider, ofProvider)
    if (ofProvider.has(facts.id)) {
      fault(['models', index, 'id'], `Two entries are for the model \`${facts.id}\` of the provider \`${provider}\`.`)
    }
    const named = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
    ofProvider.set(facts.id, { ...named, id: facts.id, ...(price === undefined ? {} : { price: priceOf(price) }) })
  }
  return new Map([...given].map(([provider, ofProvider]) => [provider, [...ofProvider.values()]]))
}

function priceOf({ tiers, ...rates }: Price): ModelPrice {
  if (tiers === undefined) return ratesOf(rates)
  const sorted = tiers
    .map(({ aboveInputTokens, ...tier }) => ({ ...ratesOf(tier), aboveInputTokens }))
    .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens)
  return { ...ratesOf(rates), tiers: sorted }
}

function ratesOf(rates: Rates): Omit<ModelPrice, 'tiers'> {
  const given = (name: string, value: number | undefined): object =>
    value === undefined ? {} : { [name]: nanoUsd(value) }
  return {
    input: nanoUsd(rates.inputPerMillionUsd),
    output: nanoUsd(rates.outputPerMillionUsd),
    ...given('cachedInput', rates.cachedInputPerMillionUsd),
    ...given('cacheWrite', rates.cacheWritePerMillionUsd),
    ...given('cacheWrite1h', rates.cacheWrite1hPerMillionUsd),
    ...given('reasoning', rates.reasoningPerMillionUsd),
  }
}

/** USD per million tokens to nano-USD per token, without the noise of binary fractions. */
function nanoUsd(usdPerMillion: number): number {
  return Number((usdPerMillion * 1000).toFixed(6))
}
