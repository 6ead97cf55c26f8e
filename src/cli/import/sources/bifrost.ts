import type { Provider } from '../../../core/model/provider.ts'
import type { BudgetEntry } from '../../../server/config/budgets-section.ts'
import { amountOf, unrepeated } from '../amounts.ts'
import type { AccountDraft, Draft } from '../draft.ts'
import type { Field } from '../field.ts'
import { balanced, targetPlan, weightOf } from '../plan.ts'
import { type ImportCatalogue, providerNamed, type Source, versioned } from '../source.ts'
import { readValue, type Value, variable } from '../value.ts'

const ownRetries = 'has no equal: an account has no retries of its own; `retries` of a route are for all its targets'

/** `config.json` of Bifrost. https://docs.getbifrost.ai/deployment-guides/config-json/schema-reference */
const otherOwner = 'is of no key: write it under `budgets`, as in docs/guides/budgets.md'

export const bifrost: Source = {
  id: 'bifrost',
  title: 'Bifrost',
  isOwn: (root) =>
    root.get('$schema').peek()?.includes('getbifrost') === true ||
    root.get('config_store', 'logs_store', 'governance').isThere ||
    root
      .get('providers')
      .fields()
      .some(([, provider]) => provider.get('keys', 'network_config', 'concurrency_and_buffer_size').isThere),
  read,
  reasons: {
    weight: 'has no equal: of several keys of an account the one with most left of its limits is taken',
    blacklisted_models: 'not yet: models that an account does not serve',
    use_for_batch_api: 'has no equal: an account serves every endpoint that its provider has',
    max_retries: ownRetries,
    retry_backoff_initial: ownRetries,
    retry_backoff_max: ownRetries,
    retry_backoff_initial_ms: ownRetries,
    retry_backoff_max_ms: ownRetries,
    default_request_timeout_in_seconds: 'not yet: a time limit of an account; targets of routes have `timeoutMs`',
    stream_idle_timeout_in_seconds: 'not yet: a time limit of an account; `limits.upstreamTimeoutMs` is for all',
    max_conns_per_host: 'not yet: connections of one account; `limits.maxConnectionsPerOrigin` is for all',
    extra_headers: 'not yet: headers that an account adds',
    concurrency_and_buffer_size:
      'has no equal: it is sized for each worker here; see `maxConcurrentCalls` of an account in docs/guides/routes.md',
    proxy_config: 'not yet: proxies on the way out',
    budgets: otherOwner,
    budget: otherOwner,
    budget_id: otherOwner,
    rate_limits: otherOwner,
    rate_limit: otherOwner,
    rate_limit_id: otherOwner,
    max_limit: otherOwner,
    reset_duration: otherOwner,
    request_max_limit: otherOwner,
    request_reset_duration: otherOwner,
    token_max_limit: otherOwner,
    token_reset_duration: otherOwner,
    teams: 'not yet: teams',
    customers: 'not yet: teams',
    team_id: 'not yet: teams',
    customer_id: 'not yet: teams',
    routing_rules: 'has another form: `conditional` of a route, in docs/guides/routes.md',
    mcp: 'not yet: MCP',
    mcp_configs: 'not yet: MCP',
    plugins: 'not yet: plugins',
    guardrails_config: 'not yet: guardrails',
    vector_store: 'has no equal: vectors are kept in memory; see `cache.semantic` in docs/guides/cache.md',
    auth_config: 'has no equal: the control plane takes PORTCULLIS_ADMIN_TOKEN',
    config_store: 'has no equal: the file decides',
    logs_store: 'has no equal: calls are on record in the data directory',
    encryption_key: 'has no equal',
    framework: 'has no equal: prices come with each version',
    client: 'has no equal',
    arn: 'not yet: a prefix for inference profiles; name a profile as the model',
    project_number: 'has no equal',
    key_ids: 'not yet: accounts that a key may use',
  },
}

/** `env.NAME` */
const reference = /^env\.(.*)$/

export const bifrostProviders: Readonly<Record<string, string>> = {
  azure: 'azure-openai',
  sgl: 'sglang',
  vertex: 'vertex-ai',
}

function read(root: Field, draft: Draft, catalogue: ImportCatalogue): void {
  root.get('$schema').take()
  for (const [name, field] of root.get('providers').entries()) readProvider(name, field, draft, catalogue)
  const body = root.get('client').get('max_request_body_size_mb')
  const megabytes = body.number()
  if (megabytes !== undefined) draft.limits({ maxBodyBytes: Math.round(megabytes * 1024 * 1024) }, body)
  // Here, a call always needs a key.
  const enforced = root.get('client').get('enforce_auth_on_inference', 'enforce_governance_header')
  if (enforced.flag() === false) enforced.remark('has no equal: a call always needs a key')
  const governance = root.get('governance')
  const taken = new Set<Field>()
  const [budgets, limits] = ['budgets', 'rate_limits'].map((name) => governance.get(name).items())
  for (const entry of governance.get('virtual_keys').items()) {
    if (isSwitchedOff(entry)) continue
    const own = (name: string, all: readonly Field[] = []): readonly Field[] => ownedBy(entry, name, all, taken)
    readKey(entry, unrepeated([...own('budget', budgets), ...own('rate_limit', limits)].flatMap(amountsOf)), draft)
  }
}

function readProvider(name: string, field: Field, draft: Draft, catalogue: ImportCatalogue): void {
  const custom = field.get('custom_provider_config')
  const base = custom.get('base_provider_type').text()
  const provider = providerNamed(
    base === 'openai' ? 'openai-compatible' : (base ?? name),
    bifrostProviders,
    catalogue.providers,
  )
  if (provider === undefined) {
    field.unmapped(`the provider ${JSON.stringify(base ?? name)} is not in docs/PROVIDERS.md`)
    return
  }
  const baseUrl = versioned(textOf(field.get('network_config').get('base_url')), provider)
  const keys = field.get('keys').items()
  const serving: { readonly id: string; readonly models: Models; readonly weight: Field }[] = []
  const used: {
    readonly key: Field
    readonly account: AccountDraft
    readonly models: Models
    readonly index: number
  }[] = []
  for (const [index, key] of keys.entries()) {
    const enabled = key.get('enabled')
    if (enabled.flag() === false) {
      key.unmapped('is switched off')
      continue
    }
    if (keys.length === 1) key.get('weight').take()
    used.push({ key, account: accountOf(key, provider, baseUrl), models: modelsOf(key), index })
  }
  const [alike] = used
  const apiKeys = keysOfOne(used)
  if (alike !== undefined && apiKeys !== undefined) {
    const { apiKey: _, ...account } = alike.account
    for (const { key } of used) for (const about of ['name', 'id']) key.get(about).text()
    draft.account({ ...account, id: name, apiKeys }, field)
    return
  }
  for (const { key, account, models, index } of used) {
    const keyName = key.get('name').text() ?? key.get('id').text() ?? String(index + 1)
    const id = draft.account({ ...account, id: index === 0 ? name : `${name}-${keyName}` }, key)
    serving.push({ id, models, weight: key.get('weight') })
  }
  if (keys.length === 0) draft.account({ id: name, provider: provider.id, baseUrl }, field)
  if (keys.length > 1) {
    field
      .get('keys')
      .remark(
        `has no equal: keys for some models only; \`${name}/<model>\` uses the first key, but for models that a key lists`,
      )
  }
  for (const model of new Set(serving.flatMap(({ models }) => [...models.own.keys()]))) {
    const shares = serving.flatMap(({ id, models, weight }) => {
      const own = models.own.get(model) ?? (models.isAll ? model : undefined)
      return own === undefined ? [] : [{ plan: targetPlan(`${id}/${own}`, undefined), weight: weightOf(weight, 1) }]
    })
    const asked = `${name}/${model}`
    const plan = balanced(shares)
    if (plan?.target !== asked) draft.name(asked, plan, field.get('keys'))
  }
}

/** The credentials of one account, where keys differ in nothing else. */
function keysOfOne(
  used: readonly { readonly account: AccountDraft; readonly models: Models }[],
): readonly Value[] | undefined {
  const secrets = used.flatMap(({ account }) => account.apiKey ?? [])
  const settings = new Set(used.map(({ account: { apiKey: _, ...rest } }) => JSON.stringify(rest)))
  const isOne = settings.size === 1 && used.every(({ models }) => models.isAll && models.own.size === 0)
  const areApart = new Set(secrets.map((value) => (value.kind === 'variable' ? value.name : value.text))).size
  return used.length > 1 && isOne && areApart === used.length ? secrets : undefined
}

interface Models {
  readonly isAll: boolean
  /** Those that the key lists, and what they are called at the provider. */
  readonly own: ReadonlyMap<string, string>
}

function modelsOf(key: Field): Models {
  const list = key.get('models')
  const listed = list.items().flatMap((item) => item.text() ?? [])
  if (listed.some((model) => model !== '*')) {
    list.remark('not yet: an account for some models only; `models` of a key limits what it may ask for')
  }
  const own = new Map(listed.filter((model) => model !== '*').map((model) => [model, model]))
  const configs = ['azure_key_config', 'vertex_key_config', 'bedrock_key_config'].map((name) => key.get(name))
  for (const map of [...configs.map((config) => config.get('deployments')), key.get('aliases')]) {
    for (const [model, field] of map.entries()) {
      const deployment = field.text()
      if (deployment?.includes('$' + '{') === true)
        field.remark('holds "${", which portcullis.yaml takes for a variable')
      else if (deployment !== undefined) own.set(model, deployment)
    }
  }
  return { isAll: listed.includes('*'), own }
}

function accountOf(key: Field, provider: Provider, baseUrl: Value | undefined): AccountDraft {
  const azure = key.get('azure_key_config')
  const vertex = key.get('vertex_key_config')
  const bedrock = key.get('bedrock_key_config')
  const server = key.get('ollama_key_config', 'vllm_key_config', 'sgl_key_config')
  const options = provider.options ?? {}
  const region = textOf(bedrock.get('region')) ?? ('accessKeyId' in options ? variable('AWS_REGION') : undefined)
  const scopes = azure.get('scopes').items()
  return {
    id: provider.id,
    provider: provider.id,
    baseUrl: textOf(azure.get('endpoint')) ?? versioned(textOf(server.get('url')), provider) ?? baseUrl,
    apiKey:
      secretOf(azure.get('client_secret')) ??
      secretOf(bedrock.get('secret_key')) ??
      secretOf(vertex.get('auth_credentials')) ??
      secretOf(key.get('value')),
    options: {
      apiVersion: textOf(azure.get('api_version')),
      tenantId: textOf(azure.get('tenant_id')),
      clientId: textOf(azure.get('client_id')),
      scope: scopes.length === 1 && scopes[0] !== undefined ? textOf(scopes[0]) : undefined,
      region,
      accessKeyId: textOf(bedrock.get('access_key')),
      sessionToken: secretOf(bedrock.get('session_token')),
      roleArn: textOf(bedrock.get('role_arn')),
      externalId: textOf(bedrock.get('external_id')),
      project:
        textOf(vertex.get('project_id')) ?? ('location' in options ? variable('GOOGLE_CLOUD_PROJECT') : undefined),
      location: textOf(vertex.get('region')),
    },
  }
}

/** A text, or as its API gives it: `{ value, env_var, from_env }`. */
function textOf(field: Field, isSecret = false): Value | undefined {
  if (!field.isMap()) return readValue(field, reference, isSecret)
  const name = field
    .get('env_var')
    .text()
    ?.replace(/^env\./, '')
  const isReference = field.get('from_env').flag() === true && name !== undefined
  if (!isReference) return readValue(field.get('value'), reference, isSecret)
  field.get('value').take()
  return variable(name.replace(/\W/g, '_'))
}

function secretOf(field: Field): Value | undefined {
  return textOf(field, true)
}

function isSwitchedOff(entry: Field): boolean {
  const isOff = entry.get('is_active').flag() === false
  if (isOff) entry.unmapped('is switched off')
  return isOff
}

/**
 * What stands in the key, what it names and what names it. One that several keys name is shared by them there; the first
 * has it here. https://docs.getbifrost.ai/features/governance/budget-and-limits
 */
function ownedBy(key: Field, name: string, all: readonly Field[], taken: Set<Field>): readonly Field[] {
  const reference = key.get(`${name}_id`)
  const id = key.get('id').peek()
  const referred = all.filter((one) => {
    const isNamed = reference.isThere && one.get('id').peek() === reference.peek()
    return isNamed || (id !== undefined && one.get('virtual_key_id').peek() === id)
  })
  const free = referred.filter((one) => !taken.has(one))
  for (const one of free) {
    taken.add(one)
    for (const about of ['id', 'virtual_key_id']) one.get(about).take()
  }
  if (free.length > 0) reference.take()
  else if (referred.length > 0) reference.unmapped('is shared with another key: write it under `budgets`')
  const inKey = [key.get(name), ...key.get(`${name}s`).items()].filter(({ isThere }) => isThere)
  for (const one of inKey) one.get('id').take()
  return [...inKey, ...free]
}

function amountsOf(field: Field) {
  return (
    [
      ['costUsd', 'max_limit', 'reset_duration'],
      ['requests', 'request_max_limit', 'request_reset_duration'],
      ['tokens', 'token_max_limit', 'token_reset_duration'],
    ] as const
  ).map(([measure, amount, duration]) => ({
    entry: amountOf(measure, field.get(amount), field.get(duration)),
    amount: field.get(amount),
  }))
}

/** A virtual key, with the names that it may ask for. */
function readKey(entry: Field, budgets: readonly BudgetEntry[], draft: Draft): void {
  const id = entry.get('id').text()
  const name = entry.get('name').text()
  if (entry.get('description').text() !== undefined)
    entry.get('description').remark('has no equal: a key has a name only')
  const providers = entry.get('provider_configs').items()
  const models = providers.flatMap((config) => {
    const provider = config.get('provider').text()
    const allowed = config
      .get('allowed_models')
      .items()
      .flatMap((item) => item.text() ?? [])
    // Up to version 1.4, none meant all; the newer one is the stricter.
    if (allowed.length === 0) config.remark('allows no model; write `["*"]` for all')
    return provider === undefined ? [] : allowed.map((model) => `${provider}/${model}`)
  })
  const key = secretOf(entry.get('value'))
  if (key === undefined) entry.action('has no value: a new key is made at the start and shown once')
  draft.key(name ?? id ?? 'key', key, providers.length === 0 ? undefined : models, entry, budgets)
}
