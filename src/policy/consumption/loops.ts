import type { CallShape } from '../../core/spending/consumption.ts'
import { addTurn, newRing } from './loop-rings.ts'
import type { Profile } from './profile.ts'

/** The conversations of all keys. */
export interface Loops {
  /** Takes in the turn of a call. Returns how many times by now it has come in a row in one of its conversations; 1 is once. */
  turn(profile: Profile, shape: Pick<CallShape, 'conversations' | 'turn'>, at: number, gapMs: number): number
  /** The profile is not known any more. */
  forget(profile: Profile): void
}

const MAX_RINGS = 256
const MAX_ALL_RINGS = 50_000
/** As many a key has whatever the others have. */
const FEW_RINGS = 16
/** Profiles that a call looks through for room. */
const MAX_LOOKED_THROUGH = 64

export function createLoops(profiles: ReadonlyMap<string, Profile>): Loops {
  let count = 0
  let sweep = profiles.values()

  function forgetOldest({ rings }: Profile): void {
    for (const oldest of rings.keys()) {
      rings.delete(oldest)
      count--
      return
    }
  }

  /** A turn after so long begins anew in any case. The first is the one that was silent for longest. */
  function forgetEnded({ rings }: Profile, at: number, gapMs: number): void {
    for (const [conversation, ring] of rings) {
      if (Math.abs(at - ring.at) <= gapMs) return
      rings.delete(conversation)
      count--
    }
  }

  /** Goes on where the last call left off. */
  function makeRoom(at: number, gapMs: number): void {
    let fullest: Profile | undefined
    for (let looked = 0; looked < MAX_LOOKED_THROUGH && count >= MAX_ALL_RINGS; looked++) {
      const { value } = sweep.next()
      if (value === undefined) {
        sweep = profiles.values()
        continue
      }
      forgetEnded(value, at, gapMs)
      if (value.rings.size > (fullest?.rings.size ?? FEW_RINGS)) fullest = value
    }
    if (count >= MAX_ALL_RINGS && fullest !== undefined) forgetOldest(fullest)
  }

  return {
    turn(profile, { conversations, turn }, at, gapMs) {
      if (turn === undefined || turn.length === 0) return 1
      const { rings } = profile
      let most = 1
      for (const conversation of conversations) {
        let ring = rings.get(conversation)
        if (ring === undefined) {
          if (rings.size >= MAX_RINGS || (count >= MAX_ALL_RINGS && rings.size >= FEW_RINGS)) forgetOldest(profile)
          else if (count >= MAX_ALL_RINGS) makeRoom(at, gapMs)
          if (count >= MAX_ALL_RINGS) continue
          ring = newRing()
          count++
        } else rings.delete(conversation)
        rings.set(conversation, ring)
        most = Math.max(most, addTurn(ring, turn, at, gapMs))
      }
      return most
    },
    forget({ rings }) {
      count -= rings.size
    },
  }
}
