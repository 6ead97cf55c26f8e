import type { ProviderAccount, ResolvedModel, Target } from '../core/calls/registry.ts'
import {
  classifiersIn,
  leavesOf,
  mapPlan,
  onlyTarget,
  plainRoute,
  type RoutePlan,
  type RouteSettings,
  type RouteShadow,
} from '../core/calls/route-plan.ts'
import { GatewayError } from '../core/errors.ts'
import type { ListedModel } from '../core/model/dialect.ts'
import type { ModelFacts } from '../core/model/prices.ts'
import type { Provider } from '../core/model/provider.ts'
import { nearestNames } from '../core/text/nearest-names.ts'
import { createModelFaults, quoted, suggestion } from './model-faults.ts'
import { otherForm, untagged } from './model-tags.ts'

/** What an alias stands for: one target, or a route. */
export type Alias = { readonly target: string } | { readonly route: string }

/** A target as a configuration names it, and where it stands there. */
export interface TargetName {
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly timeoutMs?: number
}

export interface RouteDefinition {
  readonly plan: RoutePlan<TargetName>
  readonly settings: RouteSettings
  readonly shadow?: RouteShadow<TargetName>
}

export interface ResolverOptions {
  /** In the order of the configuration; those from the environment after those of the file. */
  readonly accounts: readonly ProviderAccount[]
  /** The whole catalogue, so that an error can say how to configure a provider that has no account. */
  readonly providers: readonly Provider[]
  readonly aliases: Readonly<Record<string, Alias>>
  readonly routes: Readonly<Record<string, RouteDefinition>>
  modelFacts(providerId: string, modelId: string): ModelFacts | undefined
  modelsOf(providerId: string): readonly ModelFacts[]
  /** What an account itself says that it serves, where it was asked. */
  discoveredOf(account: ProviderAccount): readonly string[]
}

export interface Resolver {
  /** Throws `unknown_model` or `unknown_provider`. */
  resolve(name: string): ResolvedModel
  /** Whether two forms of a name, with `:latest` and without, lead to the same model. */
  meansSame(name: string, other: string): boolean
  readonly routes: readonly NamedRoute[]
  /** A route by its own name. Throws `not_found`. */
  route(name: string): ResolvedModel
  /** An account by its own id or, for its first account, by that of its provider. Throws `unknown_provider`. */
  account(name: string): ProviderAccount
  /** The names that a key may ask for. An account of which nobody says what it serves gives none. */
  list(isAllowed: (name: string) => boolean): readonly ListedModel[]
  /** One model for a key that may ask for it: a listed one, or one that nobody lists and that a call would be sent on with. Throws `unknown_model`. */
  named(name: string, isAllowed: (name: string) => boolean): ListedModel
  /** Targets of aliases and routes that lead nowhere, the first of them: each may look for similar names among all that there are. */
  problems(): readonly Problem[]
}

/** A route, and the model names that lead to it. */
export interface NamedRoute {
  readonly id: string
  readonly aliases: readonly string[]
}

/** What is wrong with an alias or a route, and where it stands in the configuration. */
export interface Problem {
  readonly path: readonly (string | number)[]
  readonly target: string
  readonly message: string
}

interface NamedModel {
  readonly names: readonly string[]
  readonly provider: string
  readonly facts: ModelFacts | undefined
}

/**
 * Finds what a model name stands for, in this order:
 *
 * 1. An alias.
 * 2. `prefix/model`, where the prefix is the id of an account or, for its first account, of a provider. A prefix that the
 *    catalogue knows never means anything else, so `openai/…` cannot reach another vendor by accident.
 * 3. A bare name: the first account that lists it, which is by its own `models` or else by those of its provider. Accounts of the file come before those from the environment
 *    (what was written down beats what happens to be set); within each, those whose provider has a fixed address of
 *    its own come first (the vendor before Azure), then the order of the configuration.
 * 4. A bare name that only an account itself says it serves: what it says never leads away from one that is listed.
 * 5. A bare name that nobody lists, when there is exactly one account: its provider knows its own names best.
 *
 * A name with `:latest` that nobody has written down means what is written down without it, as clients of Ollama add it. At an
 * account of Ollama both are one model wherever they are written; elsewhere the tag goes when the catalogue knows the rest only.
 *
 * The built-in demo account answers to its prefix only: a mistyped name never gets a made-up answer.
 */
export function createResolver(options: ResolverOptions): Resolver {
  const { providers, modelFacts, modelsOf, discoveredOf } = options
  const accounts = options.accounts.filter(({ furtherOf }) => furtherOf === undefined)
  const further = Map.groupBy(options.accounts, ({ furtherOf }) => furtherOf)
  const aliases = new Map(Object.entries(options.aliases))
  const routes = new Map(Object.entries(options.routes))
  const ranked = [...accounts].sort((a, b) => rank(a) - rank(b))
  const serving = ranked.filter(({ source }) => source !== 'built-in')
  const byPrefix = new Map<string, ProviderAccount>()
  for (const account of ranked) {
    if (!byPrefix.has(account.provider.id)) byPrefix.set(account.provider.id, account)
  }
  // An account's own name goes before a provider's.
  for (const account of accounts) byPrefix.set(account.id, account)
  const known = new Map(providers.map((provider) => [provider.id, provider]))
  const discovered = new Map<string, ProviderAccount>()
  for (const account of serving) {
    for (const id of discoveredOf(account)) {
      // `latest` is the tag that Ollama takes for none.
      for (const name of [id, id.replace(/:latest$/, '')]) if (!discovered.has(name)) discovered.set(name, account)
    }
  }
  const { unknownModel, unknownPrefix, notConfigured } = createModelFaults({
    providers,
    byPrefix,
    modelFacts,
    modelsOf,
    *names() {
      yield* aliases.keys()
      for (const account of ranked) {
        for (const id of namesOf(account)) {
          if (account.source !== 'built-in') yield id
          yield `${account.id}/${id}`
        }
      }
    },
  })
  const resolved = new Map<string, ResolvedModel>()
  let listing: readonly NamedModel[] | undefined

  function lookUp(name: string): ResolvedModel {
    const alias = aliases.get(name)
    if (alias === undefined) {
      const base = untagged(name)
      const isWritten = base !== undefined && (aliases.has(base) || listingOf(base) !== undefined)
      return isWritten && listingOf(name) === undefined ? lookUp(base) : direct('direct', planOf({ name }))
    }
    if ('target' in alias) return direct(name, planOf({ name: alias.target }))
    const route = routes.get(alias.route)
    if (route === undefined) throw new GatewayError('unknown_model', `There is no route ${quoted(alias.route)}.`)
    return routed(alias.route, route)
  }

  function routed(id: string, { plan, settings, shadow }: RouteDefinition): ResolvedModel {
    return {
      route: id,
      plan: mapPlan(plan, planOf),
      settings,
      ...(shadow === undefined ? {} : { shadow: { ...shadow, plan: mapPlan(shadow.plan, planOf) } }),
    }
  }

  /** One target, or one for each credential of its account. */
  function planOf({ name, timeoutMs }: Pick<TargetName, 'name' | 'timeoutMs'>): RoutePlan {
    const { account, ...rest } = targetOf(name)
    const leaf = (of: ProviderAccount) => ({
      kind: 'target' as const,
      target: { account: of, ...rest, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
    })
    const others = further.get(account.id) ?? []
    const share = (of: ProviderAccount) => ({ weight: 1, plan: leaf(of) })
    return others.length === 0
      ? leaf(account)
      : { kind: 'loadbalance', by: 'headroom', plans: [share(account), ...others.map(share)] }
  }

  function targetOf(name: string): Target {
    const slash = name.indexOf('/')
    if (slash > 0 && slash < name.length - 1) {
      const prefix = name.slice(0, slash)
      const account = byPrefix.get(prefix)
      if (account !== undefined) return target(account, name.slice(slash + 1))
      const provider = known.get(prefix)
      if (provider !== undefined) throw notConfigured(provider)
    }
    const found = listingOf(name) ?? taggedListingOf(name) ?? discovered.get(name)
    if (found !== undefined) return target(found, name)
    if (slash > 0 && slash < name.length - 1) throw unknownPrefix(name.slice(0, slash), name.slice(slash + 1))
    const [only, ...others] = serving
    if (only !== undefined && others.length === 0 && name !== '' && slash < 0) return target(only, name)
    throw unknownModel(name)
  }

  function listingOf(name: string): ProviderAccount | undefined {
    return serving.find(({ provider, models }) =>
      models === undefined ? modelFacts(provider.id, name) !== undefined : models.includes(name),
    )
  }

  /** Of a name without a tag, where only the one with it is written down. */
  function taggedListingOf(name: string): ProviderAccount | undefined {
    const other = untagged(name) === undefined ? otherForm(name) : undefined
    if (other === undefined) return undefined
    return serving.find(({ provider, models }) => provider.latestIsUsual === true && models?.includes(other) === true)
  }

  function target(account: ProviderAccount, model: string): Target {
    const facts = modelFacts(account.provider.id, model)
    const base = untagged(model)
    if (facts === undefined && base !== undefined && modelFacts(account.provider.id, base) !== undefined)
      return target(account, base)
    return facts === undefined ? { account, model } : { account, model, facts }
  }

  /** As the account itself knows them. */
  function namesOf(account: ProviderAccount): readonly string[] {
    if (account.models !== undefined) return account.models
    const own = discoveredOf(account)
    return own.length > 0 ? own : modelsOf(account.provider.id).map(({ id }) => id)
  }

  function resolve(name: string): ResolvedModel {
    let found = resolved.get(name)
    if (found === undefined) {
      found = lookUp(name)
      // Callers choose the names, so their number and their length need a bound.
      if (resolved.size >= maxResolvedNames) resolved.clear()
      if (name.length <= maxKeptNameLength) resolved.set(name, found)
    }
    return found
  }

  function meansSame(name: string, other: string): boolean {
    const [one, two] = [name, other].map((form) => attempt(() => resolve(form)))
    if (one === undefined || two === undefined || one.route !== two.route) return false
    const [ones, twos] = [leavesOf(one.plan), leavesOf(two.plan)]
    return ones.length === twos.length && ones.every((leaf, index) => isSameTarget(leaf, twos[index]))
  }

  return {
    resolve,
    meansSame,
    routes: [...routes.keys()].map((id) => ({
      id,
      aliases: [...aliases].flatMap(([name, alias]) => ('route' in alias && alias.route === id ? [name] : [])),
    })),
    route(name) {
      const route = routes.get(name)
      if (route !== undefined) return routed(name, route)
      const near = suggestion(nearestNames(name, [...routes.keys()], 3))
      throw new GatewayError('not_found', `There is no route ${quoted(name)}.${near}`, { param: 'route' })
    },
    account(name) {
      const account = byPrefix.get(name)
      if (account !== undefined) return account
      const provider = known.get(name)
      throw provider === undefined ? unknownPrefix(name) : notConfigured(provider)
    },
    list,
    named(name, isAllowed) {
      const listed = list(isAllowed)
      const known = listed.find(({ id }) => id === name) ?? inOtherForm(name, listed)
      const found = known ?? (isAllowed(name) ? unlisted(name) : undefined)
      if (found !== undefined) return found
      const near = nearestNames(name, new Set(listed.map(({ id }) => id)), 3)
      const message = `There is no model ${quoted(name)} for this key.${suggestion(near)}`
      throw new GatewayError('unknown_model', message, { param: 'model' })
    },
    problems() {
      const found: Problem[] = []
      const add = (path: Problem['path'], target: string, message: string): void =>
        void found.push({ path, target, message: `${path.slice(0, 2).join('.')}: ${message}` })
      const check = (path: Problem['path'], target: string): void => {
        if (found.length === maxProblems) return
        try {
          targetOf(target)
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error
          const isAlias = aliases.has(target)
          add(path, target, isAlias ? `${quoted(target)} ${aliasOfAlias}` : error.message)
        }
      }
      for (const [name, alias] of aliases) if ('target' in alias) check(['models', name], alias.target)
      for (const { plan, shadow } of routes.values())
        for (const { name, path } of [plan, ...(shadow === undefined ? [] : [shadow.plan])].flatMap(namedIn))
          check([...path, 'target'], name)
      return found
    },
  }

  function list(isAllowed: (name: string) => boolean): readonly ListedModel[] {
    listing ??= everyName()
    const listed: ListedModel[] = []
    const taken = new Set<string>()
    for (const { names, provider, facts } of listing) {
      const id = names.find((candidate) => !taken.has(candidate) && isAllowed(candidate))
      if (id === undefined) continue
      taken.add(id)
      listed.push(facts === undefined ? { id, provider } : { id, provider, facts })
    }
    return listed
  }

  function inOtherForm(name: string, listed: readonly ListedModel[]): ListedModel | undefined {
    const other = otherForm(name)
    const found = other === undefined ? undefined : listed.find(({ id }) => id === other)
    return found !== undefined && meansSame(name, found.id) ? found : undefined
  }

  /** A name that nobody lists, where that says nothing: of an alias, or of an account that is named or lists nothing. */
  function unlisted(name: string): ListedModel | undefined {
    const plan = attempt(() => lookUp(name))?.plan
    if (plan === undefined) return undefined
    if (plan.kind !== 'target') return { id: name, provider: 'route' }
    const { account, facts } = plan.target
    if (facts === undefined && !name.includes('/') && namesOf(account).length > 0) return undefined
    return { id: name, provider: account.provider.id, ...(facts === undefined ? {} : { facts }) }
  }

  /** Every model once, with the names that mean it: the bare one first, where it is not another account's. */
  function everyName(): readonly NamedModel[] {
    const found: NamedModel[] = []
    for (const [name, alias] of aliases) {
      const plan = attempt(() => lookUp(name))?.plan
      if (plan === undefined) continue
      // What several targets have in common nobody has written down.
      const only = onlyTarget(plan)
      const provider = 'route' in alias || only === undefined ? 'route' : only.account.provider.id
      found.push({ names: [name], provider, facts: only?.facts })
    }
    for (const account of ranked) {
      for (const id of namesOf(account)) {
        const explicit = `${account.id}/${id}`
        const isBare =
          account.source !== 'built-in' && !aliases.has(id) && attempt(() => targetOf(id))?.account === account
        const facts = modelFacts(account.provider.id, id)
        found.push({ names: isBare ? [id, explicit] : [explicit], provider: account.provider.id, facts })
      }
    }
    return found
  }
}

/** All that a plan names, its classifiers among them. */
function namedIn(plan: RoutePlan<TargetName>): readonly TargetName[] {
  return [...leavesOf(plan), ...classifiersIn(plan).flatMap((classifier) => leavesOf(classifier.plan))]
}

const maxProblems = 50
const aliasOfAlias = 'is an alias, and an alias cannot name another one; name what that one stands for.'
const maxResolvedNames = 10_000
const maxKeptNameLength = 256
const sourceOrder = { file: 0, environment: 2, 'built-in': 4 } as const

function direct(route: string, plan: RoutePlan): ResolvedModel {
  return { route, plan, settings: plainRoute }
}

function isSameTarget(one: Target, two: Target | undefined): boolean {
  if (one.account.id !== two?.account.id) return false
  if (one.model === two.model) return true
  return one.account.provider.latestIsUsual === true && otherForm(one.model) === two.model
}

function rank({ source, provider }: ProviderAccount): number {
  return sourceOrder[source] + (provider.baseUrl === undefined ? 1 : 0)
}

function attempt<Result>(look: () => Result): Result | undefined {
  try {
    return look()
  } catch (error) {
    if (error instanceof GatewayError) return undefined
    throw error
  }
}
