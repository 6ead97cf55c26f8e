import type { Draft, TargetDraft } from '../draft.ts'
import type { Field } from '../field.ts'
import type { ImportCatalogue, Source } from '../source.ts'
import { readValue, variable } from '../value.ts'
import { type Deployment, milliseconds, readDeployment, reference } from './litellm/deployment.ts'

/** `config.yaml` of the LiteLLM proxy. https://docs.litellm.ai/docs/proxy/config_settings */
export const litellm: Source = {
  id: 'litellm',
  title: 'LiteLLM',
  isOwn: (root) =>
    ['model_list', 'litellm_settings', 'router_settings', 'general_settings'].some((name) => root.get(name).isThere),
  read,
  reasons: {
    rpm: 'not yet: limits of an account',
    tpm: 'not yet: limits of an account',
    max_parallel_requests: 'not yet: limits of an account',
    weight: 'not yet: load balancing by weight',
    routing_strategy: 'not yet: load balancing; the targets of a name are tried in their order',
    routing_strategy_args: 'not yet: load balancing',
    num_retries: 'not yet: retries of the same target',
    max_retries: 'not yet: retries of the same target',
    retry_policy: 'not yet: retries of the same target',
    retry_after: 'not yet: retries of the same target',
    model_group_retry_policy: 'not yet: retries of the same target',
    allowed_fails: 'not yet: pauses of a failing target',
    allowed_fails_policy: 'not yet: pauses of a failing target',
    cooldown_time: 'not yet: pauses of a failing target',
    disable_cooldowns: 'not yet: pauses of a failing target',
    context_window_fallbacks: 'not yet: a fallback for prompts that are too long',
    content_policy_fallbacks: 'not yet: a fallback for refused prompts',
    default_fallbacks: 'not yet: one fallback for every name',
    enable_pre_call_checks: 'not yet: checks of the length before a call',
    cache: 'not yet: caches',
    cache_params: 'not yet: caches',
    cache_responses: 'not yet: caches',
    callbacks: 'not yet: reports to other systems; calls are on record here',
    success_callback: 'not yet: reports to other systems; calls are on record here',
    failure_callback: 'not yet: reports to other systems; calls are on record here',
    guardrails: 'not yet: guardrails',
    mcp_servers: 'not yet: MCP',
    max_budget: 'not yet: budgets',
    budget_duration: 'not yet: budgets',
    alerting: 'not yet: alerts',
    temperature: 'not yet: parameters that an alias sets',
    max_tokens: 'not yet: parameters that an alias sets',
    top_p: 'not yet: parameters that an alias sets',
    extra_headers: 'not yet: headers that an account adds',
    extra_body: 'not yet: parameters that an alias sets',
    organization: 'not yet: headers that an account adds',
    base_model: 'not yet: facts of another model for a deployment',
    include: 'is another file; import it too',
    database_url: 'has no equal: keys are in the file and in the data directory',
    store_model_in_db: 'has no equal: models are in the file',
    redis_host: 'has no equal: nothing is kept in Redis',
    redis_port: 'has no equal: nothing is kept in Redis',
    redis_password: 'has no equal: nothing is kept in Redis',
    drop_params: 'has no equal: what a translation cannot carry is left out and named in `x-portcullis-dropped`',
    credential_info: 'has no equal: a description',
    set_verbose: 'has no equal: the record has every call',
    json_logs: 'has no equal',
    stream_timeout: 'not yet: another time limit for streams',
  },
}

function read(root: Field, draft: Draft, catalogue: ImportCatalogue): void {
  const router = root.get('router_settings')
  const settings = root.get('litellm_settings')
  const credentials = readCredentials(root)
  // Patterns first: `anthropic/*` wants an account with that name.
  const entries = root.get('model_list').items()
  const isPattern = (entry: Field): boolean => entry.get('model_name').peek()?.endsWith('*') === true
  const deployments = [...entries.filter(isPattern), ...entries.filter((entry) => !isPattern(entry))].flatMap(
    (entry) => readDeployment(entry, credentials, draft, catalogue) ?? [],
  )
  const usual = milliseconds(router.get('timeout')) ?? milliseconds(settings.get('request_timeout'))
  const groups = groupsOf(deployments, usual)
  const fallbacks = new Map([...readFallbacks(settings.get('fallbacks')), ...readFallbacks(router.get('fallbacks'))])
  const chains = new Map<string, readonly TargetDraft[]>()
  for (const [name, { targets, place }] of groups) {
    const chain = [...targets, ...targetsAfter(name, fallbacks, groups)]
    chains.set(name, chain)
    draft.name(name, chain, place)
    if (targets.length > 1) {
      place.remark(
        `not yet: load balancing; ${JSON.stringify(name)} has ${targets.length} deployments, which are tried in their order`,
      )
    }
  }
  for (const [name, { field }] of fallbacks) {
    if (!groups.has(name)) field.unmapped(`is for ${JSON.stringify(name)}, which \`model_list\` has not`)
  }
  readAliases(router.get('model_group_alias'), chains, draft)
  readMasterKey(root.get('general_settings', 'general_setting').get('master_key'), draft)
  for (const [name, field] of root.get('environment_variables').entries()) {
    field.take()
    field.action(`set ${JSON.stringify(name)} where Portcullis starts`)
  }
}

function readCredentials(root: Field): ReadonlyMap<string, Field> {
  return new Map(
    root
      .get('credential_list')
      .items()
      .flatMap((entry) => {
        const name = entry.get('credential_name').text()
        return name === undefined ? [] : [[name, entry.get('credential_values')] as const]
      }),
  )
}

interface Group {
  readonly targets: readonly TargetDraft[]
  readonly place: Field
}

/** A name that stands several times has several deployments. */
function groupsOf(deployments: readonly Deployment[], usual: number | undefined): ReadonlyMap<string, Group> {
  const groups = new Map<string, Deployment[]>()
  for (const deployment of deployments) {
    groups.set(deployment.name, [...(groups.get(deployment.name) ?? []), deployment])
  }
  return new Map(
    [...groups].flatMap(([name, members]) => {
      const [first] = members
      if (first === undefined) return []
      const targets = members
        .toSorted((a, b) => a.order - b.order)
        .map(({ target }) => ({ ...target, timeoutMs: target.timeoutMs ?? usual }))
      return [[name, { targets, place: first.place }] as const]
    }),
  )
}

interface Fallback {
  readonly names: readonly string[]
  readonly field: Field
}

/** `[{ "name": ["other", …] }]` */
function readFallbacks(list: Field): ReadonlyMap<string, Fallback> {
  return new Map(
    list.items().flatMap((entry) =>
      entry.entries().map(([name, field]) => {
        const names = field.items().flatMap((item) => (item.isMap() ? [] : (item.text() ?? [])))
        return [name, { names, field }] as const
      }),
    ),
  )
}

/** LiteLLM does not follow the fallbacks of a fallback in the file's order either; one step is what a name says. */
function targetsAfter(
  name: string,
  fallbacks: ReadonlyMap<string, Fallback>,
  groups: ReadonlyMap<string, Group>,
): readonly TargetDraft[] {
  const fallback = fallbacks.get(name)
  return (fallback?.names ?? []).flatMap((other) => {
    const group = groups.get(other)
    if (group === undefined) fallback?.field.unmapped(`names ${JSON.stringify(other)}, which \`model_list\` has not`)
    return group?.targets ?? []
  })
}

/** `{ "name": "group" }`, or `{ "name": { "model": "group", "hidden": true } }`. */
function readAliases(aliases: Field, chains: ReadonlyMap<string, readonly TargetDraft[]>, draft: Draft): void {
  for (const [name, field] of aliases.entries()) {
    if (field.isMap()) {
      if (field.get('hidden').flag() === true) {
        field.get('hidden').unmapped('not yet: a name that works and is not listed')
      }
    }
    const group = (field.isMap() ? field.get('model') : field).text()
    const targets = chains.get(group ?? '')
    if (targets === undefined) {
      field.unmapped(`stands for ${JSON.stringify(group ?? '')}, which \`model_list\` has not`)
    } else draft.name(name, targets, field)
  }
}

/** It is a key for calls there too. Ours is that only. */
function readMasterKey(field: Field, draft: Draft): void {
  if (!field.isThere) return
  const key = readValue(field, reference, true)
  const isShort = key?.kind === 'secret' && key.text.length < 16
  draft.key('master', isShort ? variable('LITELLM_MASTER_KEY') : key, undefined, field)
  field.action('the key is for calls only; the control plane takes PORTCULLIS_ADMIN_TOKEN')
  if (isShort) {
    field.remark('is shorter than 16 characters; set LITELLM_MASTER_KEY to a longer one, and give it to the clients')
  }
}
