import { createRandom } from '../random.ts'
import { type Attack, type AttackCall, ordinaryCall } from './attacks.ts'
import type { Bill } from './billed-provider.ts'
import type { World } from './world.ts'

/** Of the attacked key: two days of ordinary calls; or nothing, beside three other keys of its workspace that have them. */
export type History = 'learned' | 'new'

export interface Loss extends Bill {
  /** From the first call to the last answer. */
  readonly seconds: number
}

export const bystanders = 3
const HISTORY_CALLS = 101
const HISTORY_EVERY_MS = 28 * 60_000
/** Of a provider: until the first token, and for each after it. */
const FIRST_TOKEN_MS = 800
const TOKEN_MS = 10
const REFUSAL_MS = 20
/** The default of `slowMs`, which is taken from the clock here. */
const SLOW_MS = 2000

/**
 * Plays an attack in a world with a provider that counts what it would bill. The clock is the attack's own: an answer takes
 * as long as its tokens do, so that as many calls are on their way at once as would be.
 */
export async function replay(
  world: World,
  attack: Attack,
  history: History,
  historyCalls = HISTORY_CALLS,
): Promise<Loss> {
  const { clock } = world
  try {
    if (world.isWatched) await live(world, history === 'learned' ? [0] : keysBeside(attack), historyCalls)
    const before = world.bill()
    const began = clock.now
    await play(world, attack)
    const after = world.bill()
    return {
      sent: after.sent - before.sent,
      // Whole nano-USD: what is the same is to be equal.
      costUsd: Math.round((after.costUsd - before.costUsd) * 1e9) / 1e9,
      seconds: Math.round((clock.now - began) / 1000),
    }
  } finally {
    await world.close()
  }
}

const keysBeside = ({ keys }: Attack): number[] => Array.from({ length: bystanders }, (_, index) => keys + index)

/** Somebody works with the keys. */
async function live(world: World, keys: readonly number[], calls: number): Promise<void> {
  const { clock } = world
  const random = createRandom('ordinary calls')
  for (let index = 0; index < calls; index++) {
    clock.now += HISTORY_EVERY_MS
    for (const key of keys) {
      const sent = await world.send({ key, ...ordinaryCall(random) })
      if (sent.kind === 'refused') throw new Error(`An ordinary call was refused: ${sent.reason}`)
      await sent.answer()
    }
  }
  clock.now += HISTORY_EVERY_MS
}

/** What happens next, and when. */
interface Event {
  readonly at: number
  happen(): Promise<void>
}

/** Each client sends its next call when the one before is over; a client whose key is held tries the next key, if there is one. */
async function play({ clock, send }: World, attack: Attack): Promise<void> {
  const events: Event[] = []
  const held = new Set<number>()
  let made = 0

  function nextCall(): AttackCall | undefined {
    while (made < attack.calls) {
      const call = attack.call(made++)
      if (!held.has(call.key)) return call
    }
    return undefined
  }

  async function sendNext(): Promise<void> {
    const call = nextCall()
    if (call === undefined) return
    const sent = await send(call)
    if (sent.kind === 'refused') {
      if (sent.isHeld) held.add(call.key)
      events.push({ at: clock.now + REFUSAL_MS, happen: sendNext })
      return
    }
    events.push({
      at: clock.now + FIRST_TOKEN_MS + call.outputTokens * TOKEN_MS,
      async happen() {
        const { wasSlowed } = await sent.answer()
        events.push({ at: clock.now + (wasSlowed ? SLOW_MS : 0) + attack.thinkMs, happen: sendNext })
      },
    })
  }

  for (let client = 0; client < attack.clients; client++) events.push({ at: clock.now + client, happen: sendNext })
  for (;;) {
    const next = takeEarliest(events)
    if (next === undefined) return
    clock.now = Math.max(clock.now, next.at)
    await next.happen()
  }
}

function takeEarliest(events: Event[]): Event | undefined {
  let place = 0
  for (let index = 1; index < events.length; index++)
    if ((events[index]?.at ?? 0) < (events[place]?.at ?? 0)) place = index
  return events.splice(place, 1)[0]
}
