import type { KeyHold, Lift } from '../../core/spending/consumption.ts'
import type { EndedHold, HoldsStore } from '../../core/spending/consumption-sums.ts'

export interface SharedHoldsOptions {
  readonly store: HoldsStore
  /** Those that are in force here. */
  holds(): readonly KeyHold[]
  /** One of another gateway is in force here too, in place of what the key was held for. */
  adopt(hold: KeyHold): void
  /** It was ended at another gateway. */
  drop(ended: EndedHold): void
  lift(lift: Lift): void
  now(): number
  /** Calls again and again; what it gives back ends that. */
  every(ms: number, look: () => void): () => void
}

/** Makes a hold that one gateway places, and its end, count at all of them. */
export interface HoldSharing {
  /** Ended here: soon at the others too. */
  ended(hold: EndedHold): void
  lifted(lift: Lift): void
  /** Resolves when all that was asked is answered. */
  idle(): Promise<void>
  /** Tells what was ended and lifted at last. */
  close(): Promise<void>
}

const BEAT_MS = 500
/** Of what cannot be told for now, the latest. */
const MAX_NEWS = 1000

export function createHoldSharing({ store, holds, adopt, drop, lift, now, every }: SharedHoldsOptions): HoldSharing {
  const endedHere = new Map<string, EndedHold>()
  const liftedHere = new Map<string, Lift>()
  /** Until when, as it was heard last. */
  const liftsHeard = new Map<string, number>()
  let heard: ReadonlySet<string> = new Set()
  let asking: Promise<void> | undefined

  async function exchange(): Promise<void> {
    const ended = [...endedHere.values()]
    const lifts = [...liftedHere.values()]
    const placed = holds().filter(({ id }) => !heard.has(id))
    const all = await store.exchangeHolds({ holds: placed, ended, lifts })
    for (const { id } of ended) endedHere.delete(id)
    for (const one of lifts) if (liftedHere.get(nameOf(one)) === one) liftedHere.delete(nameOf(one))
    if (all === undefined) return
    const over = new Set([...all.ended.map(({ id }) => id), ...endedHere.keys()])
    heard = new Set(all.holds.map(({ id }) => id))
    const here = new Map(holds().map((hold) => [hold.key, hold]))
    for (const one of all.ended) if (here.get(one.key)?.id === one.id) drop(one)
    for (const hold of all.holds) {
      const own = here.get(hold.key)
      if (over.has(hold.id) || own?.id === hold.id) continue
      // A suspension here is told to the others, and goes before what they only ask about.
      if (own?.kind !== 'suspend' || hold.kind === 'suspend') adopt(hold)
    }
    for (const one of all.lifts) {
      const name = nameOf(one)
      if (liftedHere.has(name) || liftsHeard.get(name) === one.until) continue
      // One that was over before this gateway heard of it says nothing of what was decided since.
      if (one.until > now() || liftsHeard.has(name)) lift(one)
      remember(liftsHeard, name, one.until)
    }
  }

  function ask(): Promise<void> {
    // One that is away is asked again at the next beat.
    asking ??= exchange()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  const stop = every(BEAT_MS, () => void ask())

  return {
    ended: (hold) => remember(endedHere, hold.id, hold),
    lifted(one) {
      remember(liftedHere, nameOf(one), one)
      remember(liftsHeard, nameOf(one), one.until)
    },
    async idle() {
      await asking
    },
    async close() {
      stop()
      await asking
      if (endedHere.size + liftedHere.size > 0) await ask()
    },
  }
}

function nameOf({ key, rule }: Lift): string {
  return JSON.stringify([key, rule])
}

function remember<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.delete(name)
  map.set(name, value)
  if (map.size > MAX_NEWS) for (const oldest of map.keys()) if (map.delete(oldest)) break
}
