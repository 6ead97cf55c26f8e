import type { ResolvedModel } from '../../core/calls/registry.ts'
import { type RoutePlan, targetsOf } from '../../core/calls/route-plan.ts'
import type { FleetState } from '../../gateway/routing/fleet.ts'
import type { Resolver } from '../../registry/resolve-model.ts'
import { type Health, shownHealth, targetHealth } from './target-health.ts'

export interface RouteDescription {
  readonly id: string
  /** The model names that lead to it. */
  readonly aliases: readonly string[]
  /** As the configuration has it; `canary` as the `loadbalance` that it is. */
  readonly plan: PlanDescription
  readonly retries: number
  /** An answer that breaks off is continued by the next target that can. */
  readonly continue: boolean
  readonly hedge: NonNullable<ResolvedModel['settings']['hedge']> | null
  /** Where copies of its calls go, and how many of a hundred. */
  readonly shadow: { readonly percent: number; readonly plan: PlanDescription } | null
  readonly targets: readonly {
    readonly account: string
    readonly provider: string
    readonly model: string
    /** As each worker process knows it. */
    readonly health: readonly Health[]
  }[]
}

export type PlanDescription =
  | { readonly target: string; readonly timeoutMs?: number }
  | { readonly fallback: readonly PlanDescription[] }
  | {
      readonly loadbalance: readonly (PlanDescription & { readonly weight: number })[]
      readonly by: string
      readonly stickyBy?: string
    }
  | { readonly conditional: readonly (PlanDescription & { readonly if?: string })[] }
  | {
      readonly semantic: readonly (PlanDescription & { readonly name: string })[]
      readonly otherwise: PlanDescription
      /** A model that is asked first. */
      readonly classifier?: { readonly target: string; readonly timeoutMs: number }
    }

/** All routes of a configuration, and how their targets are doing. `fleets`: as each process knows them. */
export function describeRoutes(
  { routes, route }: Pick<Resolver, 'routes' | 'route'>,
  fleets: readonly FleetState[],
): readonly RouteDescription[] {
  const finders = fleets.map(targetHealth)
  return routes.map(({ id, aliases }) => {
    const { plan, settings, shadow } = route(id)
    return {
      id,
      aliases,
      plan: describePlan(plan),
      retries: settings.retries,
      continue: settings.continues === true,
      hedge: settings.hedge ?? null,
      shadow: shadow === undefined ? null : { percent: shadow.percent, plan: describePlan(shadow.plan) },
      targets: targetsOf(plan).map(({ account, model }) => ({
        account: account.id,
        provider: account.provider.id,
        model,
        health: finders.map((healthOf) => shownHealth(healthOf({ account: account.id, model }))),
      })),
    }
  })
}

function describePlan(plan: RoutePlan): PlanDescription {
  switch (plan.kind) {
    case 'target': {
      const { account, model, timeoutMs } = plan.target
      return { target: `${account.id}/${model}`, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
    }
    case 'fallback':
      return { fallback: plan.plans.map(describePlan) }
    case 'loadbalance':
      return {
        loadbalance: plan.plans.map(({ weight, plan: inner }) => ({ ...describePlan(inner), weight })),
        by: plan.by,
        ...(plan.stickyBy === undefined ? {} : { stickyBy: plan.stickyBy.text }),
      }
    case 'conditional':
      return {
        conditional: [
          ...plan.cases.map(({ when, plan: inner }) => ({ ...describePlan(inner), if: when.text })),
          describePlan(plan.otherwise),
        ],
      }
    case 'semantic':
      return {
        semantic: plan.cases.map(({ name, plan: inner }) => ({ ...describePlan(inner), name })),
        otherwise: describePlan(plan.otherwise),
        ...(plan.classifier === undefined
          ? {}
          : { classifier: { target: plan.classifier.name, timeoutMs: plan.classifier.timeoutMs } }),
      }
  }
}
