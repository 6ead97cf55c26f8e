/** `catalog` of the configuration: what is said by hand of models and their prices. */
import * as z from 'zod'

/** No model costs a tenth of it; more is a price of a token, or in another currency. */
const maxUsdPerMillion = 10_000
const usd = z.number().nonnegative().max(maxUsdPerMillion)
const tokens = z.int().positive().max(1_000_000_000)
const modalities = z.array(z.string().regex(/^[a-z]{1,20}$/)).min(1)

const Rates = z.strictObject({
  inputPerMillionUsd: usd.describe('USD per million tokens, as all of these.'),
  outputPerMillionUsd: usd,
  cachedInputPerMillionUsd: usd.optional().describe('Default: as input.'),
  cacheWritePerMillionUsd: usd.optional().describe('Default: as input.'),
  cacheWrite1hPerMillionUsd: usd.optional().describe('Writes that live one hour. Default: as other writes.'),
  reasoningPerMillionUsd: usd.optional().describe('Default: as output.'),
})
export type Rates = z.infer<typeof Rates>

const Price = Rates.extend({
  tiers: z
    .array(Rates.extend({ aboveInputTokens: tokens }))
    .min(1)
    .optional()
    .describe('Prices of longer prompts; the last tier that is exceeded counts for the whole call.'),
})

export type Price = z.infer<typeof Price>

export const CatalogSection = z.strictObject({
  discover: z
    .union([z.literal('off'), z.strictObject({ everySeconds: z.int().min(10).max(86_400) })])
    .optional()
    .describe('How often accounts that the catalogue cannot know are asked for their models. Default 300 seconds.'),
  models: z
    .array(
      z.strictObject({
        provider: z.string().describe('Catalogue entry, see docs/PROVIDERS.md.'),
        id: z.string().min(1).max(256).describe("The provider's own name of the model."),
        title: z.string().min(1).max(256).optional(),
        contextTokens: tokens.optional(),
        maxOutputTokens: tokens.optional(),
        inputModalities: modalities.optional().describe('`text`, `image`, `audio`, `video`, `pdf`.'),
        outputModalities: modalities.optional(),
        supportsTools: z.boolean().optional(),
        supportsReasoning: z.boolean().optional(),
        supportsSampling: z.boolean().optional().describe('`false`: refuses `temperature` and `top_p`.'),
        price: Price.optional().describe('Replaces the whole price.'),
        releasedOn: z.iso.date().optional(),
      }),
    )
    .max(10_000)
    .optional()
    .describe('Models that the catalogue does not know, or knows otherwise. What is left out stays as it is there.'),
})
export type CatalogSection = z.infer<typeof CatalogSection>
