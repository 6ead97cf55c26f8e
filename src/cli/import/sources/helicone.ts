import type { BalanceRule } from '../../../core/calls/route-plan.ts'
import type { Provider } from '../../../core/model/provider.ts'
import type { PlanEntry } from '../../../server/config/routes-section.ts'
import type { Draft } from '../draft.ts'
import type { Field } from '../field.ts'
import { balanced, type RouteDraft, retriesOf, targetPlan, weightOf, withRetries } from '../plan.ts'
import { type ImportCatalogue, providerNamed, type Source, versioned } from '../source.ts'
import { literal, readValue, type Value, variable } from '../value.ts'

/** `ai-gateway-config.yaml` of the Helicone AI gateway. https://docs.helicone.ai/ai-gateway/config */
export const helicone: Source = {
  id: 'helicone',
  title: 'Helicone',
  isOwn: (root) =>
    ['routers', 'helicone', 'helicone-observability', 'unified-api', 'default-model-mapping', 'cache-store'].some(
      (name) => root.get(name).isThere,
    ),
  read,
  reasons: {
    weight: 'means nothing with this strategy',
    cache: 'has no equal: a cache here keeps one answer to a request, for as long as `max-age` says',
    'cache-store': 'has no equal: answers are kept in the memory of each worker',
    'rate-limit': 'not yet: limits of a key',
    'rate-limit-store': 'not yet: limits of a key',
    retries: 'has no equal: pauses grow by chance, and are at least what the provider asks for',
    'model-mappings': 'not yet: another model for each provider; name the targets of a route',
    'default-model-mapping': 'not yet: another model for each provider; name the targets of a route',
    version: 'has no equal: the version of an API comes with its provider',
    helicone: 'has no equal: calls are on record here',
    'helicone-observability': 'has no equal: calls are on record here',
    telemetry: 'not yet: telemetry',
    discover: 'has no equal: a target that fails is passed over for the call',
    monitor: 'has no equal: a target that fails is passed over for the call',
    'response-headers': 'has no equal',
    'deployment-target': 'has no equal',
    dispatcher: 'not yet: time limits of that kind; see `limits`',
    minio: 'has no equal: calls are on record in the data directory',
    database: 'has no equal: calls are on record in the data directory',
    tls: 'not yet: TLS of its own',
  },
}

/** It takes no references; credentials come from variables. */
const reference = /(?!)/

export const heliconeProviders: Readonly<Record<string, string>> = {
  azure: 'azure-openai',
  google: 'gemini',
  'google-gemini': 'gemini',
  vertex: 'vertex-ai',
}

function read(root: Field, draft: Draft, catalogue: ImportCatalogue): void {
  const settings = new Map(root.get('providers').entries())
  const accounts = new Map<string, string | undefined>()
  const accountOf = (name: string, place: Field): string | undefined => {
    if (!accounts.has(name)) accounts.set(name, readAccount(name, settings.get(name), place, draft, catalogue))
    return accounts.get(name)
  }
  for (const [name, field] of settings) accountOf(name, field)
  const server = root.get('server')
  const host = server.get('address').text()
  const port = server.get('port').number()
  if (host !== undefined || port !== undefined) {
    draft.listen({ ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) }, server)
  }
  for (const [name, router] of root.get('routers').entries()) readRouter(name, router, accountOf, draft)
}

function readAccount(
  name: string,
  settings: Field | undefined,
  place: Field,
  draft: Draft,
  catalogue: ImportCatalogue,
): string | undefined {
  const provider = providerNamed(name, heliconeProviders, catalogue.providers)
  if (provider === undefined) {
    place.remark(`the provider ${JSON.stringify(name)} is not in docs/PROVIDERS.md`)
    return undefined
  }
  const address = settings === undefined ? undefined : readValue(settings.get('base-url'), reference)
  const baseUrl = versioned(address, provider)
  for (const item of settings?.get('models').items() ?? []) {
    // Each model of a provider can be asked for, so only one that the catalogue does not have is news.
    const model = item.text()
    if (model !== undefined && !catalogue.hasModel(provider.id, model)) {
      draft.model({ provider: provider.id, id: model }, item)
    }
  }
  return draft.account({ id: name, provider: provider.id, baseUrl, ...credentialOf(name, provider, baseUrl) }, place)
}

/** From the variables that Helicone reads, where ours would be others or would not be taken. */
function credentialOf(
  name: string,
  provider: Provider,
  baseUrl: Value | undefined,
): { readonly apiKey?: Value; readonly options?: Readonly<Record<string, Value>> } {
  if ('accessKeyId' in (provider.options ?? {})) {
    const options = { accessKeyId: variable('AWS_ACCESS_KEY'), region: variable('AWS_REGION') }
    return { apiKey: variable('AWS_SECRET_KEY'), options }
  }
  if (!provider.needsKey || provider.environment.apiKey.length === 0) return {}
  const usual = `${name.toUpperCase().replace(/\W+/g, '_')}_API_KEY`
  return baseUrl === undefined && provider.environment.apiKey.includes(usual) ? {} : { apiKey: variable(usual) }
}

type AccountOf = (name: string, place: Field) => string | undefined

function readRouter(name: string, router: Field, accountOf: AccountOf, draft: Draft): void {
  const retriesField = router.get('retries').get('max-retries')
  const retries = retriesField.isThere ? retriesOf(retriesField) : undefined
  const cache = readCache(router.get('cache'), draft)
  const named = (asked: string, plan: PlanEntry | undefined, place: Field): void => {
    const route: RouteDraft | undefined = withRetries(plan, retries)
    draft.name(asked, route === undefined || cache === undefined ? route : { ...route, cache }, place)
  }
  const balances = router.get('load-balance').entries()
  for (const [endpoint, balance] of balances) {
    const mode = balance.get('strategy').text() ?? ''
    const by: BalanceRule = mode.endsWith('latency') ? 'latency' : 'weight'
    const models = balance.get('models')
    if (!mode.startsWith('model-')) {
      readProviders(name, balance.get('providers'), accountOf)
      continue
    }
    if (models.isMap()) {
      for (const [asked, list] of models.entries()) named(asked, readList(list, by, accountOf), list)
      continue
    }
    const plan = readList(models, by, accountOf)
    if (plan === undefined) continue
    // Endpoints that balance apart have names apart.
    const asked = balances.length > 1 && endpoint !== 'chat' ? `${name}-${endpoint}` : name
    named(asked, plan, balance)
    balance.action(`is the model ${JSON.stringify(asked)} here, where clients asked at /router/${name}`)
  }
}

/** A list of models, with weights or without. */
function readList(models: Field, by: BalanceRule, accountOf: AccountOf): PlanEntry | undefined {
  return balanced(
    models.items().flatMap((item) => {
      const weight = by === 'weight' ? weightOf(item.get('weight'), 1) : 1
      const target = targetOf(item.isMap() ? item.get('model') : item, accountOf)
      return target === undefined ? [] : [{ plan: targetPlan(target, undefined), weight }]
    }),
    by,
  )
}

/** `directive: max-age=3600`. Routes say how long; without `cache` of the file nothing is kept. */
function readCache(field: Field, draft: Draft): RouteDraft['cache'] {
  const directive = field.get('directive')
  const [, seconds] = /(?:^|[,\s])max-age=(\d{1,7})(?:$|[,\s])/.exec(directive.peek() ?? '') ?? []
  if (seconds === undefined || Number(seconds) === 0) return undefined
  const rest = directive.text()?.replace(/max-age=\d+|[,\s]/g, '') ?? ''
  if (rest !== '') directive.remark('says more than `max-age`, which alone is in the result')
  const ttlSeconds = Math.min(Number(seconds), 30 * 86_400)
  draft.cache({ exact: { ttlSeconds } }, directive)
  directive.action('is for all calls in `cache`; write `cache: off` into routes that are not to be cached')
  return { ttlSeconds }
}

function targetOf(field: Field, accountOf: AccountOf): string | undefined {
  const text = field.text()
  const [, provider, model] = /^([^/]+)\/(.+)$/.exec(text ?? '') ?? []
  if (provider === undefined || model === undefined || literal(field, model) === undefined) {
    if (text !== undefined) field.remark('is not of the form `provider/model`')
    return undefined
  }
  const account = accountOf(provider, field)
  return account === undefined ? undefined : `${account}/${model}`
}

/** The model is the client's there, so there is no target to name here; the accounts are. */
function readProviders(name: string, providers: Field, accountOf: AccountOf): void {
  const accounts = providers.items().flatMap((item) => {
    const field = item.isMap() ? item.get('provider') : item
    const provider = field.text()
    return provider === undefined ? [] : (accountOf(provider, field) ?? [])
  })
  if (accounts.length === 1) {
    providers.action(`clients of the router ${JSON.stringify(name)} ask for \`${accounts[0]}/<model>\` here`)
  } else if (accounts.length > 1) {
    providers.remark('not yet: the model of the client at one of several providers; a route here names its models')
  }
}
