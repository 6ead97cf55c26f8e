import type { Expression, LoadbalancePlan, NonEmpty, RoutePlan, RouteSettings } from '../../core/calls/route-plan.ts'
import { nearestNames } from '../../core/text/nearest-names.ts'
import { type Compiled, compileCondition, compileText } from '../../policy/expression.ts'
import type { RouteDefinition, TargetName } from '../../registry/resolve-model.ts'
import type { Report } from './accounts.ts'
import { compileSemantic, type Path } from './compile-semantic.ts'
import { pathText, suggestion } from './issue-text.ts'
import type { PlanEntry, RoutesSection } from './routes-section.ts'

type Plan = RoutePlan<TargetName>

const kinds = ['target', 'route', 'fallback', 'loadbalance', 'canary', 'conditional', 'semantic'] as const
const kindNames = kinds.map((kind) => `\`${kind}\``)

/** Keys that mean something in one place only, and which. */
const places = [
  { key: 'timeoutMs', beside: 'target' },
  { key: 'by', beside: 'loadbalance' },
  { key: 'stickyBy', beside: 'loadbalance', orBeside: 'canary' },
] as const

/** A plan is for people to read. */
const maxDepth = 16
const maxTargets = 1000

/** The routes of a file, those without a fault. */
export function compileRoutes(section: RoutesSection, report: Report): Readonly<Record<string, RouteDefinition>> {
  const routes = new Map(Object.entries(section))
  const compiled: Record<string, RouteDefinition> = {}
  for (const [name, { retries = 0, hedge, continue: continues, cache, shadow, ...entry }] of routes) {
    const scope = {
      routes,
      report,
      reportCircle: report,
      open: [name],
      depth: 0,
      left: { targets: maxTargets },
    }
    const plan = compilePlan(entry, ['routes', name], scope)
    const { percent = 0, ...copy } = shadow ?? {}
    const copyPlan = shadow === undefined ? undefined : compilePlan(copy, ['routes', name, 'shadow'], scope)
    if (plan !== undefined)
      compiled[name] = {
        plan,
        ...(copyPlan === undefined ? {} : { shadow: { percent, plan: copyPlan } }),
        settings: {
          retries,
          ...(hedge === undefined ? {} : { hedge }),
          ...(continues === true ? { continues } : {}),
          ...(cache === undefined ? {} : { cache: cacheOf(cache) }),
        },
      }
  }
  return compiled
}

function cacheOf(cache: 'off' | { readonly ttlSeconds: number }): NonNullable<RouteSettings['cache']> {
  return cache === 'off' ? cache : { ttlMs: cache.ttlSeconds * 1000 }
}

interface Scope {
  readonly routes: ReadonlyMap<string, PlanEntry>
  readonly report: Report
  /** A circle is a fault of every route that leads into it. */
  readonly reportCircle: Report
  /** Routes that this plan stands in, so that none holds itself. */
  readonly open: readonly string[]
  readonly depth: number
  readonly left: { targets: number }
}

function compilePlan(entry: PlanEntry, path: Path, scope: Scope): Plan | undefined {
  const { report } = scope
  const place = pathText(path)
  const found = kinds.filter((kind) => entry[kind] !== undefined)
  const [kind, ...others] = found
  if (kind === undefined) return fault(report, path, `\`${place}\` needs ${list(kindNames)}.`)
  if (others.length > 0)
    return fault(report, path, `\`${place}\` takes one of ${list(found.map((name) => `\`${name}\``))}, not several.`)
  if (scope.depth > maxDepth) return fault(report, path, `\`${place}\` stands more than ${maxDepth} plans deep.`)
  for (const { key, beside, ...more } of places) {
    const takes = kind === beside || ('orBeside' in more && kind === more.orBeside)
    if (entry[key] !== undefined && !takes)
      return fault(report, [...path, key], `\`${place}.${key}\` goes with \`${beside}\` only.`)
  }
  const inner = { ...scope, depth: scope.depth + 1 }
  switch (kind) {
    case 'target': {
      if (--scope.left.targets < 0) return fault(report, path, `The route has more than ${maxTargets} targets.`)
      const { target = '', timeoutMs } = entry
      return { kind, target: { name: target, path, ...(timeoutMs === undefined ? {} : { timeoutMs }) } }
    }
    case 'route':
      return compileNamed(entry.route ?? '', path, inner)
    case 'fallback': {
      const plans = compileList(entry.fallback ?? [], [...path, kind], inner, [])
      return plans === undefined ? undefined : { kind, plans: mapped(plans, ({ plan }) => plan) }
    }
    case 'loadbalance':
      return compileShares(
        entry,
        compileList(entry.loadbalance ?? [], [...path, kind], inner, ['weight']),
        ({ weight = 1 }) => weight,
        path,
        report,
      )
    case 'canary':
      return compileCanary(entry, path, inner)
    case 'conditional':
      return compileConditional(entry.conditional ?? [], [...path, kind], inner)
    case 'semantic':
      return entry.semantic === undefined
        ? undefined
        : compileSemantic(entry.semantic, [...path, kind], {
            compile: (one, place) => compilePlan(one, place, inner),
            fault: (place, message) => fault(report, place, message),
          })
  }
}

function compileNamed(name: string, path: Path, scope: Scope): Plan | undefined {
  const { routes, report, open } = scope
  const entry = routes.get(name)
  const place = [...path, 'route']
  if (entry === undefined) {
    const near = nearestNames(name, [...routes.keys()], 1)[0]
    return fault(report, place, `\`${pathText(place)}\` names the unknown route \`${name}\`${suggestion(near)}`)
  }
  if (open.includes(name)) {
    const [outermost = name] = open
    return fault(
      scope.reportCircle,
      ['routes', outermost],
      `The route \`${name}\` holds itself: ${[...open, name].join(' > ')}.`,
    )
  }
  // What is wrong there is reported there.
  const silent = { ...scope, report: () => undefined, open: [...open, name] }
  return compilePlan(entry, ['routes', name], silent)
}

interface ListedPlan {
  readonly entry: PlanEntry
  readonly plan: Plan
  readonly path: Path
}

function compileList(
  entries: readonly PlanEntry[],
  path: Path,
  scope: Scope,
  takes: readonly ('weight' | 'percent' | 'if')[],
): NonEmpty<ListedPlan> | undefined {
  const plans = entries.map((entry, index): ListedPlan | undefined => {
    const place = [...path, index]
    for (const key of ['weight', 'percent', 'if'] as const) {
      if (entry[key] !== undefined && !takes.includes(key))
        return fault(
          scope.report,
          [...place, key],
          `\`${pathText([...place, key])}\` means nothing in a \`${String(path.at(-1))}\` list.`,
        )
    }
    const plan = compilePlan(entry, place, scope)
    return plan === undefined ? undefined : { entry, plan, path: place }
  })
  const [first, ...rest] = plans.filter((plan) => plan !== undefined)
  return first === undefined || rest.length + 1 < entries.length ? undefined : [first, ...rest]
}

function compileShares(
  { by = 'weight', stickyBy }: PlanEntry,
  plans: NonEmpty<ListedPlan> | undefined,
  weightOf: (entry: PlanEntry) => number,
  path: Path,
  report: Report,
): LoadbalancePlan<TargetName> | undefined {
  if (plans === undefined) return undefined
  if (stickyBy !== undefined && by !== 'weight')
    return fault(report, [...path, 'stickyBy'], `\`${pathText(path)}\` takes \`stickyBy\` with \`by: weight\` only.`)
  if (plans.every(({ entry }) => weightOf(entry) === 0))
    return fault(report, path, `\`${pathText(path)}\` gives no entry a weight above 0.`)
  const key = stickyBy === undefined ? undefined : expression(compileText(stickyBy), [...path, 'stickyBy'], report)
  if (stickyBy !== undefined && key === undefined) return undefined
  return {
    kind: 'loadbalance',
    by,
    ...(key === undefined ? {} : { stickyBy: key }),
    plans: mapped(plans, ({ entry, plan }) => ({ weight: weightOf(entry), plan })),
  }
}

function compileCanary(entry: PlanEntry, path: Path, scope: Scope): Plan | undefined {
  const entries = entry.canary ?? []
  const rest = 100 - entries.reduce((sum, { percent = 0 }) => sum + percent, 0)
  const place = `\`${pathText(path)}.canary\``
  if (rest < 0) return fault(scope.report, [...path, 'canary'], `${place} gives away more than 100 percent.`)
  if (entries.filter(({ percent }) => percent === undefined).length !== 1)
    return fault(
      scope.report,
      [...path, 'canary'],
      `${place} needs exactly one entry without \`percent\`, for the rest.`,
    )
  const plans = compileList(entries, [...path, 'canary'], scope, ['percent'])
  return compileShares(entry, plans, ({ percent = rest }) => percent, path, scope.report)
}

function compileConditional(entries: readonly PlanEntry[], path: Path, scope: Scope): Plan | undefined {
  const { report } = scope
  const place = `\`${pathText(path)}\``
  if (entries.findIndex((entry) => entry.if === undefined) !== entries.length - 1)
    return fault(report, path, `${place} needs an \`if\` in each entry but the last, which is for all other calls.`)
  const plans = compileList(entries, path, scope, ['if'])
  const otherwise = plans?.at(-1)
  if (plans === undefined || otherwise === undefined) return undefined
  const cases = plans.slice(0, -1).flatMap(({ entry, plan, path: at }) => {
    const when = expression(compileCondition(entry.if ?? ''), [...at, 'if'], report)
    return when === undefined ? [] : [{ when, plan }]
  })
  return cases.length < plans.length - 1 ? undefined : { kind: 'conditional', cases, otherwise: otherwise.plan }
}

function expression<Result>(compiled: Compiled<Result>, path: Path, report: Report): Expression<Result> | undefined {
  if ('expression' in compiled) return compiled.expression
  return fault(report, path, `\`${pathText(path)}\` ${compiled.fault}.`)
}

function fault(report: Report, path: Path, message: string): undefined {
  report([...path], message)
  return undefined
}

function mapped<Item, Result>([first, ...rest]: NonEmpty<Item>, map: (item: Item) => Result): NonEmpty<Result> {
  return [map(first), ...rest.map(map)]
}

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
}
