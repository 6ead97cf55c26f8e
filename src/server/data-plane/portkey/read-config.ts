import * as z from 'zod'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import { isDeeperThan } from '../../../core/wire/json-depth.ts'
import { readCondition } from './conditions.ts'
import { type DropPath, readDropPath } from './drop-params.ts'
import { onlyWatch } from './hooks.ts'
import type { BodyChanges, Plan, RetryRule } from './plan.ts'
import { accountName, type IsAccount } from './provider-names.ts'
import { readMetadata } from './read-metadata.ts'
import { accountRefusal, refused } from './refusals.ts'

const header = 'x-portkey-config'
const maxLength = 16 * 1024
const maxDepth = 32
/** One call must not become any number of calls. */
const maxTargets = 32
const maxNesting = 4
/** As at Portkey. */
export const maxRetries = 5

const JsonRecord = z.custom<JsonObject>(isJsonObject, 'takes an object')
const Slug = z.string('takes a text').min(1)
const Ignored = z.json().optional()

/** A config, or one of its targets: https://portkey.ai/docs/api-reference/inference-api/config-object */
const Level = z.strictObject({
  strategy: JsonRecord.optional(),
  targets: z.array(JsonRecord, 'takes a list of targets').min(1, 'takes at least one target').optional(),
  provider: Slug.optional(),
  virtual_key: Slug.optional(),
  passthrough: z.boolean().optional(),
  request_timeout: z.int('takes whole milliseconds').positive('takes whole milliseconds').max(86_400_000).optional(),
  override_params: JsonRecord.optional(),
  default_params: JsonRecord.optional(),
  drop_params: z.array(z.string()).max(100).optional(),
  name: Ignored,
  index: Ignored,
  weight: Ignored,
  metadata: z.json().optional(),
  strict_open_ai_compliance: Ignored,
  retry: JsonRecord.optional(),
  cache: JsonRecord.optional(),
  cb_config: Ignored,
  forward_headers: Ignored,
  anthropic_beta: Ignored,
  anthropic_version: Ignored,
  input_guardrails: Ignored,
  output_guardrails: Ignored,
  before_request_hooks: Ignored,
  after_request_hooks: Ignored,
  input_mutators: Ignored,
  output_mutators: Ignored,
})
type Level = z.infer<typeof Level>

const Strategy = z.strictObject({
  mode: z.enum(
    ['single', 'fallback', 'loadbalance', 'conditional'],
    'takes `single`, `fallback`, `loadbalance` or `conditional`',
  ),
  on_status_codes: z.array(z.int().min(100).max(599), 'takes a list of HTTP statuses').max(500).optional(),
  conditions: z
    // biome-ignore lint/suspicious/noThenProperty: Portkey's word.
    .array(z.strictObject({ query: z.json(), then: Slug }), 'takes a list of conditions')
    .max(100)
    .optional(),
  default: Slug.optional(),
  sticky: Ignored,
})

/** https://portkey.ai/docs/product/ai-gateway/automatic-retries */
const Retry = z.strictObject({
  attempts: z.int('takes a whole number').min(0).max(maxRetries, `takes at most ${maxRetries}`).default(0),
  on_status_codes: z.array(z.int().min(100).max(599), 'takes a list of HTTP statuses').max(500).optional(),
  // What a provider asks for is always waited for, within bounds.
  use_retry_after_header: z.boolean().optional(),
})

/** https://portkey.ai/docs/product/ai-gateway/cache-simple-and-semantic. `max_age`: seconds. */
const Cache = z.strictObject({
  mode: z.enum(['simple', 'semantic'], 'takes `simple` or `semantic`'),
  max_age: z
    .int('takes whole seconds')
    .positive('takes whole seconds')
    .max(30 * 86_400)
    .optional(),
})

type Strategy = z.infer<typeof Strategy>

/** Portkey's default is 1. */
const Weight = z.number().nonnegative().max(1e6).default(1)

/** Settings that change neither who answers nor what is inspected. */
const harmless = ['cb_config', 'forward_headers', 'anthropic_beta', 'anthropic_version'] as const
const hooks = ['input_guardrails', 'output_guardrails', 'before_request_hooks', 'after_request_hooks'] as const
const mutators = ['input_mutators', 'output_mutators'] as const

/** What holds for a target when it says nothing else. */
export interface Inherited {
  readonly changes: BodyChanges
  readonly timeoutMs?: number
  readonly defaultAccount?: string
  readonly retry?: RetryRule
  readonly cacheTtlMs?: number
  readonly metadata: Readonly<Record<string, string>>
}

/** Reads the config that a client sent. What it asks for and does not get is told to `drop`. Throws `invalid_request`. */
export function readConfig(
  text: string,
  inherited: Inherited,
  isAccount: IsAccount,
  drop: (name: string) => void,
): Plan {
  if (text.length > maxLength) throw refused(header, `is longer than ${maxLength} bytes.`)
  const json = parseJson(text)
  if (typeof json === 'string' || (json === undefined && /^[\w-]+$/.test(text)))
    throw refused(header, 'names a saved config; there are none here: send its JSON, or make a route of it.')
  if (!isJsonObject(json)) throw refused(header, 'is not a JSON object.')
  if (isDeeperThan(maxDepth, json)) throw refused(header, `is nested more than ${maxDepth} levels deep.`)
  let targets = 0
  return readLevel(json, '', inherited, 0)

  function readLevel(value: JsonObject, path: string, from: Inherited, depth: number): Plan {
    const place = header + path
    const level = parsed(Level, snakeCased(value, place), place)
    for (const name of harmless) if (level[name] !== undefined) drop(`${header}.${name}`)
    for (const name of checkedHooks(level, place)) drop(`${header}.${name}`)
    const next = inheritedBy(level, from, place)
    if (level.targets === undefined) {
      if (level.strategy !== undefined) throw refused(`${place}.targets`, 'is missing; a strategy needs targets.')
      targets++
      if (targets > maxTargets) throw refused(header, `has more than ${maxTargets} targets.`)
      return targetPlan(level, path, next, depth === 0 || level.passthrough === true)
    }
    if (depth === maxNesting) throw refused(place, `is nested more than ${maxNesting} strategies deep.`)
    const inner = level.targets.map((target, index) => ({ target, path: `${path}.targets[${index}]` }))
    const strategy =
      level.strategy === undefined
        ? undefined
        : parsed(Strategy, snakeCased(level.strategy, `${place}.strategy`), `${place}.strategy`)
    if (strategy === undefined && inner.length > 1) {
      throw refused(
        `${place}.strategy`,
        'is missing; several targets need `single`, `fallback`, `loadbalance` or `conditional`.',
      )
    }
    // Every target is read, so that one that is not tried cannot hide what would be refused.
    const plans = inner.map((one) => readLevel(one.target, one.path, next, depth + 1))
    if (strategy?.mode === 'loadbalance') {
      if (strategy.sticky !== undefined) drop(`${header}.strategy.sticky`)
      return loadbalancePlan(plans, level.targets, place)
    }
    if (strategy?.mode === 'conditional') return conditionalPlan(strategy, plans, level.targets, place)
    const codes = strategy?.on_status_codes
    const isFallback = strategy?.mode === 'fallback'
    const tried = isFallback ? plans : plans.slice(0, 1)
    return { kind: 'fallback', plans: tried, ...(codes === undefined || !isFallback ? {} : { onStatusCodes: codes }) }
  }

  function targetPlan(level: Level, path: string, from: Inherited, takesDefault: boolean): Plan {
    const account = accountOf(level, header + path)
    return {
      kind: 'target',
      path: `config${path}`,
      metadata: from.metadata,
      changes: from.changes,
      ...(account === undefined ? {} : { account }),
      ...(from.timeoutMs === undefined ? {} : { timeoutMs: from.timeoutMs }),
      ...(from.retry === undefined ? {} : { retry: from.retry }),
      ...(from.cacheTtlMs === undefined ? {} : { cacheTtlMs: from.cacheTtlMs }),
      ...(takesDefault && from.defaultAccount !== undefined ? { defaultAccount: from.defaultAccount } : {}),
    }
  }

  function accountOf({ provider, virtual_key: key }: Level, place: string): string | undefined {
    const ofProvider = provider === undefined ? undefined : accountName(provider, `${place}.provider`, isAccount)
    const ofKey = key === undefined ? undefined : accountName(key, `${place}.virtual_key`, isAccount)
    if (provider?.startsWith('@') === true && ofKey !== undefined && ofKey !== ofProvider)
      throw refused(place, 'names two accounts, in `provider` and in `virtual_key`; name one.')
    return ofKey ?? ofProvider
  }
}

function loadbalancePlan(plans: readonly Plan[], targets: readonly JsonObject[], place: string): Plan {
  const entries = plans.map((plan, index) => {
    const weight = Weight.safeParse(targets[index]?.['weight'])
    if (!weight.success) throw refused(`${place}.targets[${index}].weight`, 'takes a number from 0 to 1000000.')
    return { plan, weight: weight.data }
  })
  if (entries.every(({ weight }) => weight === 0)) throw refused(`${place}.targets`, 'give no target a weight above 0.')
  return { kind: 'loadbalance', entries }
}

function conditionalPlan(
  { conditions = [], default: otherwise }: Strategy,
  plans: readonly Plan[],
  targets: readonly JsonObject[],
  place: string,
): Plan {
  const at = `${place}.strategy`
  if (conditions.length === 0) throw refused(`${at}.conditions`, 'is missing.')
  const planNamed = (name: string, field: string): Plan => {
    const plan = plans[targets.findIndex((target) => target['name'] === name)]
    if (plan === undefined) throw refused(field, 'names no target; give one this `name`.')
    return plan
  }
  const cases = conditions.map(({ query, then }, index) => ({
    holds: readCondition(query, `${at}.conditions[${index}].query`),
    plan: planNamed(then, `${at}.conditions[${index}].then`),
  }))
  return {
    kind: 'conditional',
    cases,
    ...(otherwise === undefined ? {} : { otherwise: planNamed(otherwise, `${at}.default`) }),
  }
}

function inheritedBy(level: Level, from: Inherited, place: string): Inherited {
  const { defaults, overrides, drops } = from.changes
  const timeoutMs = level.request_timeout ?? from.timeoutMs
  return {
    ...from,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...retryOf(level, place),
    ...cacheOf(level, place),
    metadata: { ...from.metadata, ...readMetadata(level.metadata, `${place}.metadata`) },
    changes: {
      defaults: { ...defaults, ...level.default_params },
      overrides: { ...overrides, ...level.override_params },
      drops: [...drops, ...(level.drop_params ?? []).map((text) => dropPath(text, place))],
    },
  }
}

function retryOf({ retry }: Level, place: string): Pick<Inherited, 'retry'> {
  if (retry === undefined) return {}
  const at = `${place}.retry`
  const { attempts, on_status_codes: onStatusCodes } = parsed(Retry, snakeCased(retry, at), at)
  return { retry: { attempts, ...(onStatusCodes === undefined ? {} : { onStatusCodes }) } }
}

/** Which of the two it is, the operator's cache decides; for how long, within it, the client may say. */
function cacheOf({ cache }: Level, place: string): Pick<Inherited, 'cacheTtlMs'> {
  if (cache === undefined) return {}
  const at = `${place}.cache`
  const { max_age: seconds } = parsed(Cache, snakeCased(cache, at), at)
  return seconds === undefined ? {} : { cacheTtlMs: seconds * 1000 }
}

function dropPath(text: string, place: string): DropPath {
  const path = readDropPath(text)
  if (path === undefined) throw refused(`${place}.drop_params`, 'takes paths such as `user` or `messages[*].name`.')
  // Without a model there is nobody to ask.
  if (path.length === 1 && path[0] === 'model') throw refused(`${place}.drop_params`, 'cannot hold `model`.')
  return path
}

/** The hooks of a level, by name: they all only watch. Throws for those that do more. */
function checkedHooks(level: Level, place: string): readonly string[] {
  for (const name of mutators) {
    if (level[name] !== undefined) throw refused(`${place}.${name}`, `${notThere}; nothing is sent without them.`)
  }
  return hooks.filter((name) => {
    const value = level[name]
    if (value !== undefined && !onlyWatch(value)) {
      throw refused(`${place}.${name}`, `${notThere}; a call that asks to be inspected is not made without it.`)
    }
    return value !== undefined
  })
}

const notThere = 'may deny or change a call, and such hooks are not there yet'

/** Keys in snake case; those inside of `override_params` and the like are the body's and stay. */
function snakeCased(value: JsonObject, place: string): Record<string, JsonValue | undefined> {
  const renamed = Object.entries(value).map(([name, inner]): [string, JsonValue | undefined] => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    inner,
  ])
  const names = new Set<string>()
  for (const [name] of renamed) {
    if (names.has(name)) throw refused(`${place}.${name}`, 'stands there twice, in snake and in camel case.')
    names.add(name)
    const refusal = accountRefusal(name)
    if (refusal !== undefined) throw refused(`${place}.${name}`, refusal)
  }
  return Object.fromEntries(renamed)
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue?.code === 'unrecognized_keys') {
    throw refused(`${place}.${issue.keys[0] ?? ''}`, 'is not known here, and what it would change cannot be told.')
  }
  const at = (issue?.path ?? []).map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  throw refused(place + at, `is not valid: ${issue?.message ?? 'it cannot be read'}.`)
}
