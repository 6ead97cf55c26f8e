/** A Responses request as clients send it: https://platform.openai.com/docs/api-reference/responses/create. Known fields are checked, unknown ones collected. */
import * as z from 'zod'

const text = z.string()
const record = z.record(z.string(), z.unknown())
/** OpenAI's cache marker, for models from gpt-5.6 on. */
const marks = { prompt_cache_breakpoint: z.looseObject({ mode: text.nullish() }).nullish() }

/** An entry of an unknown type. A known one that is wrong must not pass as unknown. */
function otherThan(types: readonly string[]) {
  return z.looseObject({ type: text.refine((type) => !types.includes(type), { abort: true }) }).meta({ opaque: true })
}

const ContentPart = z.discriminatedUnion('type', [
  z.looseObject({ type: z.enum(['input_text', 'text']), text, ...marks }),
  z.looseObject({
    type: z.literal('output_text'),
    text,
    /** Of an earlier reply; they say where its text came from. */
    annotations: z.unknown().optional(),
    logprobs: z.unknown().optional(),
  }),
  z.looseObject({ type: z.literal('refusal'), refusal: text }),
  z.looseObject({
    type: z.literal('input_image'),
    image_url: text.nullish(),
    file_id: text.nullish(),
    detail: text.nullish(),
    ...marks,
  }),
  z.looseObject({
    type: z.literal('input_file'),
    file_id: text.nullish(),
    file_data: text.nullish(),
    file_url: text.nullish(),
    filename: text.nullish(),
    ...marks,
  }),
  z.looseObject({ type: z.literal('input_audio'), input_audio: z.looseObject({ data: text, format: text }) }),
])
export type ContentPart = z.infer<typeof ContentPart>
const partTypes = ['input_text', 'text', 'output_text', 'refusal', 'input_image', 'input_file', 'input_audio']

const Content = z.union([text, z.array(z.union([ContentPart, otherThan(partTypes)]))])
export type Content = z.infer<typeof Content>

export function isContentPart(part: { readonly type: string }): part is ContentPart {
  return partTypes.includes(part.type)
}

/** What items of a reply have beside their content. */
const replied = { id: text.nullish(), status: z.unknown().optional(), phase: z.unknown().optional() }

const Item = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: Content,
    ...replied,
  }),
  z.looseObject({ type: z.literal('function_call'), call_id: text, name: text, arguments: text, ...replied }),
  z.looseObject({ type: z.literal('custom_tool_call'), call_id: text, name: text, input: text, ...replied }),
  z.looseObject({
    type: z.enum(['function_call_output', 'custom_tool_call_output']),
    call_id: text,
    output: Content,
    ...replied,
  }),
  z.looseObject({
    type: z.literal('reasoning'),
    summary: z.array(z.looseObject({ type: text, text: text.nullish() })).nullish(),
    content: z.array(z.looseObject({ type: text, text: text.nullish() })).nullish(),
    encrypted_content: text.nullish(),
    ...replied,
  }),
  z.looseObject({ type: z.literal('item_reference'), id: text }),
])
export type Item = z.infer<typeof Item>
const itemTypes = [
  'message',
  'function_call',
  'custom_tool_call',
  'function_call_output',
  'custom_tool_call_output',
  'reasoning',
  'item_reference',
]

export function isItem(item: { readonly type?: unknown }): item is Item {
  return typeof item.type === 'string' && itemTypes.includes(item.type)
}

/** A message may leave out its type. */
const BareMessage = z.looseObject({
  type: z.null().optional(),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: Content,
  ...replied,
})
export type BareMessage = z.infer<typeof BareMessage>

export function isBareMessage(item: object): item is BareMessage {
  return 'role' in item && (!('type' in item) || item.type === null || item.type === undefined)
}

export const ResponsesRequest = z.looseObject({
  model: text,
  input: z.union([text, z.array(z.union([Item, BareMessage, otherThan(itemTypes)]))]).nullish(),
  instructions: text.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.unknown().optional(),
  max_output_tokens: z.int().positive().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  tools: z
    .array(
      z.looseObject({
        type: text,
        name: text.nullish(),
        description: text.nullish(),
        parameters: record.nullish(),
        strict: z.boolean().nullish(),
        /** Of a custom tool: free text, or text of a grammar. */
        format: z.unknown().optional(),
      }),
    )
    .nullish(),
  tool_choice: z
    .union([
      text,
      z.looseObject({
        type: text,
        name: text.nullish(),
        mode: text.nullish(),
        tools: z.array(z.looseObject({ type: text, name: text.nullish() })).nullish(),
      }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z
    .looseObject({
      format: z
        .discriminatedUnion('type', [
          z.looseObject({ type: z.literal('text') }),
          z.looseObject({ type: z.literal('json_object') }),
          z.looseObject({
            type: z.literal('json_schema'),
            name: text.nullish(),
            description: text.nullish(),
            schema: record,
            strict: z.boolean().nullish(),
          }),
        ])
        .nullish(),
      verbosity: text.nullish(),
    })
    .nullish(),
  reasoning: z
    .looseObject({ effort: text.nullish(), summary: text.nullish(), generate_summary: text.nullish() })
    .nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user: text.nullish(),
  safety_identifier: text.nullish(),
  service_tier: text.nullish(),
  prompt_cache_key: text.nullish(),
  previous_response_id: text.nullish(),
  conversation: z.unknown().optional(),
  prompt: z.unknown().optional(),
  /** What the gateway does itself where the provider cannot: keeping replies. */
  store: z.boolean().nullish(),
  include: z.array(text).nullish(),
  truncation: text.nullish(),
  background: z.boolean().nullish(),
})
export type ResponsesRequest = z.infer<typeof ResponsesRequest>
