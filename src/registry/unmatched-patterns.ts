import { GatewayError } from '../core/errors.ts'
import type { Resolver } from './resolve-model.ts'
import { matchesAny } from './virtual-keys.ts'

/** What is amiss with patterns of a key that let nothing through now, a sentence each. They may be meant for later. */
export function unmatchedPatterns(patterns: readonly string[], resolver: Resolver): readonly string[] {
  return patterns.slice(0, maxCheckedPatterns).flatMap((pattern) => patternFault(pattern, resolver) ?? [])
}

/** Looking for similar names is slow, and calls wait for it in the same process. */
export const maxCheckedPatterns = 20

/** The same for one of them. */
export function patternFault(pattern: string, resolver: Resolver): string | undefined {
  try {
    return isMatched(pattern, resolver) ? undefined : `No model matches ${JSON.stringify(pattern)}.`
  } catch (fault) {
    if (fault instanceof GatewayError) return fault.message
    throw fault
  }
}

function isMatched(pattern: string, resolver: Resolver): boolean {
  if (pattern === '*') return true
  if (!pattern.includes('*')) return resolver.resolve(pattern) !== undefined
  if (resolver.list((name) => matchesAny([pattern], name)).length > 0) return true
  const [prefix = '', ...rest] = pattern.split('/')
  // Of the models of an account not all are known, so its name is enough.
  return rest.length > 0 && (prefix.includes('*') || resolver.account(prefix) !== undefined)
}
