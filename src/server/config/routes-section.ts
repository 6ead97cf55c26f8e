/** `routes` of the configuration. Which keys of a plan go together, `compile-routes.ts` checks. */
import * as z from 'zod'
import { ttlSeconds } from './ttl-seconds.ts'

const milliseconds = z.int().positive().max(86_400_000)

/** A plan that stands in a list of another one. */
const PlanEntry = z.strictObject({
  target: z.string().min(1).optional().describe('`account/model`, `provider/model` or a model name.'),
  timeoutMs: milliseconds
    .optional()
    .describe(
      'Beside `target`: time until the first byte of the reply, or the first content of a stream where there is another target.',
    ),
  route: z.string().min(1).optional().describe('The plan of another route.'),
  get fallback() {
    return entries.describe('Tried in this order until one answers.')
  },
  get loadbalance() {
    return entries.describe('One of these; when it fails, the others.')
  },
  get canary() {
    return entries.describe('Parts of the calls: entries with their `percent`, and one without for the rest.')
  },
  get conditional() {
    return entries.describe('The first whose `if` holds; the last has none.')
  },
  get semantic() {
    return SemanticRoute.optional().describe('By what the user said: by intent, or by difficulty.')
  },
  by: z
    .enum(['weight', 'least-busy', 'latency', 'cost', 'headroom'])
    .optional()
    .describe('How `loadbalance` chooses. Default `weight`: by chance, in proportion.'),
  stickyBy: z
    .string()
    .min(1)
    .optional()
    .describe('CEL that gives a text, such as `metadata.session`: calls with the same text go to the same plan.'),
  weight: z.number().nonnegative().max(1e6).optional().describe('In a `loadbalance` list. Default 1.'),
  percent: z.number().nonnegative().max(100).optional().describe('In a `canary` list.'),
  if: z.string().min(1).optional().describe('In a `conditional` list: CEL that gives `true` or `false`.'),
})
const entries: z.ZodOptional<z.ZodArray<typeof PlanEntry>> = z.array(PlanEntry).min(1).optional()
export type PlanEntry = z.infer<typeof PlanEntry>

const exampleText = z.string().min(1).max(500)
const Intent = PlanEntry.omit({ weight: true, percent: true, if: true }).extend({
  name: z.string().regex(/^[\w-]{1,64}$/, 'takes letters, digits, `_` and `-`, at most 64'),
  examples: z.array(exampleText).min(1).max(100).describe('What people say who want this, each as one would say it.'),
})
const DifficultyRoute = z.strictObject({
  get cheap() {
    return PlanEntry.describe('For calls that a small model is likely to answer well.')
  },
  get strong() {
    return PlanEntry.describe('For the others.')
  },
  strongShare: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('The share of prompts like those of the training that are for `strong`. Default 0.3.'),
  threshold: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('Instead of `strongShare`: the difficulty, as the record has it, from which on calls are for `strong`.'),
  classifier: z
    .strictObject({
      target: z.string().min(1).describe('`account/model`, `provider/model` or a model name.'),
      timeoutMs: z.int().min(50).max(30_000).optional().describe('How long calls wait for it at most. Default 2000.'),
    })
    .optional()
    .describe('A model that is asked, instead of the built-in weights.'),
})
export type DifficultyRoute = z.infer<typeof DifficultyRoute>

const SemanticRoute = z.strictObject({
  get intents() {
    return z.array(Intent).min(1).max(64).optional().describe('Each with a plan for what is meant by its examples.')
  },
  threshold: z
    .union([z.literal('calibrated'), z.number().gt(0).max(1)])
    .optional()
    .describe('How close the nearest intent must be. Default `calibrated`: what was measured.'),
  get difficulty() {
    return DifficultyRoute.optional().describe('A plan for easy calls and one for hard ones.')
  },
  get otherwise() {
    return PlanEntry.describe(
      'Where a call goes that is close to none of the intents, or of which the difficulty is not known.',
    )
  },
})
export type SemanticRoute = z.infer<typeof SemanticRoute>

const RouteSection = PlanEntry.omit({ weight: true, percent: true, if: true }).extend({
  retries: z
    .int()
    .nonnegative()
    .max(10)
    .optional()
    .describe('How often all targets are tried again after all have failed. Default 0.'),
  hedge: z
    .union([z.literal('p95'), z.strictObject({ afterMs: milliseconds })])
    .optional()
    .describe('When the answer is later than 95 of 100 lately, or than this, the next target is asked as well.'),
  continue: z
    .boolean()
    .optional()
    .describe(
      'An answer of text that breaks off is continued, in the same stream, by the next target that can. Default false.',
    ),
  cache: z
    .union([z.literal('off'), z.strictObject({ ttlSeconds })])
    .optional()
    .describe('Instead of what `cache` says.'),
  shadow: PlanEntry.omit({ weight: true, if: true })
    .extend({ percent: z.number().nonnegative().max(100).describe('Of the calls.') })
    .optional()
    .describe('A copy of the call goes there too; its answer is recorded, and never given to the client.'),
})
export const RoutesSection = z.record(z.string(), RouteSection)
export type RoutesSection = z.infer<typeof RoutesSection>
