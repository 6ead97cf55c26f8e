import { dialects } from '../../catalog/dialects.generated.ts'
import type { Endpoint } from '../../core/calls/call.ts'
import type { Principal, ProviderAccount, ResolvedModel } from '../../core/calls/registry.ts'
import { requestFacts, routeFacts } from '../../core/calls/request-facts.ts'
import { leavesOf, type RouteDecision, type RouteFacts } from '../../core/calls/route-plan.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import type { RoutingRecord } from '../../core/record/call-record.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { chooseTargets, onlyTry } from '../../gateway/routing/choose-targets.ts'
import type { FleetState, TargetState } from '../../gateway/routing/fleet.ts'
import { estimatedUsage } from '../../gateway/routing/rank-plans.ts'
import { routingRecord } from '../../gateway/routing/routing-record.ts'
import type { BudgetedCall } from '../../registry/budget-claims.ts'
import type { Resolver } from '../../registry/resolve-model.ts'
import type { Found, PathTable } from '../data-plane/paths/path-table.ts'
import { bodyTexts } from '../data-plane/request/call-labels.ts'
import { checkedModel, isStream } from '../data-plane/request/model-call.ts'
import { type Health, type Named, shownHealth, targetHealth } from './target-health.ts'

export interface RouteQuestion {
  /** What a client would send. */
  readonly body: JsonObject
  /** Instead of the body's model: a route by its own name. */
  readonly route?: string | undefined
  readonly path?: string | undefined
  readonly dialect?: string | undefined
  /** Beside and before what the body has of them. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

/** Who asks and how things stand. The same view gives the same answer. */
export interface ExplainView {
  readonly resolver: Pick<Resolver, 'resolve' | 'route' | 'routes'>
  readonly endpoints: PathTable<Endpoint>
  readonly principal: Principal
  isAllowed(model: string): boolean
  mayReach(account: ProviderAccount): boolean
  /** How targets are doing, as one process knows them. */
  readonly fleet: FleetState
  /** In [0, 1). */
  random(): number
  readonly now: Date
  /** The part that is left of the caller's budgets, from 0 to 1. */
  budgetLeft(call: BudgetedCall): number
}

export interface Explanation {
  readonly route: string
  readonly model: string
  readonly endpoint: string
  /** `refuse`: the call would be told `errorCode`. */
  readonly decision:
    | { readonly effect: 'send'; readonly account: string; readonly provider: string; readonly model: string }
    | { readonly effect: 'refuse'; readonly errorCode: string; readonly reason: string }
  readonly steps: readonly string[]
  /** Chance had a part: the next call may go elsewhere. */
  readonly byChance: boolean
  /** What costs are estimated for; `null` without a request. */
  readonly estimate: { readonly inputTokens: number; readonly outputTokens: number } | null
  readonly candidates: readonly (Omit<RoutingRecord['candidates'][number], 'costNanoUsd'> & {
    readonly provider: string
    /** `null`: no price is known, or there is no request to estimate. */
    readonly estimatedCostUsd: number | null
    readonly health: Health
  })[]
}

/** Where a call would go now, and why. The same choice as the data plane's, and nothing is sent. */
export function explainRoute(question: RouteQuestion, view: ExplainView): Explanation {
  const { item: endpoint, model: pathModel } = clientPath(question, view.endpoints)
  const { resolver } = view
  const resolved = question.route === undefined ? undefined : resolver.route(question.route)
  const model = checkedModel(pathModel ?? question.body['model'] ?? nameOf(resolved, resolver))
  const target = resolved ?? resolver.resolve(model)
  const facts = factsOf(question, { endpoint, model, view })
  const healthOf = targetHealth(view.fleet)
  let byChance = false
  const decision = decide(target, {
    random: () => {
      byChance = true
      return view.random()
    },
    facts,
    healthOf,
    mayReach: view.mayReach,
  })
  const estimate = hasRequest(question.body) ? estimatedUsage(facts().request) : undefined
  const { steps, candidates } = routingRecord(decision, estimate)
  const providers = new Map(leavesOf(target.plan).map(({ account }) => [account.id, account.provider.id]))
  return {
    route: target.route,
    model,
    endpoint: endpoint.path,
    decision: view.isAllowed(model) || question.route !== undefined ? effectOf(decision) : notAllowed,
    steps,
    byChance,
    estimate:
      estimate === undefined
        ? null
        : { inputTokens: estimate.inputTokens ?? 0, outputTokens: estimate.outputTokens ?? 0 },
    candidates: candidates.map(({ costNanoUsd, ...candidate }) => ({
      ...candidate,
      provider: providers.get(candidate.account) ?? '',
      estimatedCostUsd: costNanoUsd === undefined ? null : costNanoUsd / 1e9,
      health: shownHealth(healthOf(candidate)),
    })),
  }
}

interface DecideView {
  random(): number
  facts(): RouteFacts
  healthOf(target: Named): TargetState
  mayReach(account: ProviderAccount): boolean
}

/** The first round of a call. */
function decide(resolved: ResolvedModel, { random, facts, healthOf, mayReach }: DecideView): RouteDecision {
  const only = onlyTry(resolved)
  const { plan } = resolved
  if (only !== undefined) {
    const passedOver = mayReach(only.account) ? [] : [{ target: only, why: 'not-allowed' } as const]
    return { plan, targets: passedOver.length === 0 ? [only] : [], steps: [], passedOver }
  }
  return chooseTargets(plan, {
    random,
    facts,
    mayReach,
    health: ({ account, model }) => healthOf({ account: account.id, model }),
  })
}

function effectOf({ targets: [first], passedOver }: RouteDecision): Explanation['decision'] {
  if (first === undefined && passedOver.every(({ why }) => why === 'not-allowed'))
    return {
      effect: 'refuse',
      errorCode: 'provider_not_allowed',
      reason: 'This key or its workspace may not send anything to a target of the route.',
    }
  return first === undefined
    ? {
        effect: 'refuse',
        errorCode: 'no_healthy_target',
        reason: 'Every target of the route has failed lately or asked for a pause.',
      }
    : { effect: 'send', account: first.account.id, provider: first.account.provider.id, model: first.model }
}

const notAllowed: Explanation['decision'] = {
  effect: 'refuse',
  errorCode: 'model_not_allowed',
  reason: 'This key may not use the model.',
}

/** A call cannot ask for a route by its own name, only by one that leads to it. */
function nameOf(resolved: ResolvedModel | undefined, { routes }: Pick<Resolver, 'routes'>): string | undefined {
  return resolved && (routes.find(({ id }) => id === resolved.route)?.aliases[0] ?? resolved.route)
}

interface FactSources {
  readonly endpoint: Endpoint
  readonly model: string
  readonly view: ExplainView
}

function factsOf({ body, metadata }: RouteQuestion, { endpoint, model, view }: FactSources): () => RouteFacts {
  const stream = isStream(endpoint, body['stream'])
  let facts: RouteFacts | undefined
  return () => {
    if (facts !== undefined) return facts
    const { principal } = view
    const seen = routeFacts(
      requestFacts({ model, endpoint: endpoint.path, stream }, neutralRequest(body, endpoint, { model, stream })),
      principal,
      { ...bodyTexts(body['metadata']), ...metadata },
      view.now,
    )
    facts = { ...seen, budget: { left: view.budgetLeft({ principal, model, facts: () => seen }) } }
    return facts
  }
}

/** `undefined` where there is none, or none that can be read. */
function neutralRequest(
  body: JsonObject,
  endpoint: Endpoint,
  asked: { readonly model: string; readonly stream: boolean },
): ModelRequest | undefined {
  if (endpoint.kind !== 'dialect' || !hasRequest(body)) return undefined
  const { dialect } = endpoint
  return dialect.decodeRequest(dialect.modelIn === 'body' ? { ...body, model: asked.model } : body, asked)
}

/** Whether the body says more than where it goes: then it has to be a whole one. */
function hasRequest(body: JsonObject): boolean {
  return Object.keys(body).some((name) => name !== 'model' && name !== 'metadata' && name !== 'stream')
}

function clientPath({ path, dialect }: RouteQuestion, endpoints: PathTable<Endpoint>): Found<Endpoint> {
  if (path !== undefined) {
    const found = endpoints.find(path)
    if (found !== undefined) return found
    const near = nearestNames(path, endpoints.paths, 1)[0]
    const help = near === undefined ? '' : ` Did you mean ${near}?`
    throw new GatewayError('invalid_request', `\`path\` is no path of a client.${help}`, { param: 'path' })
  }
  const named = Object.values(dialects).find(({ id }) => id === (dialect ?? 'openai-chat'))
  const [clientPath] = named?.clientPaths ?? []
  if (named === undefined || clientPath === undefined) {
    const known = Object.values(dialects).map(({ id }) => id)
    throw new GatewayError('invalid_request', `\`dialect\` takes ${known.join(', ')}.`, { param: 'dialect' })
  }
  return { item: { kind: 'dialect', path: clientPath.path, dialect: named, clientPath } }
}
