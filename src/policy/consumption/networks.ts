import type { ConsumptionSettings } from '../../core/spending/consumption.ts'

/** Which keys each network has been seen with, and since when. */
export interface NetworkKeys {
  readonly first: Map<string, { readonly at: number; readonly owner: string }>
  /** Not yet in the store. */
  isChanged: boolean
}

const MAX_NETWORKS = 10_000
const MAX_KEYS = 512
const MAX_PASSED_OVER = 64

/**
 * Returns how many owners' keys have appeared in the network lately, when this is a key that is new to it; `undefined` where
 * nothing is new. Behind one address of a company or a cloud there may be many keys: those that were seen there before say nothing.
 */
export function seeKey(
  networks: Map<string, NetworkKeys>,
  { network, key, owner }: { readonly network: string; readonly key: string; readonly owner: string },
  now: number,
  { farmingMs }: Pick<ConsumptionSettings, 'farmingMs'>,
): number | undefined {
  let known = networks.get(network)
  if (known === undefined) {
    known = { first: new Map(), isChanged: true }
    networks.set(network, known)
    if (networks.size > MAX_NETWORKS) forgetOne(networks)
  }
  const { first } = known
  const since = first.get(key)?.at
  if (since === undefined) {
    first.set(key, { at: now, owner })
    known.isChanged = true
    if (first.size > MAX_KEYS) for (const oldest of first.keys()) if (first.delete(oldest)) break
  } else if (now - since > farmingMs) return undefined
  const owners = new Set<string>()
  for (const one of first.values()) if (now - one.at <= farmingMs) owners.add(one.owner)
  return owners.size
}

/** The first, but for those of several keys: of an office or a cloud, which say more. */
function forgetOne(networks: Map<string, NetworkKeys>): void {
  let passedOver = 0
  for (const [network, { first }] of networks) {
    if (first.size > 1 && passedOver++ < MAX_PASSED_OVER) continue
    networks.delete(network)
    return
  }
}
