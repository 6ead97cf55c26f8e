/**
 * A Chat Completions request as clients send it: OpenAI's API reference ("Create chat completion"), and the de-facto
 * extensions of the vendors that copied it. Known fields have their type checked; unknown ones are collected, never refused.
 */
import * as z from 'zod'

const text = z.string()
/** Anthropic's marker, as LiteLLM and OpenRouter take it in this dialect. */
const cacheControl = z.looseObject({ type: z.string(), ttl: z.string().nullish() }).nullish()
/** OpenAI's own, for models from gpt-5.6 on. */
const breakpoint = z.looseObject({ mode: z.string().nullish() }).nullish()
const marks = { cache_control: cacheControl, prompt_cache_breakpoint: breakpoint }

export const ContentPart = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text, ...marks }),
  z.looseObject({
    type: z.literal('image_url'),
    image_url: z.union([text, z.looseObject({ url: text, detail: text.nullish() })]),
    ...marks,
  }),
  z.looseObject({ type: z.literal('input_audio'), input_audio: z.looseObject({ data: text, format: text }) }),
  z.looseObject({
    type: z.literal('file'),
    file: z.looseObject({ file_data: text.nullish(), file_id: text.nullish(), filename: text.nullish() }),
    ...marks,
  }),
  z.looseObject({ type: z.literal('refusal'), refusal: text }),
])
export type ContentPart = z.infer<typeof ContentPart>

const Content = z.union([text, z.array(ContentPart)])

const ToolCall = z.union([
  z.looseObject({
    id: text,
    type: text.nullish(),
    /** From a stream; the order says the same. */
    index: z.unknown().optional(),
    function: z.looseObject({ name: text, arguments: text.nullish() }),
    extra_content: z.unknown().optional(),
  }),
  z.looseObject({ id: text, type: z.literal('custom'), custom: z.looseObject({ name: text, input: text }) }),
])

/** LiteLLM's de-facto shape for Anthropic's signed thinking. */
const ThinkingBlock = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('thinking'), thinking: text, signature: text.nullish() }),
  z.looseObject({ type: z.literal('redacted_thinking'), data: text }),
])

/** OpenRouter's: https://openrouter.ai/docs/use-cases/reasoning-tokens. `format` and `index` are theirs to read. */
const ReasoningDetail = z.looseObject({
  type: text,
  text: text.nullish(),
  summary: text.nullish(),
  signature: text.nullish(),
  data: text.nullish(),
  id: z.unknown().optional(),
  format: z.unknown().optional(),
  index: z.unknown().optional(),
})

export const RequestMessage = z.discriminatedUnion('role', [
  z.looseObject({
    role: z.enum(['system', 'developer']),
    content: Content,
    name: text.nullish(),
    cache_control: cacheControl,
  }),
  z.looseObject({
    role: z.literal('user'),
    content: Content,
    name: text.nullish(),
    cache_control: cacheControl,
  }),
  z.looseObject({
    role: z.literal('assistant'),
    content: Content.nullish(),
    name: text.nullish(),
    refusal: text.nullish(),
    reasoning_content: text.nullish(),
    reasoning: text.nullish(),
    thinking_blocks: z.array(ThinkingBlock).nullish(),
    reasoning_details: z.array(ReasoningDetail).nullish(),
    tool_calls: z.array(ToolCall).nullish(),
    function_call: z.looseObject({ name: text, arguments: text }).nullish(),
    cache_control: cacheControl,
  }),
  z.looseObject({
    role: z.literal('tool'),
    /** The call that the result belongs to has it too. */
    name: text.nullish(),
    content: Content,
    tool_call_id: text,
    cache_control: cacheControl,
  }),
  z.looseObject({ role: z.literal('function'), content: text.nullish(), name: text }),
])
export type RequestMessage = z.infer<typeof RequestMessage>

const FunctionDefinition = z.looseObject({
  name: text,
  description: text.nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
  cache_control: cacheControl,
})

/** `allowed_tools` names some of the tools. */
const AllowedTools = z.looseObject({
  mode: text,
  tools: z.array(z.looseObject({ type: text, function: z.looseObject({ name: text }).nullish() })),
})

export const ChatRequest = z.looseObject({
  model: text,
  messages: z.array(RequestMessage).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().nullish(),
  n: z.int().positive().nullish(),
  stop: z.union([text, z.array(text)]).nullish(),
  seed: z.int().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('text') }),
      z.looseObject({ type: z.literal('json_object') }),
      z.looseObject({
        type: z.literal('json_schema'),
        json_schema: z.looseObject({
          name: text.nullish(),
          description: text.nullish(),
          schema: z.record(z.string(), z.unknown()).nullish(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .nullish(),
  tools: z
    .array(
      z.looseObject({
        type: text,
        function: FunctionDefinition.nullish(),
        custom: z.unknown().optional(),
        cache_control: cacheControl,
      }),
    )
    .nullish(),
  tool_choice: z
    .union([
      text,
      z.looseObject({
        type: text,
        name: text.nullish(),
        function: z.looseObject({ name: text }).nullish(),
        allowed_tools: AllowedTools.nullish(),
      }),
    ])
    .nullish(),
  functions: z.array(FunctionDefinition).nullish(),
  function_call: z.union([text, z.looseObject({ name: text })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning_effort: text.nullish(),
  /** OpenRouter's form. */
  reasoning: z
    .looseObject({ effort: text.nullish(), max_tokens: z.int().nullish(), enabled: z.boolean().nullish() })
    .nullish(),
  /** DeepSeek's and LiteLLM's form. */
  thinking: z.looseObject({ type: text, budget_tokens: z.int().nullish() }).nullish(),
  verbosity: text.nullish(),
  user: text.nullish(),
  safety_identifier: text.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  service_tier: text.nullish(),
})
export type ChatRequest = z.infer<typeof ChatRequest>
