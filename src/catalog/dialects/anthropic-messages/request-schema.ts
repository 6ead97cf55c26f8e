/** A Messages request as clients send it: https://docs.anthropic.com/en/api/messages. Known fields are checked, unknown ones collected. */
import * as z from 'zod'

const text = z.string()
const cacheControl = z.looseObject({ type: z.string(), ttl: text.nullish() }).nullish()

const Source = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('base64'), media_type: text, data: text }),
  z.looseObject({ type: z.literal('url'), url: text }),
  z.looseObject({ type: z.literal('file'), file_id: text }),
  z.looseObject({ type: z.literal('text'), media_type: text.nullish(), data: text }),
  z.looseObject({ type: z.literal('content'), content: z.unknown().optional() }),
])

const TextBlock = z.looseObject({ type: z.literal('text'), text, cache_control: cacheControl })
const ImageBlock = z.looseObject({ type: z.literal('image'), source: Source, cache_control: cacheControl })
const DocumentBlock = z.looseObject({
  type: z.literal('document'),
  source: Source,
  title: text.nullish(),
  context: text.nullish(),
  citations: z.looseObject({ enabled: z.boolean().nullish() }).nullish(),
  cache_control: cacheControl,
})

const SearchResultBlock = z.looseObject({
  type: z.literal('search_result'),
  source: text,
  title: text,
  content: z.array(TextBlock),
  citations: z.looseObject({ enabled: z.boolean().nullish() }).nullish(),
  cache_control: cacheControl,
})

/** Blocks that we read. Others (server tools and their results, …) go to Anthropic as they are, and are named when they cannot go elsewhere. */
const resultBlocks = [TextBlock, ImageBlock, DocumentBlock, SearchResultBlock] as const
const ResultBlock = z.discriminatedUnion('type', resultBlocks)
export type ResultBlock = z.infer<typeof ResultBlock>
const resultTypes = ['text', 'image', 'document', 'search_result']

const KnownBlock = z.discriminatedUnion('type', [
  ...resultBlocks,
  z.looseObject({ type: z.literal('thinking'), thinking: text, signature: text.nullish() }),
  z.looseObject({ type: z.literal('redacted_thinking'), data: text }),
  z.looseObject({
    type: z.literal('tool_use'),
    id: text,
    name: text,
    input: z.unknown().optional(),
    /** Tells a server tool's call from the model's own; only the latter go elsewhere. */
    caller: z.unknown().optional(),
    cache_control: cacheControl,
  }),
  z.looseObject({
    type: z.literal('tool_result'),
    tool_use_id: text,
    content: z.union([text, z.array(z.union([ResultBlock, otherThan(resultTypes)]))]).nullish(),
    is_error: z.boolean().nullish(),
    cache_control: cacheControl,
  }),
])
export type KnownBlock = z.infer<typeof KnownBlock>
const knownTypes = [...resultTypes, 'thinking', 'redacted_thinking', 'tool_use', 'tool_result']

/** A block of an unknown type. A known one that is wrong must not pass as unknown. */
function otherThan(types: readonly string[]) {
  return z.looseObject({ type: text.refine((type) => !types.includes(type), { abort: true }) }).meta({ opaque: true })
}

const Block = z.union([KnownBlock, otherThan(knownTypes)])

export function isKnownBlock(block: { readonly type: string }): block is KnownBlock {
  return knownTypes.includes(block.type)
}

export function isResultBlock(block: { readonly type: string }): block is ResultBlock {
  return resultTypes.includes(block.type)
}

const Content = z.union([text, z.array(Block)])

export const MessagesRequest = z.looseObject({
  model: text,
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: Content })).min(1),
  /** 0 warms the prompt cache without an answer. */
  max_tokens: z.int().nonnegative(),
  system: z.union([text, z.array(TextBlock)]).nullish(),
  stream: z.boolean().nullish(),
  stop_sequences: z.array(text).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.int().nullish(),
  metadata: z.looseObject({ user_id: text.nullish() }).nullish(),
  service_tier: text.nullish(),
  thinking: z.looseObject({ type: text, budget_tokens: z.int().nullish() }).nullish(),
  output_config: z
    .looseObject({
      effort: text.nullish(),
      format: z.looseObject({ type: text, schema: z.record(z.string(), z.unknown()).nullish() }).nullish(),
    })
    .nullish(),
  /** The beta's name for `output_config.format`. */
  output_format: z.looseObject({ type: text, schema: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  tools: z
    .array(
      z.looseObject({
        type: text.nullish(),
        name: text,
        description: text.nullish(),
        input_schema: z.record(z.string(), z.unknown()).nullish(),
        strict: z.boolean().nullish(),
        cache_control: cacheControl,
      }),
    )
    .nullish(),
  tool_choice: z
    .looseObject({ type: text, name: text.nullish(), disable_parallel_tool_use: z.boolean().nullish() })
    .nullish(),
  cache_control: cacheControl,
})
export type MessagesRequest = z.infer<typeof MessagesRequest>
