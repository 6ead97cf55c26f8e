/** `consumption`: what stops consumption attacks. */
import * as z from 'zod'
import {
  type ConsumptionAction,
  type ConsumptionRule,
  type ConsumptionRuleId,
  type ConsumptionSettings,
  consumptionActions,
  consumptionRuleIds,
} from '../../core/spending/consumption.ts'
import { networks } from './scope-fields.ts'

const states = ['off', 'shadow', 'enforce'] as const

const common = {
  state: z.enum(states).optional().describe('`shadow` records what `enforce` would do. Default: that of the section.'),
  action: z
    .enum(consumptionActions)
    .optional()
    .describe('`slow` delays, `ask` holds the key until it is approved, `suspend` until it is resumed.'),
}
const count = z.int().positive().max(1e12).optional()
const rule = <Fields extends z.core.$ZodShape>(fields: Fields, about: string) =>
  z
    .strictObject({ ...common, ...fields })
    .optional()
    .describe(about)

export const ConsumptionSection = z.strictObject({
  state: z.enum(states).optional().describe('Of rules that do not say. Default `shadow`.'),
  learn: z
    .strictObject({
      calls: z.int().min(0).max(1e6).optional().describe('Default 100.'),
      hours: z.number().min(0).max(1000).optional().describe('Default 24.'),
    })
    .optional()
    .describe(
      'So many calls of a key, and so much time since the first, before it is compared with itself; until then with the keys of its workspace.',
    ),
  slowMs: z.int().min(1).max(60_000).optional().describe('How long `slow` holds a call. Default 2000.'),
  quietMinutes: z
    .number()
    .min(0)
    .max(10_080)
    .optional()
    .describe('One alarm of a rule and a key in this time, and after an approval none. Default 60.'),
  rules: z
    .strictObject({
      'request-rate': rule({ max: count.describe('Calls a minute.') }, 'Calls per minute. Default action `slow`.'),
      'cost-rate': rule(
        { maxUsd: z.number().min(1e-6).max(1e6).optional().describe('USD a minute.') },
        'Cost per minute. Default action `suspend`.',
      ),
      'call-tokens': rule({ max: count.describe('Tokens.') }, 'What a call came to. Default action `ask`.'),
      'new-model': rule(
        { priceFactor: z.number().min(0).max(1e6).optional().describe('Times the dearest so far. Default 4.') },
        'A dear model that the key has never used. Default action `ask`.',
      ),
      loop: rule(
        {
          repeats: z.int().min(3).max(10_000).optional().describe('The same turn so often in a row. Default 10.'),
          gapSeconds: z.number().min(1).max(86_400).optional().describe('At most between two turns. Default 120.'),
        },
        'The same turn again and again. Default action `suspend`.',
      ),
      'prompt-size': rule({ max: count.describe('Tokens.') }, 'Prompts far beyond the usual. Default action `ask`.'),
      repetition: rule(
        { minDistinct: z.number().min(0).max(1).optional().describe('Part that must be new. Default 0.04.') },
        'Prompts over 32 KiB that repeat themselves. Default action `ask`.',
      ),
      'output-length': rule(
        { max: count.describe('Tokens.') },
        'Answers asked for that are far longer than usual. Default action `ask`.',
      ),
      'key-farming': rule(
        {
          keys: z.int().min(2).max(500).optional().describe('Default 10.'),
          withinMinutes: z.number().min(1).max(10_080).optional().describe('Default 60.'),
          knownNetworks: networks
            .optional()
            .describe(
              'IP addresses and CIDR blocks of your own, in which any number of keys may appear. Default: none.',
            ),
        },
        'Keys of so many owners that are new to one network. Default action `ask`, for keys without a history; of others it is told.',
      ),
    } satisfies Record<ConsumptionRuleId, z.ZodType>)
    .optional(),
})
export type ConsumptionSection = z.infer<typeof ConsumptionSection>

const usualActions: Readonly<Record<ConsumptionRuleId, ConsumptionAction>> = {
  'request-rate': 'slow',
  'cost-rate': 'suspend',
  'call-tokens': 'ask',
  'new-model': 'ask',
  loop: 'suspend',
  'prompt-size': 'ask',
  repetition: 'ask',
  'output-length': 'ask',
  'key-farming': 'ask',
}

/** `undefined` where nothing is watched: a call then costs nothing more. */
export function consumptionSettings(section: ConsumptionSection | undefined): ConsumptionSettings | undefined {
  if (section === undefined) return undefined
  const { rules: given = {}, learn = {}, state: usualState = 'shadow' } = section
  const rules: Partial<Record<ConsumptionRuleId, ConsumptionRule>> = {}
  for (const id of consumptionRuleIds) {
    const { state = usualState, action = usualActions[id] } = given[id] ?? {}
    const max = maxOf(given, id)
    if (state !== 'off') rules[id] = { state, action, ...(max === undefined ? {} : { max }) }
  }
  if (Object.keys(rules).length === 0) return undefined
  return {
    rules,
    learnCalls: learn.calls ?? 100,
    learnMs: (learn.hours ?? 24) * 3_600_000,
    slowMs: section.slowMs ?? 2000,
    quietMs: (section.quietMinutes ?? 60) * 60_000,
    priceFactor: given['new-model']?.priceFactor ?? 4,
    repeats: given.loop?.repeats ?? 10,
    gapMs: (given.loop?.gapSeconds ?? 120) * 1000,
    minDistinct: given.repetition?.minDistinct ?? 0.04,
    knownNetworks: given['key-farming']?.knownNetworks ?? [],
    farmingKeys: given['key-farming']?.keys ?? 10,
    farmingMs: (given['key-farming']?.withinMinutes ?? 60) * 60_000,
  }
}

function maxOf(given: NonNullable<ConsumptionSection['rules']>, id: ConsumptionRuleId): number | undefined {
  const { maxUsd } = given['cost-rate'] ?? {}
  if (id === 'cost-rate') return maxUsd === undefined ? undefined : Math.round(maxUsd * 1e9)
  const rule = given[id]
  return rule !== undefined && 'max' in rule ? rule.max : undefined
}
