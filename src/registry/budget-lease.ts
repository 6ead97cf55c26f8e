import type { OthersUse } from '../core/spending/budget-lease.ts'

/** What this gateway may use of a counter that several gateways share, and what it knows of the others. */
export interface Lease {
  readonly key: string
  /** What is used here in this window and what is held come to no more. Of a bucket: of all tokens that were leased. */
  cap: number
  /** Taken from it in this beat, and in the one before; of calls at once, the most that were held. */
  taken: number
  takenBefore: number
  /** By calls that wait for a larger cap. */
  wanted: number
  isKnown: boolean
  /** The authority has forgotten it. */
  isForgotten: boolean
  floor: number
  others: OthersUse
  /** When the authority told of the others. */
  toldAt: number
  /** Calls at once are leased until then: others have them afterwards. */
  until: number
}

const nobody: OthersUse = { used: 0, previous: 0, held: 0, room: 0, shares: [] }

export function createLease(key: string): Lease {
  return {
    key,
    cap: 0,
    taken: 0,
    takenBefore: 0,
    wanted: 0,
    isKnown: false,
    isForgotten: false,
    floor: 0,
    others: nobody,
    toldAt: Number.NEGATIVE_INFINITY,
    until: Number.NEGATIVE_INFINITY,
  }
}

/** A new window has begun: what is held may stay, and nothing else is leased of it. */
export function turnLease(lease: Lease, held: number, isNext: boolean): void {
  const { used, held: othersHeld } = lease.others
  lease.cap = held
  lease.isKnown = false
  lease.isForgotten = false
  lease.floor = 0
  lease.others = { ...nobody, previous: isNext ? used : 0, held: held === 0 ? 0 : othersHeld }
  lease.toldAt = Number.NEGATIVE_INFINITY
}

/**
 * How much more than it needs a gateway asks for: what it took in the last two beats, so that it asks once in a while and
 * not for each call; and never so much that the others, who may need it as well, have less left than it.
 */
export function sliceOf(
  { taken, takenBefore }: Pick<Lease, 'taken' | 'takenBefore'>,
  room: number,
  gateways: number,
): number {
  return Math.max(0, Math.min(taken + takenBefore, Math.floor(room / (2 * Math.max(1, gateways)))))
}
