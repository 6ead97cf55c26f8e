import type {
  Message,
  ModelRequest,
  ReasoningOptions,
  ResponseFormat,
  TextPart,
  ToolChoice,
  ToolDefinition,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { assistantParts, cacheOf, textPart, toolResult, userParts } from './decode-content.ts'
import { isKnownBlock, type KnownBlock, MessagesRequest } from './request-schema.ts'

const unreadIn = unreadFields(MessagesRequest)

/** Reads a Messages request into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject): ModelRequest {
  const request = readWith(MessagesRequest, body)
  const other = unreadIn(body)
  const messages: Message[] = []
  const system = decodeSystem(request, other)
  if (system.length > 0) messages.push({ role: 'system', parts: system })
  for (const message of request.messages) decodeMessage(message, messages, other)
  const choice = request.tool_choice
  return {
    model: request.model,
    stream: request.stream ?? false,
    messages,
    maxOutputTokens: request.max_tokens,
    streamUsage: true,
    ...given({
      tools: decodeTools(request, other),
      toolChoice: choice ? decodeToolChoice(choice.type, choice.name, other) : undefined,
      parallelToolCalls:
        typeof choice?.disable_parallel_tool_use === 'boolean' ? !choice.disable_parallel_tool_use : undefined,
      temperature: request.temperature,
      topP: request.top_p,
      topK: request.top_k,
      stop: request.stop_sequences,
      endUser: request.metadata?.user_id,
      serviceTier: request.service_tier,
      responseFormat: decodeFormat(request, other),
      reasoning: decodeReasoning(request),
      cache: cacheOf(request),
    }),
    other: [...other],
  }
}

/** Claude Code's line for Anthropic's accounts. It changes with each request, so elsewhere it would only spoil the prompt cache. */
const billingLine = 'x-anthropic-billing-header:'

function decodeSystem({ system }: MessagesRequest, other: Set<string>): readonly TextPart[] {
  if (typeof system === 'string') return [{ type: 'text', text: system }]
  return (system ?? []).map(textPart).filter(({ text }) => {
    if (!text.startsWith(billingLine)) return true
    other.add('x-anthropic-billing-header')
    return false
  })
}

function decodeMessage(message: MessagesRequest['messages'][number], messages: Message[], other: Set<string>): void {
  const { role, content } = message
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : knownBlocks(content, other)
  if (role === 'system') {
    const parts = blocks.flatMap((block) => userParts(block, other))
    const texts = parts.filter((part) => part.type === 'text')
    for (const part of parts) if (part.type !== 'text') other.add(`messages[].content[].${part.type}`)
    messages.push({ role: 'system', parts: texts })
  } else if (role === 'assistant')
    messages.push({ role: 'assistant', parts: blocks.flatMap((block) => assistantParts(block, other)) })
  else {
    // Results come first in the neutral form too: they answer the turn before, the rest is a turn of its own.
    const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [toolResult(block, other)] : []))
    const parts = blocks.flatMap((block) => (block.type === 'tool_result' ? [] : userParts(block, other)))
    if (results.length > 0) messages.push({ role: 'tool', parts: results })
    if (parts.length > 0 || results.length === 0) messages.push({ role: 'user', parts })
  }
}

function knownBlocks(
  content: Exclude<MessagesRequest['messages'][number]['content'], string>,
  other: Set<string>,
): KnownBlock[] {
  const known: KnownBlock[] = []
  for (const block of content) {
    if (isKnownBlock(block)) known.push(block)
    else other.add(`messages[].content[].${block.type}`)
  }
  return known
}

function decodeTools(request: MessagesRequest, other: Set<string>): ToolDefinition[] | undefined {
  const tools: ToolDefinition[] = []
  for (const { type, name, description, input_schema: schema, strict, ...rest } of request.tools ?? []) {
    // Server tools (`web_search_20250305`, …) run at Anthropic and have a type of their own.
    if (type && type !== 'custom') {
      other.add(`tools[].${type}`)
      continue
    }
    tools.push({
      name,
      ...given({ description, parameters: isJsonObject(schema) ? schema : undefined, strict, cache: cacheOf(rest) }),
    })
  }
  return tools.length === 0 ? undefined : tools
}

function decodeToolChoice(type: string, name: string | null | undefined, other: Set<string>): ToolChoice | undefined {
  if (type === 'auto' || type === 'none') return { type }
  if (type === 'any') return { type: 'required' }
  if (type === 'tool' && name) return { type: 'tool', name }
  other.add('tool_choice')
  return undefined
}

function decodeFormat(
  { output_config: config, output_format: format }: MessagesRequest,
  other: Set<string>,
): ResponseFormat | undefined {
  const wanted = config?.format ?? format
  if (!wanted) return undefined
  if (wanted.type === 'json_schema' && isJsonObject(wanted.schema))
    return { type: 'json-schema', schema: wanted.schema }
  other.add(config?.format ? 'output_config.format' : 'output_format')
  return undefined
}

function decodeReasoning({ thinking, output_config: config }: MessagesRequest): ReasoningOptions | undefined {
  const effort = given({ effort: config?.effort })
  if (!thinking) return config?.effort ? effort : undefined
  if (thinking.type === 'disabled') return { mode: 'off', ...effort }
  // The least thinking that models have which cannot do without.
  if (thinking.type === 'between_tools') return { mode: 'on', effort: 'minimal', ...effort }
  return {
    mode: thinking.type === 'adaptive' ? 'adaptive' : 'on',
    ...given({ budgetTokens: thinking.budget_tokens }),
    ...effort,
  }
}
