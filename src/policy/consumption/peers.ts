import type { ConsumptionSettings } from '../../core/spending/consumption.ts'
import { isLearned, type Profile, type UsualMeasure, usualLimit, usualMeasures } from './profile.ts'

/** What the learned keys of a workspace come to at most: a new key is compared with it until it has a history of its own. */
export interface Peers {
  readonly keys: number
  readonly limits: Readonly<Record<UsualMeasure, number>>
  /** Price of the dearest model that any of them has used, as `CallShape.price`. */
  readonly dearest: number
}

/** Of one key or two it would be chance what they do. */
const LEAST_KEYS = 3
/** A new key may be for something larger. */
const MARGIN = 4
const RENEW_MS = 5 * 60_000

/** `undefined` where too little is known of the workspace. Looks through all profiles once in five minutes. */
export function createPeers(
  profiles: ReadonlyMap<string, Profile>,
): (workspace: string, at: number, settings: ConsumptionSettings) => Peers | undefined {
  let known = new Map<string, Peers>()
  let renewedAt = Number.NEGATIVE_INFINITY
  return (workspace, at, settings) => {
    if (at < renewedAt || at - renewedAt >= RENEW_MS) {
      known = peersIn(profiles, at, settings)
      renewedAt = at
    }
    const peers = known.get(workspace)
    return peers !== undefined && peers.keys >= LEAST_KEYS ? peers : undefined
  }
}

/** `undefined`: nothing to compare with. */
export function peerLimit(peers: Peers | undefined, measure: UsualMeasure): number | undefined {
  const limit = peers?.limits[measure] ?? 0
  return limit === 0 ? undefined : limit * MARGIN
}

function peersIn(profiles: ReadonlyMap<string, Profile>, at: number, settings: ConsumptionSettings) {
  const found = new Map<string, { keys: number; limits: Record<UsualMeasure, number>; dearest: number }>()
  for (const profile of profiles.values()) {
    const { workspace } = profile
    if (workspace === undefined || !isLearned(profile, at, settings)) continue
    let peers = found.get(workspace)
    if (peers === undefined) {
      peers = { keys: 0, limits: { rate: 0, cost: 0, tokens: 0, input: 0, output: 0 }, dearest: 0 }
      found.set(workspace, peers)
    }
    peers.keys++
    peers.dearest = Math.max(peers.dearest, profile.dearest)
    for (const measure of usualMeasures)
      peers.limits[measure] = Math.max(peers.limits[measure], usualLimit(profile, measure) ?? 0)
  }
  return found
}
