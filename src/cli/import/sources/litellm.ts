import type { BalanceRule } from '../../../core/calls/route-plan.ts'
import type { PlanEntry } from '../../../server/config/routes-section.ts'
import { amountOf } from '../amounts.ts'
import type { Draft } from '../draft.ts'
import type { Field } from '../field.ts'
import {
  balanced,
  inOrder,
  peekCount,
  type RouteDraft,
  retriesOf,
  targetPlan,
  ttlOf,
  weightOf,
  withRetries,
} from '../plan.ts'
import type { ImportCatalogue, Source } from '../source.ts'
import { readValue, variable } from '../value.ts'
import { type Deployment, milliseconds, readDeployment, reference } from './litellm/deployment.ts'

const oneRetry = 'has no equal: a target has no retries of its own; `retries` of its route are for all of them'
const ownPauses = 'has no equal: when a failing target is left alone is the same for all; see docs/guides/routes.md'

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
    weight: 'means nothing with this `routing_strategy`',
    routing_strategy_args: 'has no equal: `loadbalance` measures by itself',
    num_retries: oneRetry,
    max_retries: oneRetry,
    retry_policy: 'has no equal: what is retried is the same for all; `retries` of a route says how often',
    retry_after: 'has no equal: pauses grow, and are at least what the provider asks for',
    model_group_retry_policy: 'has no equal: what is retried is the same for all; `retries` of a route says how often',
    allowed_fails: ownPauses,
    allowed_fails_policy: ownPauses,
    cooldown_time: ownPauses,
    disable_cooldowns: ownPauses,
    context_window_fallbacks: 'not yet: a fallback for prompts that are too long',
    content_policy_fallbacks: 'not yet: a fallback for refused prompts',
    enable_pre_call_checks: 'not yet: checks of the length before a call',
    cache_params: 'has no equal: answers are kept in the memory of each worker',
    cache_responses: 'has no equal: `cache` of the file, or of a route, decides',
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
  const groups = groupsOf(deployments, usual, balanceRule(router.get('routing_strategy')))
  const fallbacks = new Map([...readFallbacks(settings.get('fallbacks')), ...readFallbacks(router.get('fallbacks'))])
  const forAll = [settings, router].flatMap((section) => readDefaults(section.get('default_fallbacks'), groups))
  const ownRetries = router.get('num_retries')
  const retriesField = ownRetries.isThere ? ownRetries : settings.get('num_retries')
  const retries = retriesField.isThere ? retriesOf(retriesField) : undefined
  const routes = new Map<string, RouteDraft | undefined>()
  for (const [name, { plan, place }] of groups) {
    const after = fallbacks.has(name)
      ? plansAfter(name, fallbacks, groups)
      : forAll.flatMap((other) => (other === name ? [] : (groups.get(other)?.plan ?? [])))
    const route = withRetries(inOrder([plan, ...after]), retries)
    routes.set(name, route)
    draft.name(name, route, place)
  }
  readCache(settings, draft)
  // Of the whole proxy; those of its keys are in its database. https://docs.litellm.ai/docs/proxy/users
  const most = settings.get('max_budget')
  draft.budget('all', amountOf('costUsd', most, settings.get('budget_duration')), most)
  for (const [name, { field }] of fallbacks) {
    if (!groups.has(name)) field.unmapped(`is for ${JSON.stringify(name)}, which \`model_list\` has not`)
  }
  readAliases(router.get('model_group_alias'), routes, draft)
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

/** https://docs.litellm.ai/docs/routing */
const strategies: ReadonlyMap<string, BalanceRule> = new Map([
  ['simple-shuffle', 'weight'],
  ['least-busy', 'least-busy'],
  ['latency-based-routing', 'latency'],
  ['cost-based-routing', 'cost'],
  ['usage-based-routing', 'headroom'],
  ['usage-based-routing-v2', 'headroom'],
])

function balanceRule(field: Field): BalanceRule {
  const strategy = field.text() ?? 'simple-shuffle'
  const by = strategies.get(strategy)
  if (by === undefined) field.remark('is not known; `by: weight` is taken')
  if (by === 'headroom') field.remark('has no equal: `by: headroom` goes by what providers say is left of a limit')
  return by ?? 'weight'
}

interface Group {
  readonly plan: PlanEntry
  readonly place: Field
}

/** A name that stands several times has several deployments: those of the same `order` share its calls. */
function groupsOf(
  deployments: readonly Deployment[],
  usual: number | undefined,
  by: BalanceRule,
): ReadonlyMap<string, Group> {
  return new Map(
    [...Map.groupBy(deployments, ({ name }) => name)].flatMap(([name, members]) => {
      const [first] = members
      const ranks = Map.groupBy(
        members.toSorted((a, b) => a.order - b.order),
        ({ order }) => order,
      )
      const plan = inOrder([...ranks.values()].flatMap((rank) => sharedBy(rank, usual, by) ?? []))
      return first === undefined || plan === undefined ? [] : [[name, { plan, place: first.place }] as const]
    }),
  )
}

function sharedBy(rank: readonly Deployment[], usual: number | undefined, by: BalanceRule): PlanEntry | undefined {
  const parameters = ({ place }: Deployment): Field => place.get('litellm_params')
  // The first one decides what is a weight there. A limit stays one that is not kept, and is listed.
  const [first] = rank
  const limit = ['rpm', 'tpm'].find((name) => first !== undefined && parameters(first).get(name).isThere)
  const isWeighted = first !== undefined && parameters(first).get('weight').isThere
  const weight = (deployment: Deployment): number => {
    if (by !== 'weight') return 1
    if (isWeighted || limit === undefined) return weightOf(parameters(deployment).get('weight'), isWeighted ? 0 : 1)
    return peekCount(parameters(deployment).get(limit)) ?? 0
  }
  return balanced(
    rank.map((one) => ({ plan: targetPlan(one.target, one.timeoutMs ?? usual), weight: weight(one) })),
    by,
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

/** For names without fallbacks of their own. */
function readDefaults(list: Field, groups: ReadonlyMap<string, Group>): readonly string[] {
  return list.items().flatMap((item) => {
    const name = item.text()
    if (name !== undefined && groups.has(name)) return [name]
    if (name !== undefined) item.remark(`names ${JSON.stringify(name)}, which \`model_list\` has not`)
    return []
  })
}

/** LiteLLM does not follow the fallbacks of a fallback in the file's order either; one step is what a name says. */
function plansAfter(
  name: string,
  fallbacks: ReadonlyMap<string, Fallback>,
  groups: ReadonlyMap<string, Group>,
): readonly PlanEntry[] {
  const fallback = fallbacks.get(name)
  return (fallback?.names ?? []).flatMap((other) => {
    const group = groups.get(other)
    if (group === undefined) fallback?.field.unmapped(`names ${JSON.stringify(other)}, which \`model_list\` has not`)
    return group?.plan ?? []
  })
}

/** LiteLLM's own, where the file names none. */
const usualTtlSeconds = 600

/** https://docs.litellm.ai/docs/proxy/caching */
function readCache(settings: Field, draft: Draft): void {
  const cache = settings.get('cache')
  if (cache.flag() !== true) return
  const parameters = settings.get('cache_params')
  const type = parameters.get('type')
  const kind = type.text() ?? 'redis'
  const mode = parameters.get('mode')
  if (mode.text() === 'default_off') {
    mode.remark('has no equal: a cache that a call has to ask for; there is no `cache` in the result')
    return
  }
  if (kind.includes('semantic')) {
    type.remark('has another measure of what is the same: see `cache.semantic` in docs/guides/cache.md')
    return
  }
  if (kind !== 'local')
    (type.isThere ? type : cache).remark('has no equal: answers are kept in the memory of each worker')
  const ttl = parameters.get('ttl')
  if (!ttl.isThere) cache.action(`names no \`ttl\`; answers are kept for ${usualTtlSeconds} seconds`)
  draft.cache({ exact: { ttlSeconds: ttlOf(ttl, usualTtlSeconds) } }, cache)
}

/** `{ "name": "group" }`, or `{ "name": { "model": "group", "hidden": true } }`. */
function readAliases(aliases: Field, routes: ReadonlyMap<string, RouteDraft | undefined>, draft: Draft): void {
  for (const [name, field] of aliases.entries()) {
    if (field.isMap()) {
      if (field.get('hidden').flag() === true) {
        field.get('hidden').unmapped('not yet: a name that works and is not listed')
      }
    }
    const group = (field.isMap() ? field.get('model') : field).text()
    const route = routes.get(group ?? '')
    if (route === undefined) {
      field.unmapped(`stands for ${JSON.stringify(group ?? '')}, which \`model_list\` has not`)
    } else draft.name(name, route, field)
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
