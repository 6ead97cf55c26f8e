import { post, type WireReply } from '../../test/support/client.ts'
import { startTestGateway, type TestGateway } from '../../test/support/gateway.ts'
import { createRandom } from '../random.ts'
import { type Attack, type AttackCall, ordinaryCall } from './attacks.ts'
import { type Bill, type BilledProvider, startBilledProvider } from './billed-provider.ts'

/** Of the attacked key: two days of ordinary calls; or nothing, beside three other keys of its workspace that have them. */
export type History = 'learned' | 'new'

export interface Loss extends Bill {
  /** From the first call to the last answer. */
  readonly seconds: number
}

const BYSTANDERS = 3
const HISTORY_CALLS = 101
const HISTORY_EVERY_MS = 28 * 60_000
/** Of a provider: until the first token, and for each after it. */
const FIRST_TOKEN_MS = 800
const TOKEN_MS = 10
const REFUSAL_MS = 20
/** The default of `slowMs`, which is taken from the clock here. */
const SLOW_MS = 2000

interface Clock {
  now: number
}

/**
 * Plays an attack through a gateway to a provider that counts what it would bill. The clock is the attack's own: an answer takes
 * as long as its tokens do, so that as many calls are on their way at once as would be. `consumption` is the section of the
 * configuration; without one nothing is watched.
 */
export async function replay(attack: Attack, history: History, consumption: object | undefined): Promise<Loss> {
  const clock: Clock = { now: Date.UTC(2026, 0, 1) }
  const provider = await startBilledProvider()
  const gateway = await startTestGateway({
    now: () => clock.now,
    log: () => undefined,
    config: {
      ...(consumption === undefined ? {} : { consumption: { ...consumption, slowMs: 1 } }),
      providers: [provider.account],
      listen: { host: '127.0.0.1', port: 0, controlPort: 0, trustedProxies: ['127.0.0.1'] },
    },
    keys: Array.from({ length: attack.keys + BYSTANDERS }, (_, index) => ({
      id: `key-${index}`,
      key: keyOf(index),
    })),
  })
  const world: World = { gateway, provider, clock, isWatched: consumption !== undefined }
  try {
    if (world.isWatched) await live(world, history === 'learned' ? [0] : bystanders(attack))
    const before = provider.bill()
    const began = clock.now
    await play(world, attack)
    const after = provider.bill()
    return {
      sent: after.sent - before.sent,
      // Whole nano-USD: what is the same is to be equal.
      costUsd: Math.round((after.costUsd - before.costUsd) * 1e9) / 1e9,
      seconds: Math.round((clock.now - began) / 1000),
    }
  } finally {
    await gateway.close()
    await provider.close()
  }
}

interface World {
  readonly gateway: TestGateway
  readonly provider: BilledProvider
  readonly clock: Clock
  readonly isWatched: boolean
}

const keyOf = (index: number): string => `pk-attacked-${index}-0123456789abcdefghijklmnop`

function send({ gateway }: World, { key, body }: Pick<AttackCall, 'key' | 'body'>): Promise<WireReply> {
  return post(`${gateway.url}/v1/chat/completions`, body, {
    headers: { authorization: `Bearer ${keyOf(key)}`, 'x-forwarded-for': `203.0.113.${key + 1}` },
  })
}

const bystanders = ({ keys }: Attack): number[] => Array.from({ length: BYSTANDERS }, (_, index) => keys + index)

/** Somebody works with the keys. */
async function live(world: World, keys: readonly number[]): Promise<void> {
  const { gateway, provider, clock } = world
  const random = createRandom('ordinary calls')
  for (let index = 0; index < HISTORY_CALLS; index++) {
    clock.now += HISTORY_EVERY_MS
    for (const key of keys) {
      const { body, outputTokens } = ordinaryCall(random)
      const sent = send(world, { key, body })
      const arrived = await provider.next(outputTokens, sent)
      arrived?.answer()
      const reply = await sent
      if (reply.status !== 200) throw new Error(`An ordinary call was answered with ${reply.status}: ${reply.text}`)
      await gateway.call(reply)
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
async function play(world: World, attack: Attack): Promise<void> {
  const { gateway, provider, clock, isWatched } = world
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
    const sent = send(world, call)
    const arrived = await provider.next(call.outputTokens, sent)
    if (arrived === undefined) {
      if ((await sent).status === 403) held.add(call.key)
      events.push({ at: clock.now + REFUSAL_MS, happen: sendNext })
      return
    }
    const tookMs = FIRST_TOKEN_MS + call.outputTokens * TOKEN_MS
    events.push({
      at: clock.now + tookMs,
      async happen() {
        arrived.answer()
        const reply = await sent
        const waitedMs = isWatched ? await slowed(gateway, reply) : 0
        events.push({ at: clock.now + waitedMs + attack.thinkMs, happen: sendNext })
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

/** For how long the gateway would have held the call; with this, what it knows of the call is up to date. */
async function slowed(gateway: TestGateway, reply: WireReply): Promise<number> {
  const { decisions } = await gateway.call(reply)
  const wasSlowed = (decisions ?? []).some(({ action }: { readonly action: string }) => action === 'slow')
  return wasSlowed ? SLOW_MS : 0
}

function takeEarliest(events: Event[]): Event | undefined {
  let place = 0
  for (let index = 1; index < events.length; index++)
    if ((events[index]?.at ?? 0) < (events[place]?.at ?? 0)) place = index
  return events.splice(place, 1)[0]
}
