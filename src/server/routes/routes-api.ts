import type { Endpoint } from '../../core/calls/call.ts'
import { principalOf } from '../../core/calls/registry.ts'
import { budgetLeft } from '../../core/spending/budget.ts'
import type { FleetState } from '../../gateway/routing/fleet.ts'
import { createClaims } from '../../registry/budget-claims.ts'
import { createScopes } from '../../registry/hold-scope.ts'
import { allowsModel } from '../../registry/model-tags.ts'
import { namedKey } from '../../registry/named-key.ts'
import type { RoutesApi } from '../control/routes.ts'
import type { PathTable } from '../data-plane/paths/path-table.ts'
import type { Engine } from '../engine.ts'
import { describeRoutes } from './describe-routes.ts'
import { explainRoute } from './explain-route.ts'

export interface RoutesApiOptions {
  readonly engine: Pick<Engine, 'resolver' | 'keys' | 'config' | 'budgets'>
  readonly endpoints: PathTable<Endpoint>
  /** How targets are doing, as each process that serves calls knows them. */
  fleets(): Promise<readonly FleetState[]>
}

export function createRoutesApi({ engine, endpoints, fleets }: RoutesApiOptions): RoutesApi['routes'] {
  return {
    maxBodyBytes: () => engine.config().limits.maxBodyBytes,
    list: async () => describeRoutes(engine.resolver(), await fleets()),
    async explain({ key, workspace, ...question }, isSeen) {
      const principal =
        key === undefined
          ? { ...anybody, workspace: workspace ?? 'default' }
          : principalOf(namedKey(key, engine.keys(), isSeen))
      const all = await fleets()
      const scopes = createScopes(engine.config())
      const explanation = explainRoute(question, {
        resolver: engine.resolver(),
        endpoints,
        principal,
        mayReach: (account) => scopes.mayReach(principal, account),
        isAllowed: (model) => allowsModel(principal.models, model, engine.resolver().meansSame),
        fleet: all[0] ?? { targets: [], accounts: [] },
        random: Math.random,
        now: new Date(),
        budgetLeft: (call) =>
          budgetLeft(
            createClaims(engine.config().budgets, engine.resolver().resolve).of(call).map(engine.budgets.standing),
          ),
      })
      return { ...explanation, workers: all.length }
    },
  }
}

/** Whoever no condition names. */
const anybody = { key: '', models: ['*'] }
