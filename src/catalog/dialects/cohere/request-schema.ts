/** A chat request as clients send it: https://docs.cohere.com/reference/chat. Known fields are checked, unknown ones collected. */
import * as z from 'zod'

const text = z.string()

const TextBlock = z.looseObject({ type: z.literal('text'), text })
const ImageBlock = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({ url: text, detail: text.nullish() }),
})
const ThinkingBlock = z.looseObject({ type: z.literal('thinking'), thinking: text })
const DocumentBlock = z.looseObject({
  type: z.literal('document'),
  document: z.looseObject({ data: z.union([text, z.record(z.string(), z.unknown())]), id: text.nullish() }),
})

const UserBlock = z.discriminatedUnion('type', [TextBlock, ImageBlock])
export type UserBlock = z.infer<typeof UserBlock>
const AssistantBlock = z.discriminatedUnion('type', [TextBlock, ThinkingBlock])
export type AssistantBlock = z.infer<typeof AssistantBlock>
const ResultBlock = z.discriminatedUnion('type', [TextBlock, DocumentBlock])
export type ResultBlock = z.infer<typeof ResultBlock>

const ToolCall = z.looseObject({
  id: text,
  type: text.nullish(),
  function: z.looseObject({ name: text.nullish(), arguments: text.nullish() }).nullish(),
})

export const ChatMessage = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: z.union([text, z.array(TextBlock)]) }),
  z.looseObject({ role: z.literal('user'), content: z.union([text, z.array(UserBlock)]) }),
  z.looseObject({
    role: z.literal('assistant'),
    content: z.union([text, z.array(AssistantBlock)]).nullish(),
    tool_plan: text.nullish(),
    tool_calls: z.array(ToolCall).nullish(),
    /** They tell of an answer, and say nothing to a model. */
    citations: z.unknown().optional(),
  }),
  z.looseObject({
    role: z.literal('tool'),
    tool_call_id: text,
    content: z.union([text, z.array(ResultBlock)]),
  }),
])
export type ChatMessage = z.infer<typeof ChatMessage>

export const ChatRequest = z.looseObject({
  model: text,
  messages: z.array(ChatMessage).min(1),
  stream: z.boolean().nullish(),
  tools: z
    .array(
      z.looseObject({
        type: text.nullish(),
        function: z
          .looseObject({
            name: text,
            description: text.nullish(),
            parameters: z.record(z.string(), z.unknown()).nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  strict_tools: z.boolean().nullish(),
  tool_choice: text.nullish(),
  response_format: z.looseObject({ type: text, json_schema: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  max_tokens: z.int().nonnegative().nullish(),
  stop_sequences: z.array(text).nullish(),
  temperature: z.number().nullish(),
  seed: z.int().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  k: z.number().nullish(),
  p: z.number().nullish(),
  logprobs: z.boolean().nullish(),
  thinking: z.looseObject({ type: text, token_budget: z.int().nullish() }).nullish(),
})
export type ChatRequest = z.infer<typeof ChatRequest>
