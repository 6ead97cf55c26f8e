import type { VirtualKey } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'

/** The key with an id, of those that whoever asks may see; `invalid_request` where there is none. */
export function namedKey(id: string, keys: readonly VirtualKey[], isSeen: (key: VirtualKey) => boolean): VirtualKey {
  const found = keys.find((key) => key.id === id && key.revokedAt === undefined && isSeen(key))
  if (found === undefined) {
    const shown = JSON.stringify(id.slice(0, 100))
    throw new GatewayError('invalid_request', `There is no key with the id ${shown}.`, { param: 'key' })
  }
  return found
}
