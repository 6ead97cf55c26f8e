/**
 * The Messages API as strict schemas: what Anthropic takes and sends, and nothing else. By the types of
 * `@anthropic-ai/sdk`, and by the rules that its API answers with 400 when they are broken.
 */
import * as z from 'zod'

const cache_control = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).optional()
const said = z.string().refine((text) => text.trim() !== '', 'text content blocks must contain non-whitespace text')
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/)
const count = z.int().nonnegative()

const Text = z.strictObject({ type: z.literal('text'), text: said, cache_control })
const Image = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
    z.strictObject({ type: z.literal('url'), url: z.string() }),
    z.strictObject({ type: z.literal('file'), file_id: z.string() }),
  ]),
  cache_control,
})
const Document = z.strictObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
    z.strictObject({ type: z.literal('url'), url: z.string() }),
    z.strictObject({ type: z.literal('file'), file_id: z.string() }),
  ]),
  title: z.string().optional(),
  context: z.string().optional(),
  citations: z.strictObject({ enabled: z.boolean() }).optional(),
  cache_control,
})
const ToolUse = z.strictObject({
  type: z.literal('tool_use'),
  id,
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  cache_control,
})
const ToolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: id,
  content: z.union([said, z.array(z.discriminatedUnion('type', [Text, Image, Document])).min(1)]).optional(),
  is_error: z.boolean().optional(),
  cache_control,
})
const Thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() })
const Redacted = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() })

const Message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.union([said, z.array(z.discriminatedUnion('type', [Text, Image, Document, ToolResult])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.union([said, z.array(z.discriminatedUnion('type', [Text, ToolUse, Thinking, Redacted])).min(1)]),
  }),
  z.strictObject({ role: z.literal('system'), content: z.union([said, z.array(Text).min(1)]) }),
])
type Message = z.infer<typeof Message>

export const AnthropicRequest = z
  .strictObject({
    model: z.string(),
    max_tokens: z.int().positive(),
    messages: z.array(Message).min(1),
    system: z.union([said, z.array(Text).min(1)]).optional(),
    stream: z.literal(true).optional(),
    stop_sequences: z.array(said).min(1).optional(),
    temperature: z.number().min(0).max(1).optional(),
    top_p: z.number().min(0).max(1).optional(),
    top_k: count.optional(),
    metadata: z.strictObject({ user_id: z.string() }).optional(),
    service_tier: z.enum(['auto', 'standard_only']).optional(),
    thinking: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
        z.strictObject({ type: z.literal('adaptive'), display: z.literal('summarized').optional() }),
        z.strictObject({ type: z.literal('disabled') }),
      ])
      .optional(),
    output_config: z
      .strictObject({
        effort: z.string().optional(),
        format: z
          .strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) })
          .optional(),
      })
      .optional(),
    tools: z
      .array(
        z.strictObject({
          name: z.string(),
          description: z.string().optional(),
          input_schema: z.looseObject({ type: z.unknown() }),
          strict: z.literal(true).optional(),
          cache_control,
        }),
      )
      .min(1)
      .optional(),
    tool_choice: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('auto'), disable_parallel_tool_use: z.boolean().optional() }),
        z.strictObject({ type: z.literal('any'), disable_parallel_tool_use: z.boolean().optional() }),
        z.strictObject({
          type: z.literal('tool'),
          name: z.string(),
          disable_parallel_tool_use: z.boolean().optional(),
        }),
        z.strictObject({ type: z.literal('none') }),
      ])
      .optional(),
    cache_control,
  })
  .superRefine((request, context) => {
    const fault = (message: string): void => context.addIssue({ code: 'custom', message })
    const { thinking, max_tokens: maxTokens, tool_choice: choice, tools, messages } = request
    if (thinking?.type === 'enabled' && thinking.budget_tokens >= maxTokens)
      fault('budget_tokens must be less than max_tokens')
    if (thinking !== undefined && thinking.type !== 'disabled') {
      if (request.temperature !== undefined && request.temperature !== 1) fault('temperature beside thinking')
      if (request.top_k !== undefined) fault('top_k beside thinking')
      if (choice?.type === 'any' || choice?.type === 'tool') fault('forced tool use beside thinking')
      if (messages.at(-1)?.role === 'assistant') fault('prefill beside thinking')
    }
    if (choice !== undefined && tools === undefined) fault('tool_choice without tools')
    if (choice?.type === 'tool' && tools?.some(({ name }) => name === choice.name) !== true)
      fault('unknown tool chosen')
    if (messages[0]?.role !== 'user') fault('first message must use the user role')
    const roles = messages.map(({ role }) => role)
    if (roles.some((role, index) => role === roles[index + 1])) fault('roles must alternate')
    for (const message of toolFaults(messages)) fault(message)
    if (tools === undefined && JSON.stringify(messages).includes('"type":"tool_use"')) fault('tools must be defined')
  })

function* toolFaults(messages: readonly Message[]): Iterable<string> {
  const ids = new Set<string>()
  for (const [index, { content }] of messages.entries()) {
    const before = index === 0 ? [] : usesOf(messages[index - 1])
    const blocks = typeof content === 'string' ? [] : content
    for (const [place, block] of blocks.entries()) {
      if (block.type === 'tool_use') {
        if (ids.has(block.id)) yield 'tool_use ids must be unique'
        ids.add(block.id)
      }
      if (block.type !== 'tool_result') continue
      if (!before.includes(block.tool_use_id)) yield `unexpected tool_use_id ${block.tool_use_id}`
      if (place > 0 && blocks[place - 1]?.type !== 'tool_result') yield 'tool_result blocks must come first'
    }
    const answered = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []))
    for (const use of before) if (!answered.includes(use)) yield `tool_use ${use} without tool_result`
  }
}

function usesOf(message: Message | undefined): readonly string[] {
  const content = message?.content
  return typeof content === 'string' || content === undefined
    ? []
    : content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
}

const Usage = z.strictObject({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation: z.strictObject({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }).optional(),
  output_tokens: count,
  output_tokens_details: z.strictObject({ thinking_tokens: count }).optional(),
})
const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  Thinking,
  Redacted,
  z.strictObject({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
])
const stop = {
  stop_reason: z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn', 'refusal']),
  stop_sequence: z.string().nullable(),
  stop_details: z.strictObject({ type: z.literal('refusal'), category: z.null(), explanation: z.string() }).optional(),
}
const head = {
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  usage: Usage,
}

export const AnthropicReply = z.strictObject({ ...head, content: z.array(Block), ...stop })

export const AnthropicEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message_start'),
    message: z.strictObject({
      ...head,
      content: z.array(z.never()),
      stop_reason: z.null(),
      stop_sequence: z.null(),
    }),
  }),
  z.strictObject({ type: z.literal('content_block_start'), index: count, content_block: Block }),
  z.strictObject({
    type: z.literal('content_block_delta'),
    index: count,
    delta: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text_delta'), text: z.string() }),
      z.strictObject({ type: z.literal('thinking_delta'), thinking: z.string() }),
      z.strictObject({ type: z.literal('signature_delta'), signature: z.string() }),
      z.strictObject({ type: z.literal('input_json_delta'), partial_json: z.string() }),
    ]),
  }),
  z.strictObject({ type: z.literal('content_block_stop'), index: count }),
  z.strictObject({ type: z.literal('message_delta'), delta: z.strictObject(stop), usage: Usage }),
  z.strictObject({ type: z.literal('message_stop') }),
])

export const AnthropicError = z.strictObject({
  type: z.literal('error'),
  error: z.strictObject({
    type: z.enum([
      'invalid_request_error',
      'authentication_error',
      'billing_error',
      'permission_error',
      'not_found_error',
      'rate_limit_error',
      'timeout_error',
      'api_error',
      'overloaded_error',
      'conflict_error',
      'request_too_large',
    ]),
    message: z.string(),
    /** Ours. */
    code: z.string(),
    param: z.string().optional(),
  }),
})
