/** What of the `models` of guardrails stands for a model that a call may reach, by whatever name it asks. */
import type { Target } from '../../core/calls/registry.ts'
import { classifiersIn, leavesOf, type RoutePlan } from '../../core/calls/route-plan.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Guardrail } from '../../core/inspection/guardrail.ts'
import { accountOf, namesOfTarget, undatedId } from '../../core/model/model-names.ts'
import { meansName, plainName, plainPattern } from '../../core/text/plain-name.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { modelsBeside } from '../../gateway/hold-models.ts'
import { otherForm } from '../../registry/model-tags.ts'

/** `body`: of the call, which may name models beside the one that it asks for. */
export type ReachesOf = (model: string, body?: JsonValue) => readonly string[]

export interface NamesInUse {
  /** Throws where the name leads nowhere. */
  resolve(model: string): { readonly plan: RoutePlan }
  readonly aliases: readonly string[]
  /** Where calls go in place of what `resolve` says, as copies do. */
  resolveCall?(model: string): { readonly plan: RoutePlan }
}

/** Worked out once for each name. Nothing where no guardrail is for some models. */
export function guardedModels(
  guardrails: readonly Pick<Guardrail, 'scope'>[],
  { resolve, aliases, resolveCall = resolve }: NamesInUse,
): ReachesOf | undefined {
  const wanted = [...new Set(guardrails.flatMap(({ scope }) => scope.models ?? []))].map((pattern) => ({
    pattern,
    plain: plainPattern(pattern),
    undated: plainName(undatedId(pattern)),
  }))
  if (wanted.length === 0) return undefined
  const known = new Map<string, readonly string[]>()
  let aliased: ReadonlyMap<string, readonly string[]> | undefined

  /** What a model is called, with the aliases that lead there. */
  function namesOf(target: Target): readonly string[] {
    aliased ??= aliasesByTarget(aliases, resolve)
    return [...namesOfTarget(target), ...(aliased.get(keyOf(target)) ?? [])]
  }

  function meant(names: Iterable<string>): readonly string[] {
    const forms = new Set<string>()
    for (const name of names) {
      for (const form of [name, otherForm(name)]) if (form !== undefined) forms.add(plainName(form))
    }
    const undated = new Set(Array.from(forms, undatedId))
    return wanted
      .filter(
        ({ plain, undated: wantedUndated }) =>
          undated.has(plain) || forms.has(wantedUndated) || forms.values().some((name) => meansName(plain, name)),
      )
      .map(({ pattern }) => pattern)
  }

  function ofName(model: string): readonly string[] {
    let found = known.get(model)
    if (found === undefined) {
      found = meant([model, ...targetsOf(model, resolveCall).flatMap(namesOf)])
      // Callers choose the names.
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(model, found)
    }
    return found
  }

  return (model, body) => {
    const own = ofName(model)
    const beside = isJsonObject(body) ? modelsBeside(body).flatMap(([, models]) => models) : []
    if (beside.length === 0 || own.length === wanted.length) return own
    const accounts = new Map(targetsOf(model, resolveCall).map((target) => [accountOf(target), target.account]))
    const further = new Set(beside)
    const names = Array.from(further, (name) => [
      name,
      ...accounts.values().flatMap((account) => namesOf({ account, model: name })),
    ])
    return [...new Set([...own, ...meant(names.flat())])]
  }
}

/** Of one length at the most, which a request is held to. */
const MAX_KNOWN = 1000

function aliasesByTarget(
  aliases: readonly string[],
  resolve: NamesInUse['resolve'],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  for (const alias of aliases) {
    for (const target of targetsOf(alias, resolve)) {
      const key = keyOf(target)
      const names = found.get(key) ?? new Set()
      found.set(key, names.add(alias))
    }
  }
  return new Map(Array.from(found, ([key, names]) => [key, [...names]]))
}

/** All that a call may reach; nothing where nobody can tell, as its body names further models. */
export function targetsReached(model: string, body: JsonValue, resolve: NamesInUse['resolve']): readonly Target[] {
  const beside = isJsonObject(body) ? modelsBeside(body).flatMap(([, models]) => models) : []
  return beside.length > 0 ? [] : targetsOf(model, resolve)
}

/** All that may be shown the call, those that say how hard it is among them. Nothing for a name that leads nowhere. */
function targetsOf(model: string, resolve: NamesInUse['resolve']): readonly Target[] {
  try {
    const { plan } = resolve(model)
    return [plan, ...classifiersIn(plan).map((classifier) => classifier.plan)].flatMap(leavesOf)
  } catch (fault) {
    if (fault instanceof GatewayError) return []
    throw fault
  }
}

function keyOf(target: Target): string {
  const name = plainName(`${accountOf(target)}/${target.model}`)
  return name.endsWith(':latest') ? name.slice(0, -':latest'.length) : name
}
