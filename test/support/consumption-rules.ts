import type {
  CallShape,
  ConsumptionIncident,
  ConsumptionRuleId,
  ConsumptionSettings,
  Verdict,
} from '../../src/core/spending/consumption.ts'
import { type ConsumptionGuard, createConsumptionGuard } from '../../src/policy/consumption/guard.ts'
import { type UsualMeasure, usualLimit } from '../../src/policy/consumption/profile.ts'
import { ConsumptionSection, consumptionSettings } from '../../src/server/config/consumption-section.ts'

export const DAY_MS = 86_400_000

/** The rules alone, on a clock that goes only when it is told to. */
export interface RulesWorld {
  readonly guard: ConsumptionGuard
  readonly settings: ConsumptionSettings
  readonly incidents: readonly ConsumptionIncident[]
  now(): number
  pass(ms: number): void
  /** Judges a call, and where it is not refused ends it. */
  call(key: string, more?: Partial<CallShape>): Verdict
  /** The rules that such a call finds. */
  found(key: string, more?: Partial<CallShape>): ConsumptionRuleId[]
  /** Two days of such calls, after which a key is known. */
  work(key: string, more?: Partial<CallShape>): void
  /** From where on it is an anomaly of the key. */
  limit(key: string, measure: UsualMeasure): number
}

const WORK_CALLS = 101

export function rulesWorld(section: object = {}): RulesWorld {
  const settings = consumptionSettings(
    ConsumptionSection.parse({ state: 'enforce', ...section }),
  ) as ConsumptionSettings
  const incidents: ConsumptionIncident[] = []
  let now = Date.UTC(2026, 0, 1)
  let ids = 0
  const guard = createConsumptionGuard({
    now: () => now,
    newId: () => `decision-${++ids}`,
    raise: (incident) => incidents.push(incident),
  })
  const world: RulesWorld = {
    guard,
    settings,
    incidents,
    now: () => now,
    pass(ms) {
      now += ms
    },
    call(key, more = {}) {
      const shape = shapeOf(key, more)
      const verdict = guard.judge(shape, settings)
      const { id, workspace, label, inputTokens, inputNanoUsd } = shape
      const { countedNanoUsd, carriedOut } = verdict
      if (carriedOut === undefined || carriedOut.action === 'slow')
        guard.ended(
          {
            id,
            key,
            workspace,
            ...(label === undefined ? {} : { label }),
            countedNanoUsd,
            costNanoUsd: inputNanoUsd,
            tokens: inputTokens,
          },
          settings,
        )
      return verdict
    },
    found: (key, more) => world.call(key, more).decisions.map(({ rule }) => rule),
    work(key, more) {
      for (let index = 0; index < WORK_CALLS; index++) {
        world.pass((2 * DAY_MS) / WORK_CALLS)
        world.call(key, more)
      }
    },
    limit: (key, measure) => {
      const profile = guard.profiles.get(key)
      return (profile && usualLimit(profile, measure)) ?? Number.NaN
    },
  }
  return world
}

export function shapeOf(key: string, more: Partial<CallShape>): CallShape {
  const { inputTokens = 100 } = more
  return {
    id: 'call',
    key,
    workspace: 'default',
    owner: key,
    model: 'ordinary',
    price: 2_000_000,
    inputTokens,
    outputTokens: 0,
    inputNanoUsd: inputTokens * 250,
    outputNanoUsdPerToken: 0,
    conversations: [],
    ...more,
  }
}
