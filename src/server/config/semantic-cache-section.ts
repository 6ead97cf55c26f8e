/** `cache.semantic` of the configuration. */
import * as z from 'zod'
import { calibration } from '../../catalog/embedders/calibration.generated.ts'
import type { SemanticSettings } from '../../core/calls/cache.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import type { Report } from './accounts.ts'
import { type LocalModelSettings, localModelSettings, ModelFolder } from './model-folder.ts'
import { ttlSeconds } from './ttl-seconds.ts'

export const SemanticCacheSection = z.strictObject({
  threshold: z
    .union([z.literal('calibrated'), z.number().min(0.5).max(1)])
    .optional()
    .describe(
      'How close two questions must be: `calibrated` is what was measured for the built-in embedder. 1 is the same.',
    ),
  embedder: z
    .union([z.string().min(1), ModelFolder])
    .optional()
    .describe(
      '`lexical`, which needs nothing, `account/model` of a server with `/embeddings`, or `{ model: <folder> }`. Default `lexical`.',
    ),
  state: z
    .enum(['shadow', 'enforce'])
    .optional()
    .describe('`shadow` looks up and records, and lets a provider answer. Default `enforce`.'),
  ttlSeconds: ttlSeconds.optional().describe('How long an answer is given again. Default: as `exact`, or 3600.'),
  scope: z.enum(['workspace', 'key']).optional().describe('Who shares an answer. Default: as `exact`, or `workspace`.'),
  maxEntries: z.int().positive().max(1_000_000).optional().describe('In one worker. Default 100000.'),
  maxMegabytes: z
    .int()
    .positive()
    .max(65_536)
    .optional()
    .describe('Memory of all answers, in one worker. Default 128.'),
})
export type SemanticCacheSection = z.infer<typeof SemanticCacheSection>

export interface SemanticCacheConfig {
  readonly settings: SemanticSettings
  /** Absent: the built-in one. */
  readonly embedder?: ChosenEmbedder
  readonly maxEntries: number
  readonly maxBytes: number
}

export type ChosenEmbedder =
  | { readonly kind: 'provider'; readonly account: ProviderAccount; readonly model: string }
  | { readonly kind: 'local'; readonly settings: LocalModelSettings }

/** What the exact cache says where this one does not. */
export type SemanticDefaults = Omit<SemanticSettings, 'threshold' | 'state'>

/** `undefined`, with a fault reported, for an embedder that there is not or whose threshold nobody has measured. */
export function semanticCacheConfig(
  section: SemanticCacheSection,
  defaults: SemanticDefaults,
  accounts: readonly ProviderAccount[],
  fault: Report,
): SemanticCacheConfig | undefined {
  const {
    threshold = 'calibrated',
    embedder = 'lexical',
    state = 'enforce',
    maxEntries = 100_000,
    maxMegabytes = 128,
  } = section
  const found = embedder === 'lexical' ? undefined : chosenEmbedder(embedder, accounts, fault)
  if (embedder !== 'lexical' && found === undefined) return undefined
  if (threshold === 'calibrated' && embedder !== 'lexical') {
    fault(
      ['threshold'],
      '`calibrated` is known for the embedder `lexical` only; write a number, such as 0.93, and look at the record in `state: shadow` first.',
    )
    return undefined
  }
  const settings: SemanticSettings = {
    ...defaults,
    threshold: threshold === 'calibrated' ? calibration.threshold : threshold,
    state,
    ...(section.ttlSeconds === undefined ? {} : { ttlMs: section.ttlSeconds * 1000 }),
    ...(section.scope === undefined ? {} : { scope: section.scope }),
  }
  const room = { maxEntries, maxBytes: maxMegabytes * 1024 * 1024 }
  return { settings, ...room, ...(found === undefined ? {} : { embedder: found }) }
}

function chosenEmbedder(
  chosen: string | ModelFolder,
  accounts: readonly ProviderAccount[],
  fault: Report,
): ChosenEmbedder | undefined {
  if (typeof chosen !== 'string') return { kind: 'local', settings: localModelSettings(chosen) }
  const slash = chosen.indexOf('/')
  const account = accounts.find(({ id }) => id === chosen.slice(0, Math.max(slash, 0)))
  if (account === undefined || slash + 1 === chosen.length) {
    fault(
      ['embedder'],
      'The embedder is `lexical`, `account/model` with the id of a provider account, or `{ model: <folder> }`.',
    )
    return undefined
  }
  return { kind: 'provider', account, model: chosen.slice(slash + 1) }
}
