import type { ProviderAccount, VirtualKey } from '../core/calls/registry.ts'
import { hashKey, matchesAny } from '../registry/virtual-keys.ts'
import type { ShownOnce } from './first-start.ts'

/** What a first request may hold, so that the line which a start prints works as it is. */
export interface Tryable {
  /** Only one that this start shows anyway. */
  readonly key?: string
  readonly keyFrom: 'start' | 'environment' | 'file' | 'before'
  /** Whether that key may ask the demo provider. */
  readonly hasDemo: boolean
}

export function tryableOf(
  { keys: shown }: ShownOnce,
  keys: readonly VirtualKey[],
  accounts: readonly ProviderAccount[],
): Tryable {
  const isThere = accounts.some(({ id, source }) => id === 'demo' && source === 'built-in')
  const mayAskDemo = (key: VirtualKey): boolean => matchesAny(key.models, 'demo/echo')
  const usable = keys.filter(({ revokedAt }) => revokedAt === undefined)
  // The one that works with the demo first, then those that need nothing to be looked up.
  const rank = (key: VirtualKey): number =>
    (isThere && mayAskDemo(key) ? 0 : 4) + (shownValue(key) !== undefined ? 0 : key.source === 'environment' ? 1 : 2)
  const shownValue = ({ hash }: VirtualKey): string | undefined => shown.find(({ key }) => hashKey(key) === hash)?.key
  const [best] = [...usable].sort((a, b) => rank(a) - rank(b))
  if (best === undefined) return { keyFrom: 'before', hasDemo: isThere }
  const key = shownValue(best)
  const hasDemo = isThere && mayAskDemo(best)
  if (key !== undefined) return { key, keyFrom: 'start', hasDemo }
  const isMade = best.source === 'file' && best.createdAt > 0
  return {
    keyFrom: best.source === 'environment' || (best.source === 'file' && !isMade) ? best.source : 'before',
    hasDemo,
  }
}
