import type { PlanEntry } from '../../../server/config/routes-section.ts'
import type { AccountDraft, Draft } from '../draft.ts'
import type { Field } from '../field.ts'
import { balanced, inOrder, retriesOf, targetPlan, ttlOf, weightOf, withRetries } from '../plan.ts'
import { type ImportCatalogue, providerNamed, type Source } from '../source.ts'
import { literal, readValue, type Value, variable } from '../value.ts'
import { conditionOf } from './portkey/condition.ts'

const ownPauses = 'has no equal: when a failing target is left alone is the same for all; see docs/guides/routes.md'

/** A config of Portkey. https://portkey.ai/docs/api-reference/inference-api/config-object */
export const portkey: Source = {
  id: 'portkey',
  title: 'Portkey',
  isOwn: (root) =>
    root.get('strategy', 'targets', 'virtual_key', 'virtualKey', 'override_params', 'overrideParams').isThere ||
    root.get('provider').peek() !== undefined ||
    ['strategy', 'targets', 'provider', 'virtual_key', 'virtualKey'].some(
      (name) => root.get('config').get(name).isThere,
    ),
  read(root, draft, catalogue) {
    const wrapped = root.get('config')
    const config = wrapped.isMap() ? wrapped : root
    for (const about of description) root.get(about).take()
    const given = root.get('name').text()
    const name = root.get('slug').text() ?? given ?? 'portkey'
    const attempts = config.get('retry').get('attempts')
    const retries = attempts.isThere ? retriesOf(attempts) : undefined
    const plan = readGroup(config, {}, draft, catalogue)
    draft.name(name, withRetries(plan, retries), config.get('targets').isThere ? config.get('targets') : config)
    readCache(config.get('cache'), draft)
    if (plan !== undefined) {
      config.action(`is the model ${JSON.stringify(name)} here: clients ask for it by that name`)
    }
  },
  reasons: {
    retry:
      'has no equal: a target has no retries of its own, nor a list of statuses; `retries` of its route are for all',
    cache: 'has no equal: a target has no cache of its own; the one of the file, or of a route, is for all',
    weight: 'means nothing outside of `loadbalance`',
    sticky: 'has another form: `stickyBy` of a route, in docs/guides/routes.md',
    on_status_codes: 'has no equal: a fallback goes on after 429, 5xx, a time-out and a provider that is down',
    onStatusCodes: 'has no equal: a fallback goes on after 429, 5xx, a time-out and a provider that is down',
    cb_config: ownPauses,
    cbConfig: ownPauses,
    override_params: 'not yet: parameters that a target sets',
    overrideParams: 'not yet: parameters that a target sets',
    default_params: 'not yet: parameters that a target sets',
    defaultParams: 'not yet: parameters that a target sets',
    drop_params: 'not yet: parameters that a target takes out',
    dropParams: 'not yet: parameters that a target takes out',
    forward_headers: 'not yet: headers that go to the provider',
    forwardHeaders: 'not yet: headers that go to the provider',
    input_guardrails: 'not yet: guardrails',
    inputGuardrails: 'not yet: guardrails',
    output_guardrails: 'not yet: guardrails',
    outputGuardrails: 'not yet: guardrails',
    before_request_hooks: 'not yet: guardrails',
    beforeRequestHooks: 'not yet: guardrails',
    after_request_hooks: 'not yet: guardrails',
    afterRequestHooks: 'not yet: guardrails',
    input_mutators: 'not yet: guardrails',
    output_mutators: 'not yet: guardrails',
    metadata: 'is for the client to send, in the header x-portcullis-metadata',
    strict_open_ai_compliance: 'has no equal: each client gets the shape of its own API',
    strictOpenAiCompliance: 'has no equal: each client gets the shape of its own API',
    openai_organization: 'not yet: headers that an account adds',
    openai_project: 'not yet: headers that an account adds',
  },
}

/** What its API says of a config beside the config. https://portkey.ai/docs/api-reference/admin-api/control-plane/configs/retrieve-config */
const description = [
  'id',
  'object',
  'type',
  'format',
  'status',
  'is_default',
  'version_id',
  'workspace_id',
  'organisation_id',
  'owner_id',
  'updated_by',
  'created_at',
  'last_updated_at',
]

/** Portkey keeps credentials of its own and takes no references, so there is none to read. */
const reference = /(?!)/

/** What a target has from those around it. */
interface Inherited {
  readonly timeoutMs?: number
  readonly model?: string
}

/** A config or a target: either one provider, or a strategy over others. Names are snake or camel case. */
function readGroup(
  field: Field,
  inherited: Inherited,
  draft: Draft,
  catalogue: ImportCatalogue,
): PlanEntry | undefined {
  const from = (name: string): Field => field.get(name, camel(name))
  const timeoutMs = from('request_timeout').number() ?? inherited.timeoutMs
  const modelField = from('override_params').get('model')
  const given = modelField.text()
  const model =
    given === undefined ? inherited.model : literal(modelField, given)?.kind === 'literal' ? given : undefined
  const below: Inherited = {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(model === undefined ? {} : { model }),
  }
  const list = field.get('targets')
  if (!list.isThere) return readTarget(field, below, draft, catalogue)
  const mode = field.get('strategy').get('mode')
  const items = list.items()
  const read = (item: Field): PlanEntry | undefined => readGroup(item, below, draft, catalogue)
  switch (mode.text()) {
    case 'fallback':
      return inOrder(items.flatMap((item) => read(item) ?? []))
    case 'loadbalance':
      return balanced(
        items.flatMap((item) => {
          const weight = weightOf(item.get('weight'), 1)
          const plan = read(item)
          return plan === undefined ? [] : [{ plan, weight }]
        }),
      )
    case 'conditional':
      return readConditional(
        field.get('strategy'),
        items.map((item) => ({ item, plan: read(item) })),
        draft,
      )
    default: {
      const [first, ...others] = items
      for (const item of others) item.unmapped('is a target after the first, which `single` does not use')
      return first === undefined ? undefined : read(first)
    }
  }
}

/** What no condition decides goes to the default. Where a condition is not to be had, its target is a name of its own. */
function readConditional(
  strategy: Field,
  items: readonly { readonly item: Field; readonly plan: PlanEntry | undefined }[],
  draft: Draft,
): PlanEntry | undefined {
  const named = new Map<string, { readonly item: Field; readonly plan: PlanEntry | undefined }>()
  for (const entry of items) {
    const name = entry.item.get('name').text()
    if (name === undefined) entry.item.remark('has no name, so that no condition can lead to it')
    else named.set(name, entry)
  }
  const cases = strategy
    .get('conditions')
    .items()
    .flatMap((condition) => {
      const then = condition.get('then')
      const goal = named.get(then.text() ?? '')
      const query = conditionOf(condition.get('query'))
      if (goal === undefined) then.remark('names no target')
      if (goal?.plan === undefined) return []
      if (query !== undefined) return [{ if: query, ...goal.plan }]
      draft.name(then.peek() ?? '', goal.plan, goal.item)
      return []
    })
  const usual = strategy.get('default')
  const otherwise = named.get(usual.text() ?? '')?.plan
  if (otherwise === undefined) {
    if (strategy.isThere) strategy.remark('has no `default` among its targets, which a route needs for all other calls')
    for (const [name, { item, plan }] of named) draft.name(name, plan, item)
    return undefined
  }
  return cases.length === 0 ? otherwise : { conditional: [...cases, otherwise] }
}

/** Portkey's own: a week. */
const usualTtlSeconds = 604_800

/** https://portkey.ai/docs/product/ai-gateway/cache-simple-and-semantic */
function readCache(field: Field, draft: Draft): void {
  if (!field.isThere) return
  const mode = field.get('mode')
  const kind = (field.isMap() ? mode : field).text()
  if (kind !== 'simple') {
    mode.remark('has another measure of what is the same: see `cache.semantic` in docs/guides/cache.md')
    return
  }
  draft.cache({ exact: { ttlSeconds: ttlOf(field.get('max_age', 'maxAge'), usualTtlSeconds) } }, field)
}

function readTarget(
  field: Field,
  inherited: Inherited,
  draft: Draft,
  catalogue: ImportCatalogue,
): PlanEntry | undefined {
  const from = (name: string): Field => field.get(name, camel(name))
  const slugged = /^@([^/]+)\/(.+)$/.exec(inherited.model ?? '')
  const vendorField = from('provider')
  const vendor = vendorField.text() ?? (slugged?.[1] === undefined ? undefined : `@${slugged[1]}`)
  const virtualKey = from('virtual_key').text()
  const asked = virtualKey ?? vendor
  if (asked === undefined) {
    if (inherited.model !== undefined || field.path.length > 0) field.remark('names no provider')
    return undefined
  }
  const isKept = virtualKey !== undefined || asked.startsWith('@')
  const provider = isKept
    ? guessed(asked.replace(/^@/, ''), catalogue)
    : providerNamed(asked, portkeyProviders, catalogue.providers)
  if (provider === undefined) {
    field.remark(
      isKept
        ? `names ${JSON.stringify(asked)}, which Portkey keeps: its provider is not in the file`
        : `names the provider ${JSON.stringify(asked)}, which is not in docs/PROVIDERS.md`,
    )
    return undefined
  }
  const account = accountOf(from, provider.id, Object.keys(provider.options ?? {}))
  const slug = asked.replace(/^@/, '')
  // Each slug has a credential of its own, which is not the one that the vendor's variable happens to hold.
  const kept = provider.environment.apiKey.length > 0 ? variable(variableOf(slug)) : undefined
  const id = draft.account(isKept ? { ...account, id: slug, apiKey: account.apiKey ?? kept } : account, field)
  if (isKept) field.action(`Portkey keeps the credential of ${JSON.stringify(asked)}: give it to the account \`${id}\``)
  const deployment = from('azure_deployment_id').text()
  const model = deployment ?? slugged?.[2] ?? inherited.model
  if (model === undefined) {
    if (field.path.length > 0 && field.path.at(-1) !== 'config') {
      field.remark(
        `has no \`override_params.model\`: a target here names one, and clients can ask for \`${id}/<model>\``,
      )
    }
    return undefined
  }
  const { timeoutMs } = inherited
  return targetPlan(`${id}/${model}`, timeoutMs === undefined ? undefined : Math.ceil(timeoutMs))
}

function accountOf(from: (name: string) => Field, provider: string, known: readonly string[]): AccountDraft {
  const text = (name: string): Value | undefined => readValue(from(name), reference)
  const secret = (name: string): Value | undefined => readValue(from(name), reference, true)
  const options: Readonly<Record<string, Value | undefined>> = {
    apiVersion: text('azure_api_version'),
    tenantId: text('azure_entra_tenant_id'),
    clientId: text('azure_entra_client_id'),
    region: text('aws_region'),
    accessKeyId: text('aws_access_key_id'),
    sessionToken: secret('aws_session_token'),
    roleArn: text('aws_role_arn'),
    externalId: text('aws_external_id'),
    project: text('vertex_project_id'),
    location: text('vertex_region'),
    accountId: text('workers_ai_account_id'),
    account: text('snowflake_account'),
  }
  return {
    id: provider,
    provider,
    baseUrl: text('custom_host') ?? azureAddress(from),
    apiKey:
      secret('aws_secret_access_key') ??
      secret('azure_entra_client_secret') ??
      serviceAccount(from) ??
      secret('api_key'),
    options: {
      ...(known.includes('accessKeyId') ? { region: variable('AWS_REGION') } : {}),
      ...(known.includes('location') ? { project: variable('GOOGLE_CLOUD_PROJECT') } : {}),
      ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    },
  }
}

/** https://portkey.ai/docs/integrations/llms/azure-openai/azure-openai */
function azureAddress(from: (name: string) => Field): Value | undefined {
  const field = from('azure_resource_name')
  const resource = field.text()
  if (resource === undefined) return undefined
  if (/^[a-z0-9-]+$/i.test(resource)) return { kind: 'literal', text: `https://${resource}.openai.azure.com` }
  field.remark('is no name of an Azure resource')
  return undefined
}

/** As an object or as its text. */
function serviceAccount(from: (name: string) => Field): Value | undefined {
  const field = from('vertex_service_account_json')
  const json = field.json()
  return json === undefined ? undefined : { kind: 'secret', text: json, path: field.path }
}

function variableOf(slug: string): string {
  const name = `${slug.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`
  return /^\d/.test(name) ? `_${name}` : name
}

/** A slug is free text; people begin it with the vendor. */
function guessed(slug: string, catalogue: ImportCatalogue) {
  const words = slug.toLowerCase().split(/[-_.]/)
  for (let length = words.length; length > 0; length--) {
    const provider = providerNamed(words.slice(0, length).join('-'), portkeyProviders, catalogue.providers)
    if (provider !== undefined) return provider
  }
  return undefined
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}

/** How Portkey calls providers, where ours are other names. https://portkey.ai/docs/integrations/llms */
export const portkeyProviders: Readonly<Record<string, string>> = {
  ai21: 'ai21',
  azure: 'azure-openai',
  'azure-ai': 'openai-compatible',
  dashscope: 'alibaba',
  'fireworks-ai': 'fireworks',
  github: 'github-models',
  google: 'gemini',
  jina: 'jina',
  lingyi: '01ai',
  meshy: 'openai-compatible',
  'mistral-ai': 'mistral',
  moonshot: 'moonshotai',
  nebius: 'nebius',
  'perplexity-ai': 'perplexity',
  predibase: 'openai-compatible',
  sambanova: 'sambanova',
  'snowflake-cortex': 'snowflake',
  'together-ai': 'together',
  triton: 'openai-compatible',
  vertex: 'vertex-ai',
  'workers-ai': 'cloudflare-workers-ai',
  'x-ai': 'xai',
  zhipu: 'zhipuai',
}
