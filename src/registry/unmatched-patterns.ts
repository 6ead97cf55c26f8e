import { GatewayError } from '../core/errors.ts'
import type { Resolver } from './resolve-model.ts'
import { matchesAny } from './virtual-keys.ts'

/** What is amiss with patterns of a key that let nothing through now, a sentence each. They may be meant for later. */
export function unmatchedPatterns(patterns: readonly string[], resolver: Resolver): readonly string[] {
  return patterns.flatMap((pattern) => {
    try {
      return isMatched(pattern, resolver) ? [] : [`No model matches ${JSON.stringify(pattern)}.`]
    } catch (fault) {
      if (fault instanceof GatewayError) return [fault.message]
      throw fault
    }
  })
}

function isMatched(pattern: string, resolver: Resolver): boolean {
  if (!pattern.includes('*')) return resolver.resolve(pattern) !== undefined
  if (resolver.list((name) => matchesAny([pattern], name)).length > 0) return true
  const [prefix = '', ...rest] = pattern.split('/')
  // Of the models of an account not all are known, so its name is enough.
  return rest.length > 0 && (prefix.includes('*') || resolver.account(prefix) !== undefined)
}
