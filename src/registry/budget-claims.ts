import type { RoutedCall } from '../core/calls/call.ts'
import { agentIn, tagsIn, userIn } from '../core/calls/caller-names.ts'
import type { Principal, Target } from '../core/calls/registry.ts'
import type { Budget, Claim } from '../core/spending/budget.ts'
import { plainName } from '../core/text/plain-name.ts'
import { type AskedModel, askedModels, countedName, namesAt, type Resolve } from './asked-models.ts'
import { matchesAny } from './virtual-keys.ts'

export const groupFields = ['organization', 'workspace', 'key', 'agent', 'user', 'model', 'provider', 'tag'] as const
export type GroupField = (typeof groupFields)[number] | `metadata.${string}`

/** All workspaces of a gateway are of one organization. */
const organization = 'default'

type Patterns = readonly string[] | undefined

/** Budgets of the file: for which calls, and counted by what. */
export interface BudgetRule {
  readonly budgets: readonly Budget[]
  /** Patterns with `*`. Absent: any. */
  readonly match: {
    readonly organizations?: Patterns
    readonly workspaces?: Patterns
    readonly keys?: Patterns
    readonly models?: Patterns
    readonly agents?: Patterns
    readonly users?: Patterns
    readonly tags?: Patterns
    /** Ids of providers, or of their accounts. */
    readonly providers?: Patterns
  }
  readonly groupBy: readonly GroupField[]
}

export type BudgetedCall = Pick<RoutedCall, 'principal' | 'model' | 'facts' | 'labels'>

export interface Claims {
  /**
   * The budgets that a call is under wherever it goes: those of its key, then those of the file. Throws `invalid_request` for
   * metadata that cannot be read.
   */
  of(call: BudgetedCall): readonly Claim[]
  /** Those that it is under at one target only. */
  at(call: BudgetedCall, target: Target): readonly Claim[]
  /** Whether it may be under any, whoever it says that it is of. */
  areThere(call: BudgetedCall): boolean
}

/** `resolve`: what a name of a model leads to. Throws where that is nothing. */
export function createClaims(given: readonly BudgetRule[], resolve: Resolve): Claims {
  const rules = given.map(inPlainNames)
  const everywhere = rules.filter((rule) => !isOfTarget(rule))
  const ofTargets = rules.filter((rule) => isOfTarget(rule) || isOfModel(rule))
  const models = askedModels(resolve)
  const isByModel = rules.some(isOfModel)
  function claimsOf(some: readonly BudgetRule[], call: BudgetedCall, target: Target | undefined): Claim[] {
    const asked: Asked = { call, target, model: isByModel ? models(call.model) : undefined }
    const claims: Claim[] = []
    for (const rule of some) {
      if (!isUnder(rule, asked)) continue
      for (const group of groupsOf(rule.groupBy, asked))
        for (const budget of rule.budgets) claims.push({ budget, group })
    }
    return claims
  }
  const of: Claims['of'] =
    everywhere.length === 0
      ? ({ principal }) => ofKey(principal)
      : (call) => [...ofKey(call.principal), ...claimsOf(everywhere, call, undefined)]
  return {
    of,
    at: ofTargets.length === 0 ? () => none : (call, target) => claimsOf(ofTargets, call, target),
    areThere(call) {
      if (ofKey(call.principal).length > 0) return true
      const model = models(call.model)
      const names = [...model.names, ...model.targets.flatMap(namesAt)]
      return rules.some(({ match }) => isMeant(ofAnyCaller(match), { call, target: undefined, model }, names))
    },
  }
}

/** A call, and the target that it goes to, where that is known. */
interface Asked {
  readonly call: BudgetedCall
  readonly target: Target | undefined
  /** Absent where no budget is for some models, nor for each. */
  readonly model: AskedModel | undefined
}

/** Clients choose the names of agents, users and models, and one in another writing is the same. */
function inPlainNames({ match, ...rule }: BudgetRule): BudgetRule {
  const plain = (patterns: Patterns): Patterns => patterns?.map(plainName)
  return {
    ...rule,
    match: { ...match, agents: plain(match.agents), users: plain(match.users), models: plain(match.models) },
  }
}

function ofAnyCaller({ agents: _, users: __, tags: ___, ...match }: BudgetRule['match']): BudgetRule['match'] {
  return match
}

/** Those of the file that have to wait until it is known who is asked. */
function isOfTarget({ match, groupBy }: BudgetRule): boolean {
  return match.providers !== undefined || groupBy.includes('provider')
}

/** Those for some models, or for each. */
function isOfModel({ match, groupBy }: BudgetRule): boolean {
  return match.models !== undefined || groupBy.includes('model')
}

/**
 * Whether it is held here: once for the call, or for what it asks at one target. Which model a route asks shows at its
 * targets; what the name already says is held once.
 */
function isUnder(rule: BudgetRule, asked: Asked): boolean {
  const { match, groupBy } = rule
  const { model, target } = asked
  const isByTarget = isOfTarget(rule) || (groupBy.includes('model') && isOfMany(model))
  const isOfCall = !isByTarget && isMeant(match, asked, model?.names)
  if (target === undefined) return isOfCall
  return !isOfCall && isMeant(match, asked, [...(model?.names ?? []), ...namesAt(target)])
}

function isOfMany(model: AskedModel | undefined): boolean {
  return (model?.targets.length ?? 0) > 1
}

const none: readonly Claim[] = []
const known = new WeakMap<readonly Budget[], readonly Claim[]>()

function ofKey({ budgets }: Principal): readonly Claim[] {
  if (budgets === undefined) return none
  let claims = known.get(budgets)
  if (claims === undefined) {
    claims = budgets.map((budget) => ({ budget, group: [] }))
    known.set(budgets, claims)
  }
  return claims
}

/** Without a target: whether it may be, at one that fits. `names`: of its model, in plain forms. */
function isMeant(match: BudgetRule['match'], { call, target }: Asked, names: readonly string[] = []): boolean {
  const { organizations, workspaces, keys, models, agents, users, tags, providers } = match
  const { principal } = call
  return (
    (organizations === undefined || matchesAny(organizations, organization)) &&
    (workspaces === undefined || matchesAny(workspaces, principal.workspace)) &&
    (keys === undefined || matchesAny(keys, principal.key)) &&
    (models === undefined || names.some((name) => matchesAny(models, name))) &&
    (agents === undefined || matchesAny(agents, agentOf(call))) &&
    (users === undefined || matchesAny(users, userOf(call))) &&
    (tags === undefined || tagsIn(labelsOf(call)).some((tag) => matchesAny(tags, tag))) &&
    (providers === undefined || target === undefined || isOneOf(providers, target))
  )
}

function isOneOf(providers: readonly string[], { account: { id, furtherOf = id, provider } }: Target): boolean {
  return matchesAny(providers, provider.id) || matchesAny(providers, furtherOf)
}

function labelsOf({ labels, facts }: BudgetedCall): NonNullable<RoutedCall['labels']> {
  return labels ?? { metadata: facts().metadata }
}

function agentOf(call: BudgetedCall): string {
  return plainName(agentIn(labelsOf(call)) ?? '')
}

function userOf(call: BudgetedCall): string {
  return plainName(userIn(labelsOf(call)) ?? '')
}

/** As long as the record keeps them: a client may choose what stands here, and each value is kept for its budget's time. */
const maxGroupLength = 512

/** One, or one for each tag of the call. A call that does not say counts with the others that do not. */
function groupsOf(fields: readonly GroupField[], asked: Asked): string[][] {
  let groups: string[][] = [[]]
  for (const field of fields) {
    const values = valuesOf(field, asked).map((value) => value.slice(0, maxGroupLength))
    groups = groups.flatMap((group) => values.map((value) => [...group, value]))
  }
  return groups
}

const unsaid: readonly string[] = ['']

function valuesOf(field: GroupField, { call, target, model }: Asked): readonly string[] {
  const { principal } = call
  switch (field) {
    case 'organization':
      return [organization]
    case 'workspace':
      return [principal.workspace]
    case 'key':
      return [principal.key]
    case 'model':
      return [countedName(call.model, target ?? model?.targets[0])]
    case 'provider':
      return [target?.account.provider.id ?? '']
    case 'agent':
      return [agentOf(call)]
    case 'user':
      return [userOf(call)]
    case 'tag': {
      const tags = tagsIn(labelsOf(call))
      return tags.length === 0 ? unsaid : tags
    }
    default:
      return [call.facts().metadata[field.slice('metadata.'.length)] ?? '']
  }
}
