import type { KeyScope } from '../core/calls/key-scope.ts'
import { nearestNames } from '../core/text/nearest-names.ts'
import { maxCheckedPatterns } from './unmatched-patterns.ts'
import { matchesAny } from './virtual-keys.ts'

/** What a key can be bound to here. */
export interface ScopeNames {
  /** Ids of accounts and of providers. */
  readonly providers: readonly string[]
  readonly dataRegions: readonly string[]
  readonly endpoints: readonly string[]
}

export interface ScopeFault {
  readonly field: keyof ScopeNames
  /** In the list of the field. */
  readonly place: number
  readonly message: string
}

/** What is amiss with bounds of a key that let nothing through. Meant for later, or a slip: the key would be refused everything by it. */
export function unmatchedScope(scope: KeyScope | undefined, names: ScopeNames): readonly ScopeFault[] {
  return checkedFields.flatMap(([field, sentence]) =>
    (scope?.[field] ?? []).slice(0, maxCheckedPatterns).flatMap((pattern, place) => {
      // Regions are no patterns, and hold no `*`.
      if (pattern === '*' || names[field].some((name) => matchesAny([pattern], name))) return []
      const near = nearestNames(pattern, names[field], 1)[0] ?? withoutPrefix(pattern, names[field])
      const help = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`
      return [{ field, place, message: `${sentence} ${JSON.stringify(pattern)}.${help}` }]
    }),
  )
}

const checkedFields = [
  ['providers', 'There is no provider account and no provider'],
  ['dataRegions', 'No provider account is in the data region'],
  ['endpoints', 'There is no endpoint'],
] as const

/** A path as a client of a vendor asks for it: keys are bound to what stands behind the vendor's name. */
function withoutPrefix(pattern: string, names: readonly string[]): string | undefined {
  return names.find((name) => name.startsWith('/') && pattern.endsWith(name))
}
