/**
 * Chat Completions as strict schemas: what OpenAI takes and sends, and nothing else. By the types of the `openai` package.
 * With `OPENAI_DESCRIPTION=<openapi.json>` the same tests hold what we write against OpenAI's own description instead.
 */
import * as z from 'zod'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/wire/json.ts'
import { readDescription } from './openai-description.ts'

const count = z.int().nonnegative()
const record = z.record(z.string(), z.unknown())
const text = z.strictObject({ type: z.literal('text'), text: z.string() })
const textOnly = z.union([z.string(), z.array(text).min(1)])

const part = z.discriminatedUnion('type', [
  text,
  z.strictObject({
    type: z.literal('image_url'),
    image_url: z.strictObject({ url: z.string(), detail: z.enum(['auto', 'low', 'high']).optional() }),
  }),
  z.strictObject({
    type: z.literal('input_audio'),
    input_audio: z.strictObject({ data: z.string(), format: z.enum(['wav', 'mp3']) }),
  }),
  z.strictObject({
    type: z.literal('file'),
    file: z.strictObject({
      file_data: z.string().optional(),
      file_id: z.string().optional(),
      filename: z.string().optional(),
    }),
  }),
])
const functionCall = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
})
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer']), content: textOnly, name: z.string().optional() }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(part).min(1)]),
    name: z.string().optional(),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z
      .union([
        z.string(),
        z.array(z.union([text, z.strictObject({ type: z.literal('refusal'), refusal: z.string() })])).min(1),
      ])
      .nullish(),
    refusal: z.string().nullish(),
    name: z.string().optional(),
    tool_calls: z.array(functionCall).min(1).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content: textOnly, tool_call_id: z.string() }),
])
const named = z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) })

const CreateChatCompletionRequest = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  logprobs: z.boolean().nullish(),
  max_completion_tokens: count.nullish(),
  max_tokens: count.nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  n: z.int().min(1).max(128).nullish(),
  parallel_tool_calls: z.boolean().optional(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  prompt_cache_key: z.string().optional(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.enum(['text', 'json_object']) }),
      z.strictObject({
        type: z.literal('json_schema'),
        json_schema: z.strictObject({
          name: z.string(),
          description: z.string().optional(),
          schema: record.optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .optional(),
  safety_identifier: z.string().max(64).optional(),
  seed: z.int().nullish(),
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority']).nullish(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  tool_choice: z.union([z.enum(['none', 'auto', 'required']), named]).optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: z.string(),
          description: z.string().optional(),
          parameters: record.optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    )
    .optional(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  user: z.string().optional(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
})

const usage = z.strictObject({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z
    .strictObject({
      cached_tokens: count.optional(),
      audio_tokens: count.optional(),
      cache_write_tokens: count.optional(),
    })
    .optional(),
  completion_tokens_details: z
    .strictObject({
      reasoning_tokens: count.optional(),
      audio_tokens: count.optional(),
      accepted_prediction_tokens: count.optional(),
      rejected_prediction_tokens: count.optional(),
    })
    .optional(),
})
const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])
const head = { id: z.string(), created: z.int(), model: z.string(), system_fingerprint: z.string().nullish() }

const CreateChatCompletionResponse = z.strictObject({
  ...head,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.strictObject({
      index: count,
      finish_reason: finishReason,
      logprobs: z.null(),
      message: z.strictObject({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.string().nullable(),
        tool_calls: z.array(functionCall).min(1).optional(),
      }),
    }),
  ),
  usage: usage.optional(),
})

const CreateChatCompletionStreamResponse = z.strictObject({
  ...head,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.strictObject({
      index: count,
      finish_reason: finishReason.nullable(),
      logprobs: z.null().optional(),
      delta: z.strictObject({
        role: z.literal('assistant').optional(),
        content: z.string().nullish(),
        refusal: z.string().nullish(),
        tool_calls: z
          .array(
            z.strictObject({
              index: count,
              id: z.string().optional(),
              type: z.literal('function').optional(),
              function: z.strictObject({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
            }),
          )
          .optional(),
      }),
    }),
  ),
  usage: usage.nullish(),
})

const ErrorResponse = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
})

const shapes = {
  CreateChatCompletionRequest,
  CreateChatCompletionResponse,
  CreateChatCompletionStreamResponse,
  ErrorResponse,
}
const descriptionPath = process.env['OPENAI_DESCRIPTION']
const $defs = descriptionPath === undefined ? undefined : readDescription(descriptionPath, Object.keys(shapes))

/** The faults of a body. */
export function openaiFaults(name: keyof typeof shapes): (body: unknown) => readonly string[] {
  const schema: z.ZodType = $defs === undefined ? shapes[name] : z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs })
  return (body) => {
    const result = schema.safeParse(withoutExtensions(body as JsonValue))
    return result.success
      ? []
      : result.error.issues.map(
          (issue) => `${issue.path.join('.')}: ${issue.message} ${JSON.stringify(issue).slice(0, 600)}`,
        )
  }
}

/** Where other vendors put thinking, which OpenAI does not show; every client passes over what it does not know. */
const extensions = new Set(['reasoning_content', 'thinking_blocks'])

function withoutExtensions(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutExtensions)
  if (!isJsonObject(value)) return value
  const kept: JsonObject = {}
  for (const [name, inner] of Object.entries(value))
    if (!extensions.has(name) && inner !== undefined) kept[name] = withoutExtensions(inner)
  return kept
}
