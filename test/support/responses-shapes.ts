/**
 * Responses as strict schemas: what OpenAI takes and sends, and nothing else. By the types of the `openai` package. With
 * `OPENAI_DESCRIPTION=<openapi.json>` the same tests hold what we write against OpenAI's own description instead.
 */
import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../../src/core/wire/json.ts'
import { readDescription } from './openai-description.ts'

const count = z.int().nonnegative()
const record = z.record(z.string(), z.unknown())

const inputPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('input_text'), text: z.string() }),
  z.strictObject({
    type: z.literal('input_image'),
    image_url: z.string().optional(),
    file_id: z.string().optional(),
    detail: z.enum(['low', 'high', 'auto', 'original']),
  }),
  z.strictObject({
    type: z.literal('input_file'),
    file_id: z.string().optional(),
    filename: z.string().optional(),
    file_data: z.string().optional(),
    file_url: z.string().optional(),
  }),
])
const outputText = z.strictObject({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.never()),
  logprobs: z.array(z.never()),
})
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() })
const status = z.enum(['in_progress', 'completed', 'incomplete'])
const message = z.strictObject({
  type: z.literal('message'),
  id: z.string().min(1),
  role: z.literal('assistant'),
  status,
  content: z.array(z.union([outputText, refusal])),
})
const summary = z.strictObject({ type: z.literal('summary_text'), text: z.string() })
const reasoning = z.strictObject({
  type: z.literal('reasoning'),
  id: z.string(),
  summary: z.array(summary),
  encrypted_content: z.string().optional(),
  status: status.optional(),
})
const functionCall = z.strictObject({
  type: z.literal('function_call'),
  id: z.string().optional(),
  call_id: z.string().min(1).max(64),
  name: z.string(),
  arguments: z.string(),
  status: status.optional(),
})
const customCall = z.strictObject({
  type: z.literal('custom_tool_call'),
  id: z.string(),
  call_id: z.string().min(1),
  name: z.string(),
  input: z.string(),
})

const CreateResponse = z.strictObject({
  model: z.string(),
  input: z.array(
    z.union([
      z.strictObject({
        role: z.enum(['user', 'system', 'developer']),
        content: z.union([z.string(), z.array(inputPart)]),
      }),
      z.strictObject({ role: z.literal('assistant'), content: z.string().min(1) }),
      message,
      reasoning,
      functionCall,
      z.strictObject({
        type: z.literal('function_call_output'),
        call_id: z.string().min(1).max(64),
        output: z.union([z.string(), z.array(inputPart)]),
      }),
    ]),
  ),
  stream: z.boolean().optional(),
  store: z.boolean(),
  include: z.array(z.literal('reasoning.encrypted_content')).optional(),
  max_output_tokens: z.int().min(16).optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  text: z
    .strictObject({
      format: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.enum(['text', 'json_object']) }),
          z.strictObject({
            type: z.literal('json_schema'),
            name: z.string(),
            description: z.string().optional(),
            schema: record,
            strict: z.boolean().optional(),
          }),
        ])
        .optional(),
      verbosity: z.enum(['low', 'medium', 'high']).optional(),
    })
    .optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        name: z.string(),
        description: z.string().optional(),
        parameters: record.nullable(),
        strict: z.boolean(),
      }),
    )
    .min(1)
    .optional(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), name: z.string() })])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: z
    .strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']) })
    .optional(),
  user: z.string().max(64).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  service_tier: z.enum(['auto', 'default', 'flex', 'scale', 'priority']).optional(),
})

const Response = z.strictObject({
  id: z.string().startsWith('resp_'),
  object: z.literal('response'),
  created_at: z.int(),
  status: z.enum(['completed', 'in_progress', 'incomplete']),
  background: z.literal(false),
  error: z.null(),
  incomplete_details: z.strictObject({ reason: z.enum(['max_output_tokens', 'content_filter']) }).nullable(),
  instructions: z.string().nullable(),
  max_output_tokens: z.int().nullable(),
  metadata: z.record(z.string(), z.string()),
  model: z.string(),
  output: z.array(z.discriminatedUnion('type', [message, reasoning, functionCall, customCall])),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.string().nullable(),
  reasoning: z.looseObject({}),
  temperature: z.number().nullable(),
  text: z.looseObject({}),
  tool_choice: z.union([z.string(), record]),
  tools: z.array(record),
  top_p: z.number().nullable(),
  truncation: z.enum(['auto', 'disabled']),
  usage: z
    .strictObject({
      input_tokens: count,
      input_tokens_details: z.strictObject({ cached_tokens: count, cache_write_tokens: count }),
      output_tokens: count,
      output_tokens_details: z.strictObject({ reasoning_tokens: count }),
      total_tokens: count,
    })
    .optional(),
})

const numbered = { sequence_number: count }
const item = { ...numbered, output_index: count }
const ofItem = { ...item, item_id: z.string().min(1) }
const ofPart = { ...ofItem, content_index: count }
const ofSummary = { ...ofItem, summary_index: count }
const part = z.union([outputText, refusal])
const anyItem = z.discriminatedUnion('type', [message, reasoning, functionCall, customCall])
const event = <Type extends string, Fields extends z.core.$ZodShape>(type: Type, fields: Fields) =>
  z.strictObject({ type: z.literal(type), ...fields })

const ResponseStreamEvent = z.discriminatedUnion('type', [
  event('response.created', { ...numbered, response: Response }),
  event('response.in_progress', { ...numbered, response: Response }),
  event('response.completed', { ...numbered, response: Response }),
  event('response.incomplete', { ...numbered, response: Response }),
  event('response.output_item.added', { ...item, item: anyItem }),
  event('response.output_item.done', { ...item, item: anyItem }),
  event('response.content_part.added', { ...ofPart, part }),
  event('response.content_part.done', { ...ofPart, part }),
  event('response.output_text.delta', { ...ofPart, delta: z.string(), logprobs: z.array(z.never()) }),
  event('response.output_text.done', { ...ofPart, text: z.string(), logprobs: z.array(z.never()) }),
  event('response.refusal.delta', { ...ofPart, delta: z.string() }),
  event('response.refusal.done', { ...ofPart, refusal: z.string() }),
  event('response.reasoning_summary_part.added', { ...ofSummary, part: summary }),
  event('response.reasoning_summary_part.done', { ...ofSummary, part: summary }),
  event('response.reasoning_summary_text.delta', { ...ofSummary, delta: z.string() }),
  event('response.reasoning_summary_text.done', { ...ofSummary, text: z.string() }),
  event('response.function_call_arguments.delta', { ...ofItem, delta: z.string() }),
  event('response.function_call_arguments.done', { ...ofItem, name: z.string(), arguments: z.string() }),
  event('response.custom_tool_call_input.delta', { ...ofItem, delta: z.string() }),
  event('response.custom_tool_call_input.done', { ...ofItem, input: z.string() }),
  event('error', {
    ...numbered,
    code: z.string().nullable(),
    message: z.string(),
    param: z.string().nullable(),
  }),
])

const shapes = { CreateResponse, Response, ResponseStreamEvent }
const descriptionPath = process.env['OPENAI_DESCRIPTION']
const $defs = descriptionPath === undefined ? undefined : readDescription(descriptionPath, Object.keys(shapes))

/** The faults of a body. */
export function responsesFaults(name: keyof typeof shapes): (body: unknown) => readonly string[] {
  const schema: z.ZodType = $defs === undefined ? shapes[name] : z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs })
  return (body) => {
    const result = schema.safeParse(withoutExtensions(body))
    return result.success
      ? []
      : result.error.issues.map(
          (issue) => `${issue.path.join('.')}: ${issue.message} ${JSON.stringify(issue).slice(0, 600)}`,
        )
  }
}

/** OpenAI's servers put the fault of a stream into `error` too, which neither its description nor its types say. */
function withoutExtensions(body: unknown): unknown {
  if (!isJsonObject(body) || body['type'] !== 'error') return body
  const { error: _, ...kept }: JsonObject = body
  return kept
}
