import type { CallShape, ConsumptionSettings, Verdict } from '../../src/core/spending/consumption.ts'
import type { OwnFigures, SumsStore } from '../../src/core/spending/consumption-sums.ts'
import { type ConsumptionGuard, createConsumptionGuard } from '../../src/policy/consumption/guard.ts'
import { ConsumptionSection, consumptionSettings } from '../../src/server/config/consumption-section.ts'
import { createSharedSums, type SharedSums } from '../../src/server/consumption/shared-sums.ts'
import { shapeOf } from './consumption-rules.ts'

interface SharingGateway {
  readonly guard: ConsumptionGuard
  readonly sums: SharedSums
  beat(): void
}

/** Several gateways that tell each other what they see, on one clock that goes only when it is told to. */
export interface SharingWorld {
  readonly settings: ConsumptionSettings
  gateway(id: number): SharingGateway
  /** Judges a call at a gateway. */
  call(id: number, key: string, more?: Partial<CallShape>): Verdict | Promise<Verdict>
  /** Time passes, with beats at all gateways. */
  pass(ms: number): Promise<void>
  /** Redis can no longer be reached, or can be again. */
  cut(isCut: boolean): void
  /** It answers, when it is told to. */
  hold(isHeld: boolean): void
  close(): Promise<void>
}

const BEAT_MS = 500

export async function sharingWorld(count: number, section: object): Promise<SharingWorld> {
  const settings = consumptionSettings(
    ConsumptionSection.parse({ state: 'enforce', ...section }),
  ) as ConsumptionSettings
  let now = Date.UTC(2026, 0, 1)
  // Answers come without a delay.
  let elapsed = 0
  let isCut = false
  let held: { promise: Promise<void>; resolve(): void } | undefined
  const told = new Map<string, Map<number, OwnFigures & { readonly at: number }>>()
  let ids = 0

  /** What the script in Redis does. */
  function storeOf(id: number): SumsStore {
    return {
      isThere: () => !isCut,
      async exchange(own) {
        await held?.promise
        if (isCut) throw new Error('It is away.')
        const others = own.map((figures) => {
          const ofName = told.get(figures.name) ?? new Map<number, OwnFigures & { readonly at: number }>()
          told.set(figures.name, ofName)
          let [rate, cost] = [0, 0]
          for (const [other, { rate: calls, cost: spent, at }] of ofName) {
            const left = Math.max(0, 1 - (now - at) / 60_000)
            if (other !== id) [rate, cost] = [rate + calls * left, cost + spent * left]
          }
          ofName.set(id, { ...figures, at: now })
          return { rate, cost }
        })
        return { gateways: count, others }
      },
      close: async () => undefined,
    }
  }

  const gateways = Array.from({ length: count }, (_, id): SharingGateway => {
    const guard = createConsumptionGuard({ now: () => now, newId: () => `decision-${++ids}`, raise: () => undefined })
    let beat = (): void => undefined
    const sums = createSharedSums({
      store: storeOf(id),
      profiles: guard.profiles,
      now: () => now,
      elapsed: () => elapsed,
      every(_, look) {
        beat = look
        return () => undefined
      },
    })
    return { guard, sums, beat: () => beat() }
  })
  const gateway = (id: number): SharingGateway => gateways[id] as SharingGateway

  const world: SharingWorld = {
    settings,
    gateway,
    call(id, key, more = {}) {
      const { guard, sums } = gateway(id)
      const shape = shapeOf(key, more)
      return sums.judged(shape, () => guard.judge(shape, settings))
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += BEAT_MS) {
        now += Math.min(BEAT_MS, ms - passed)
        for (const { beat } of gateways) beat()
        for (const { sums } of gateways) await sums.idle()
        elapsed += BEAT_MS
      }
    },
    cut(value) {
      isCut = value
    },
    hold(value) {
      held?.resolve()
      held = value ? Promise.withResolvers<void>() : undefined
    },
    async close() {
      world.hold(false)
      for (const { sums } of gateways) await sums.close()
    },
  }
  // Each has heard of the others.
  for (const id of gateways.keys()) await world.call(id, 'somebody')
  await world.pass(BEAT_MS)
  return world
}
