/** The fields of `ModelFacts` as they stand in a file, and no others. */
import * as z from 'zod'

/** Nano-USD per token; more is a price in another unit. */
const price = z.number().nonnegative().max(10_000_000)
const tokens = z.int().positive()
const modality = z.string().regex(/^[a-z]{1,20}$/)

const PriceFields = z.strictObject({
  input: price,
  output: price,
  cachedInput: price.optional(),
  cacheWrite: price.optional(),
  cacheWrite1h: price.optional(),
  reasoning: price.optional(),
})

export const ModelFields = z.strictObject({
  id: z.string().min(1).max(256),
  title: z.string().min(1).max(256),
  contextTokens: tokens.optional(),
  maxOutputTokens: tokens.optional(),
  inputModalities: z.array(modality).min(1),
  outputModalities: z.array(modality).min(1),
  supportsTools: z.boolean().optional(),
  supportsReasoning: z.boolean().optional(),
  supportsSampling: z.boolean().optional(),
  price: PriceFields.extend({
    tiers: z
      .array(PriceFields.extend({ aboveInputTokens: tokens }))
      .min(1)
      .optional(),
  }).optional(),
  releasedOn: z
    .string()
    .regex(/^\d{4}(-\d{2}){0,2}$/)
    .optional(),
})
