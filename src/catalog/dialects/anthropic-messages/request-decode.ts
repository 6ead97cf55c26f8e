import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type {
  AssistantPart,
  CacheMarker,
  DocumentPart,
  ImagePart,
  Message,
  ModelRequest,
  ReasoningOptions,
  ResponseFormat,
  TextPart,
  ToolChoice,
  ToolDefinition,
  ToolResultPart,
  UserPart,
} from '../../../core/model-request.ts'
import { readWith } from '../schema-error.ts'
import { Block, isKnownBlock, type KnownBlock, MessagesRequest } from './request-schema.ts'

/** Reads a Messages request into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject): ModelRequest {
  const request = readWith(MessagesRequest, body)
  const other = new Set<string>()
  for (const name in request) if (!knownFields.has(name)) other.add(name)
  const messages: Message[] = []
  const system = request.system
  if (typeof system === 'string') messages.push({ role: 'system', parts: [{ type: 'text', text: system }] })
  else if (system && system.length > 0) messages.push({ role: 'system', parts: system.map(textPart) })
  for (const message of request.messages) decodeMessage(message, messages, other)
  const choice = request.tool_choice
  return {
    model: request.model,
    stream: request.stream ?? false,
    messages,
    maxOutputTokens: request.max_tokens,
    streamUsage: true,
    other: [...other],
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
      responseFormat: decodeFormat(request),
      reasoning: decodeReasoning(request),
      cache: cacheOf(request),
    }),
  }
}

const knownFields: ReadonlySet<string> = new Set(Object.keys(MessagesRequest.shape))

function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept: Record<string, unknown> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && value !== null) kept[name] = value
  }
  return kept as { [K in keyof T]?: NonNullable<T[K]> }
}

function cacheOf(holder: {
  readonly cache_control?: { readonly ttl?: string | null | undefined } | null | undefined
}): CacheMarker | undefined {
  const marker = holder.cache_control
  return marker === undefined || marker === null ? undefined : given({ ttl: marker.ttl })
}

function decodeMessage(message: MessagesRequest['messages'][number], messages: Message[], other: Set<string>): void {
  const { role, content } = message
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : knownBlocks(content, other)
  if (role === 'system')
    messages.push({
      role: 'system',
      parts: blocks.flatMap((block) => (block.type === 'text' ? [textPart(block)] : [])),
    })
  else if (role === 'assistant')
    messages.push({ role: 'assistant', parts: blocks.flatMap((block) => assistantPart(block, other)) })
  else {
    // Results come first in the neutral form too: they answer the turn before, the rest is a turn of its own.
    const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [toolResult(block, other)] : []))
    const parts = blocks.flatMap((block) => (block.type === 'tool_result' ? [] : userPart(block, other)))
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

function textPart(block: KnownBlock & { type: 'text' }): TextPart {
  return { type: 'text', text: block.text, ...given({ cache: cacheOf(block) }) }
}

function userPart(block: KnownBlock, other: Set<string>): UserPart[] {
  switch (block.type) {
    case 'text':
      return [textPart(block)]
    case 'image':
      return imagePart(block, other)
    case 'document':
      return documentPart(block, other)
    default:
      other.add(`messages[].content[].${block.type}`)
      return []
  }
}

function imagePart(block: KnownBlock & { type: 'image' }, other: Set<string>): ImagePart[] {
  const cache = given({ cache: cacheOf(block) })
  switch (block.source.type) {
    case 'base64':
      return [
        {
          type: 'image',
          source: { type: 'base64', mediaType: block.source.media_type, data: block.source.data },
          ...cache,
        },
      ]
    case 'url':
      return [{ type: 'image', source: { type: 'url', url: block.source.url }, ...cache }]
    case 'file':
      return [{ type: 'image', source: { type: 'file', fileId: block.source.file_id }, ...cache }]
    default:
      other.add('image.source')
      return []
  }
}

function documentPart(block: KnownBlock & { type: 'document' }, other: Set<string>): DocumentPart[] {
  const { source } = block
  const fields = given({
    name: block.title,
    context: block.context,
    citations: block.citations?.enabled,
    cache: cacheOf(block),
  })
  switch (source.type) {
    case 'base64':
      return [
        { type: 'document', source: { type: 'base64', mediaType: source.media_type, data: source.data }, ...fields },
      ]
    case 'url':
      return [{ type: 'document', source: { type: 'url', url: source.url }, ...fields }]
    case 'file':
      return [{ type: 'document', source: { type: 'file', fileId: source.file_id }, ...fields }]
    case 'text':
      return [
        {
          type: 'document',
          source: { type: 'text', text: source.data, mediaType: source.media_type ?? 'text/plain' },
          ...fields,
        },
      ]
    case 'content': {
      const text = contentText(source.content)
      if (text !== undefined)
        return [{ type: 'document', source: { type: 'text', text, mediaType: 'text/plain' }, ...fields }]
      other.add('document.source')
      return []
    }
  }
}

/** A document of content blocks is text when all of its blocks are. */
function contentText(content: unknown): string | undefined {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return undefined
  const texts = content.map((block) =>
    isJsonObject(block) && block['type'] === 'text' && typeof block['text'] === 'string' ? block['text'] : undefined,
  )
  return texts.includes(undefined) ? undefined : texts.join('\n')
}

function assistantPart(block: KnownBlock, other: Set<string>): AssistantPart[] {
  switch (block.type) {
    case 'text':
      return [textPart(block)]
    case 'thinking':
      return [{ type: 'reasoning', text: block.thinking, ...(block.signature ? { signature: block.signature } : {}) }]
    case 'redacted_thinking':
      return [{ type: 'reasoning', text: '', redacted: block.data }]
    case 'tool_use':
      return [
        {
          type: 'tool-call',
          id: block.id,
          name: block.name,
          arguments: JSON.stringify(block.input ?? {}),
          ...given({ cache: cacheOf(block) }),
        },
      ]
    default:
      other.add(`messages[].content[].${block.type}`)
      return []
  }
}

function toolResult(block: KnownBlock & { type: 'tool_result' }, other: Set<string>): ToolResultPart {
  const content: (TextPart | ImagePart | DocumentPart)[] = []
  if (typeof block.content === 'string') content.push({ type: 'text', text: block.content })
  else {
    for (const inner of block.content ?? []) {
      const read = readWith(Block, inner)
      if (!isKnownBlock(read)) other.add(`tool_result.${read.type}`)
      else for (const part of userPart(read, other)) if (part.type !== 'audio') content.push(part)
    }
  }
  return {
    type: 'tool-result',
    toolCallId: block.tool_use_id,
    content,
    ...(block.is_error === true ? { isError: true } : {}),
    ...given({ cache: cacheOf(block) }),
  }
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

function decodeFormat({ output_config: config, output_format: format }: MessagesRequest): ResponseFormat | undefined {
  const wanted = config?.format ?? format
  return wanted?.type === 'json_schema' && isJsonObject(wanted.schema)
    ? { type: 'json-schema', schema: wanted.schema }
    : undefined
}

function decodeReasoning({ thinking, output_config: config }: MessagesRequest): ReasoningOptions | undefined {
  const effort = given({ effort: config?.effort })
  if (!thinking) return config?.effort ? { mode: 'adaptive', ...effort } : undefined
  if (thinking.type === 'disabled') return { mode: 'off', ...effort }
  return {
    mode: thinking.type === 'adaptive' ? 'adaptive' : 'on',
    ...given({ budgetTokens: thinking.budget_tokens }),
    ...effort,
  }
}
