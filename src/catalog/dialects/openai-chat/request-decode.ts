import { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type {
  AssistantPart,
  CacheMarker,
  MediaSource,
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
import { ChatRequest, type ContentPart, type RequestMessage } from './request-schema.ts'

/** Reads a Chat Completions request into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject): ModelRequest {
  const request = readWith(ChatRequest, body)
  const other = new Set<string>()
  for (const name in request) if (!knownFields.has(name)) other.add(name)
  const messages = decodeMessages(request.messages, other)
  const tools = decodeTools(request, other)
  const toolChoice = decodeToolChoice(request, other)
  const reasoning = decodeReasoning(request)
  const maxOutputTokens = request.max_completion_tokens ?? request.max_tokens
  const endUser = request.safety_identifier ?? request.user
  const stop = typeof request.stop === 'string' ? [request.stop] : request.stop
  return {
    model: request.model,
    stream: request.stream ?? false,
    messages,
    other: [...other],
    ...given({
      tools,
      toolChoice,
      reasoning,
      maxOutputTokens,
      endUser,
      stop,
      parallelToolCalls: request.parallel_tool_calls,
      temperature: request.temperature,
      topP: request.top_p,
      topK: request.top_k,
      seed: request.seed,
      frequencyPenalty: request.frequency_penalty,
      presencePenalty: request.presence_penalty,
      logitBias: request.logit_bias,
      choiceCount: request.n,
      logprobs: request.logprobs === true ? given({ top: request.top_logprobs }) : undefined,
      responseFormat: decodeFormat(request),
      verbosity: request.verbosity,
      metadata: request.metadata,
      serviceTier: request.service_tier,
      streamUsage: request.stream_options?.include_usage,
    }),
  }
}

const knownFields: ReadonlySet<string> = new Set(Object.keys(ChatRequest.shape))

/** The fields that were given: absence says absence, so `null` and `undefined` go. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept: Record<string, unknown> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && value !== null) kept[name] = value
  }
  return kept as { [K in keyof T]?: NonNullable<T[K]> }
}

function decodeMessages(messages: readonly RequestMessage[], other: Set<string>): Message[] {
  const decoded: Message[] = []
  for (const [index, message] of messages.entries()) {
    for (const name in message) if (!messageFields.has(name)) other.add(`messages[].${name}`)
    const name = 'name' in message && typeof message.name === 'string' ? { name: message.name } : {}
    switch (message.role) {
      case 'system':
      case 'developer':
        decoded.push({
          role: message.role,
          ...name,
          parts: texts(message.content, cacheOf(message), `messages[${index}].content`, other),
        })
        break
      case 'user':
        decoded.push({
          role: 'user',
          ...name,
          parts: userParts(message.content, cacheOf(message), `messages[${index}].content`, other),
        })
        break
      case 'assistant':
        decoded.push({ role: 'assistant', ...name, parts: assistantParts(message, index, other) })
        break
      case 'tool':
        addToolResult(decoded, {
          type: 'tool-result',
          toolCallId: message.tool_call_id,
          content: userParts(message.content, undefined, `messages[${index}].content`, other).filter(
            (part) => part.type !== 'audio',
          ),
          ...given({ cache: cacheOf(message) }),
        })
        break
      case 'function':
        // The legacy form names the function; its call got the same made-up id below.
        addToolResult(decoded, {
          type: 'tool-result',
          toolCallId: legacyCallId(message.name),
          content: [{ type: 'text', text: message.content ?? '' }],
        })
        break
    }
  }
  return decoded
}

const messageFields: ReadonlySet<string> = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'reasoning_content',
  'reasoning',
  'thinking_blocks',
  'tool_calls',
  'function_call',
  'tool_call_id',
  'cache_control',
])

/** Results that stand side by side belong to one turn. */
function addToolResult(messages: Message[], result: ToolResultPart): void {
  const last = messages.at(-1)
  if (last?.role === 'tool') messages[messages.length - 1] = { role: 'tool', parts: [...last.parts, result] }
  else messages.push({ role: 'tool', parts: [result] })
}

function legacyCallId(name: string): string {
  return `call_${name}`
}

function cacheOf(holder: {
  readonly cache_control?: { readonly ttl?: string | null | undefined } | null | undefined
}): CacheMarker | undefined {
  const marker = holder.cache_control
  return marker === undefined || marker === null ? undefined : given({ ttl: marker.ttl })
}

function texts(
  content: string | readonly ContentPart[],
  cache: CacheMarker | undefined,
  path: string,
  other: Set<string>,
): TextPart[] {
  return userParts(content, cache, path, other).map((part) => {
    if (part.type !== 'text')
      throw new GatewayError('invalid_request', `\`${path}\` may hold text only.`, { param: path })
    return part
  })
}

/** A marker on the message stands for one on its last part. */
function userParts(
  content: string | readonly ContentPart[],
  cache: CacheMarker | undefined,
  path: string,
  other: Set<string>,
): UserPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content, ...given({ cache }) }]
  const parts = content.map((part, index) => userPart(part, `${path}[${index}]`, other))
  const last = parts.at(-1)
  if (cache !== undefined && last !== undefined && last.type !== 'audio' && last.cache === undefined) {
    parts[parts.length - 1] = { ...last, cache }
  }
  return parts
}

function userPart(part: ContentPart, path: string, other: Set<string>): UserPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...given({ cache: cacheOf(part) }) }
    case 'image_url': {
      const image = typeof part.image_url === 'string' ? { url: part.image_url } : part.image_url
      return { type: 'image', source: mediaSource(image.url), ...given({ detail: image.detail, cache: cacheOf(part) }) }
    }
    case 'input_audio':
      return {
        type: 'audio',
        source: { type: 'base64', mediaType: `audio/${part.input_audio.format}`, data: part.input_audio.data },
      }
    case 'file': {
      const { file_data: data, file_id: fileId, filename } = part.file
      const source = fileId ? ({ type: 'file', fileId } as const) : data ? mediaSource(data) : undefined
      if (source === undefined)
        throw new GatewayError('invalid_request', `\`${path}.file\` needs \`file_data\` or \`file_id\`.`, {
          param: `${path}.file`,
        })
      return { type: 'document', source, ...given({ name: filename, cache: cacheOf(part) }) }
    }
    case 'refusal':
      other.add('messages[].content[].refusal')
      return { type: 'text', text: part.refusal }
  }
}

/** `data:` URLs (RFC 2397) hold the bytes themselves. */
function mediaSource(url: string): MediaSource {
  const match = /^data:([^;,]*)(?:;[^;,]+)*;base64,/i.exec(url.slice(0, 300))
  return match === null
    ? { type: 'url', url }
    : { type: 'base64', mediaType: match[1] || 'application/octet-stream', data: url.slice(match[0].length) }
}

function assistantParts(
  message: RequestMessage & { role: 'assistant' },
  index: number,
  other: Set<string>,
): AssistantPart[] {
  const parts: AssistantPart[] = []
  const plain = message.reasoning_content ?? message.reasoning
  const blocks = message.thinking_blocks ?? []
  for (const block of blocks) {
    // A client that put a stream together has the text beside the block and only the signature in it.
    const text = block.type === 'thinking' ? block.thinking || (blocks.length === 1 ? (plain ?? '') : '') : ''
    parts.push(
      block.type === 'thinking'
        ? { type: 'reasoning', text, ...given({ signature: block.signature }) }
        : { type: 'reasoning', text, redacted: block.data },
    )
  }
  if (parts.length === 0 && plain) parts.push({ type: 'reasoning', text: plain })
  const cache = cacheOf(message)
  const content = message.content ?? []
  if (typeof content === 'string') {
    if (content !== '') parts.push({ type: 'text', text: content, ...given({ cache }) })
  } else {
    for (const part of content) {
      if (part.type === 'refusal') parts.push({ type: 'refusal', text: part.refusal })
      else if (part.type === 'text')
        parts.push({ type: 'text', text: part.text, ...given({ cache: cacheOf(part) ?? cache }) })
      else other.add(`messages[${index}].content[].${part.type}`)
    }
  }
  if (message.refusal) parts.push({ type: 'refusal', text: message.refusal })
  for (const call of message.tool_calls ?? [])
    parts.push({ type: 'tool-call', id: call.id, name: call.function.name, arguments: call.function.arguments })
  const legacy = message.function_call
  if (legacy)
    parts.push({ type: 'tool-call', id: legacyCallId(legacy.name), name: legacy.name, arguments: legacy.arguments })
  return parts
}

function decodeTools(request: ChatRequest, other: Set<string>): ToolDefinition[] | undefined {
  const tools: ToolDefinition[] = []
  for (const tool of request.tools ?? []) {
    if (tool.type !== 'function' || !tool.function) other.add(`tools[].${tool.type}`)
    else tools.push(toolDefinition(tool.function, cacheOf(tool)))
  }
  for (const definition of request.functions ?? []) tools.push(toolDefinition(definition, undefined))
  return tools.length === 0 ? undefined : tools
}

function toolDefinition(
  definition: NonNullable<ChatRequest['functions']>[number],
  cache: CacheMarker | undefined,
): ToolDefinition {
  const { name, description, strict } = definition
  const parameters = isJsonObject(definition.parameters) ? definition.parameters : undefined
  return { name, ...given({ description, parameters, strict, cache }) }
}

function decodeToolChoice(request: ChatRequest, other: Set<string>): ToolChoice | undefined {
  const choice = request.tool_choice ?? request.function_call
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice }
  if (typeof choice === 'object') {
    if ('function' in choice && isJsonObject(choice.function))
      return { type: 'tool', name: String(choice.function['name']) }
    if ('name' in choice && typeof choice['name'] === 'string') return { type: 'tool', name: choice['name'] }
    if (choice['type'] === 'auto' || choice['type'] === 'none' || choice['type'] === 'required')
      return { type: choice['type'] }
  }
  other.add('tool_choice')
  return undefined
}

function decodeFormat(request: ChatRequest): ResponseFormat | undefined {
  const format = request.response_format
  if (format === undefined || format === null) return undefined
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json_object') return { type: 'json' }
  const { name, description, strict, schema } = format.json_schema
  return { type: 'json-schema', schema: isJsonObject(schema) ? schema : {}, ...given({ name, description, strict }) }
}

function decodeReasoning({ reasoning, reasoning_effort: effort, thinking }: ChatRequest): ReasoningOptions | undefined {
  if (thinking) {
    const mode = thinking.type === 'disabled' ? 'off' : thinking.type === 'adaptive' ? 'adaptive' : 'on'
    return { mode, ...given({ budgetTokens: thinking.budget_tokens, effort }) }
  }
  const wanted = effort ?? reasoning?.effort
  if (wanted === 'none' || reasoning?.enabled === false) return { mode: 'off' }
  if (wanted === undefined && !reasoning) return undefined
  if (wanted === null && !reasoning) return undefined
  return { mode: 'on', ...given({ effort: wanted, budgetTokens: reasoning?.max_tokens }) }
}
