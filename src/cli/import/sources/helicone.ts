import type { Provider } from '../../../core/provider.ts'
import type { Draft, TargetDraft } from '../draft.ts'
import type { Field } from '../field.ts'
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
    weight: 'not yet: load balancing by weight',
    cache: 'not yet: caches',
    'cache-store': 'not yet: caches',
    'rate-limit': 'not yet: limits of a key',
    'rate-limit-store': 'not yet: limits of a key',
    retries: 'not yet: retries of the same target',
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
  const balances = router.get('load-balance').entries()
  for (const [endpoint, balance] of balances) {
    const strategy = balance.get('strategy')
    const mode = strategy.text() ?? ''
    const targets = mode.startsWith('model-')
      ? readModels(balance.get('models'), accountOf, draft)
      : readProviders(name, balance.get('providers'), accountOf)
    if (targets.length > 1) strategy.remark(`not yet: load balancing; the targets are tried in their order`)
    if (targets.length === 0) continue
    // Endpoints that balance apart have names apart.
    const asked = balances.length > 1 && endpoint !== 'chat' ? `${name}-${endpoint}` : name
    draft.name(asked, targets, balance)
    balance.action(`is the model ${JSON.stringify(asked)} here, where clients asked at /router/${name}`)
  }
}

/** A list of models, with weights or without, or such lists by the names that clients ask for: each strategy may have either. */
function readModels(models: Field, accountOf: AccountOf, draft: Draft): readonly TargetDraft[] {
  if (!models.isMap()) return readList(models, accountOf)
  for (const [name, field] of models.entries()) {
    const targets = readList(field, accountOf)
    if (targets.length > 1) field.remark('not yet: load balancing; the targets are tried in their order')
    draft.name(name, targets, field)
  }
  return []
}

function readList(models: Field, accountOf: AccountOf): readonly TargetDraft[] {
  return models
    .items()
    .map((item) => ({ item, weight: weightOf(item.get('weight')) }))
    .toSorted((a, b) => b.weight - a.weight)
    .flatMap(({ item }) => targetOf(item.isMap() ? item.get('model') : item, accountOf))
}

/** For the order only: the number itself is reported. */
function weightOf(field: Field): number {
  const weight = field.peekNumber() ?? Number(field.peek())
  return Number.isFinite(weight) ? weight : 0
}

function targetOf(field: Field, accountOf: AccountOf): readonly TargetDraft[] {
  const text = field.text()
  const [, provider, model] = /^([^/]+)\/(.+)$/.exec(text ?? '') ?? []
  if (provider === undefined || model === undefined || literal(field, model) === undefined) {
    if (text !== undefined) field.remark('is not of the form `provider/model`')
    return []
  }
  const account = accountOf(provider, field)
  return account === undefined ? [] : [{ target: `${account}/${model}` }]
}

/** The model is the client's there, so there is no target to name here; the accounts are. */
function readProviders(name: string, providers: Field, accountOf: AccountOf): readonly TargetDraft[] {
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
  return []
}
