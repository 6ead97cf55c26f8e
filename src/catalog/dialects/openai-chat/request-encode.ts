import type { TargetTraits } from '../../../core/dialect.ts'
import type { JsonObject, JsonValue } from '../../../core/json.ts'
import type {
  AssistantMessage,
  DocumentPart,
  EncodedRequest,
  ImagePart,
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

/** Writes a Chat Completions request. What OpenAI cannot say is dropped and named. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  const body: JsonObject = {
    model: request.model,
    messages: request.messages.flatMap((message) => encodeMessage(message, traits, dropped)),
  }
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) body[name] = value
  }
  if (request.stream) {
    body['stream'] = true
    // Always: without it the stream has no usage, and the call no exact price.
    body['stream_options'] = { include_usage: true }
  }
  put(traits.maxTokensField ?? 'max_completion_tokens', request.maxOutputTokens)
  put('temperature', request.temperature)
  put('top_p', request.topP)
  put('n', request.choiceCount)
  put('stop', request.stop === undefined ? undefined : [...request.stop])
  put('seed', request.seed)
  put('frequency_penalty', request.frequencyPenalty)
  put('presence_penalty', request.presencePenalty)
  put('logit_bias', request.logitBias === undefined ? undefined : { ...request.logitBias })
  if (request.logprobs !== undefined) {
    body['logprobs'] = true
    put('top_logprobs', request.logprobs.top)
  }
  put('response_format', request.responseFormat && encodeFormat(request.responseFormat))
  put(
    'tools',
    request.tools?.map((tool) => encodeTool(tool, dropped)),
  )
  put('tool_choice', request.toolChoice && encodeToolChoice(request.toolChoice))
  put('parallel_tool_calls', request.parallelToolCalls)
  put('reasoning_effort', request.reasoning && encodeEffort(request.reasoning))
  put('verbosity', request.verbosity)
  put('user', request.endUser)
  put('metadata', request.metadata && { ...request.metadata })
  put('service_tier', request.serviceTier)
  if (request.topK !== undefined) dropped.add('top_k')
  if (request.cache !== undefined) dropped.add('cache_control')
  for (const name of traits.unsupported ?? []) {
    if (!(name in body)) continue
    delete body[name]
    if (name !== 'stream_options') dropped.add(name)
  }
  return { body, dropped: [...dropped] }
}

function encodeMessage(message: Message, traits: TargetTraits, dropped: Set<string>): JsonObject[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ role: message.role, content: encodeTexts(message.parts, dropped), ...nameOf(message) }]
    case 'user':
      return [{ role: 'user', content: encodeUserContent(message.parts, dropped), ...nameOf(message) }]
    case 'assistant':
      return [encodeAssistant(message, traits, dropped)]
    case 'tool':
      return encodeToolResults(message.parts, dropped)
  }
}

function nameOf({ name }: { readonly name?: string }): JsonObject {
  return name === undefined ? {} : { name }
}

/** One part is written as a plain string, the form that every provider takes. */
function encodeTexts(parts: readonly TextPart[], dropped: Set<string>): JsonValue {
  for (const part of parts) noteCache(part, dropped)
  const first = parts[0]
  if (first !== undefined && parts.length === 1) return first.text
  return parts.map(({ text }) => ({ type: 'text', text }))
}

function encodeUserContent(parts: readonly UserPart[], dropped: Set<string>): JsonValue {
  if (parts.every((part) => part.type === 'text')) return encodeTexts(parts, dropped)
  return parts.map((part) => encodeUserPart(part, dropped))
}

function encodeUserPart(part: UserPart, dropped: Set<string>): JsonObject {
  if (part.type !== 'audio') noteCache(part, dropped)
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return encodeImage(part, dropped)
    case 'document':
      return encodeDocument(part, dropped)
    case 'audio':
      return {
        type: 'input_audio',
        input_audio: { data: part.source.data, format: part.source.mediaType.replace(/^audio\//, '') },
      }
  }
}

function encodeImage({ source, detail }: ImagePart, dropped: Set<string>): JsonObject {
  if (source.type === 'file') {
    // Files are kept by the vendor that took them: the id means nothing elsewhere.
    dropped.add('image.file_id')
    return { type: 'text', text: '[an image that only its first provider holds]' }
  }
  return { type: 'image_url', image_url: { url: mediaUrl(source), ...(detail === undefined ? {} : { detail }) } }
}

function encodeDocument({ source, name, context, citations }: DocumentPart, dropped: Set<string>): JsonObject {
  if (context !== undefined) dropped.add('document.context')
  if (citations !== undefined) dropped.add('citations')
  switch (source.type) {
    case 'text':
      return { type: 'text', text: name === undefined ? source.text : `${name}\n\n${source.text}` }
    case 'base64':
      return { type: 'file', file: { file_data: mediaUrl(source), filename: name ?? 'document.pdf' } }
    case 'file':
      return { type: 'file', file: { file_id: source.fileId } }
    case 'url':
      // Chat Completions fetches no documents; the address at least is not lost.
      dropped.add('document.url')
      return { type: 'text', text: `[document: ${source.url}]` }
  }
}

function mediaUrl(source: Exclude<MediaSource, { type: 'file' }>): string {
  return source.type === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
}

function encodeAssistant(message: AssistantMessage, traits: TargetTraits, dropped: Set<string>): JsonObject {
  const text: string[] = []
  const refusal: string[] = []
  const reasoning: string[] = []
  const calls: JsonObject[] = []
  for (const part of message.parts) {
    if (part.type === 'text') {
      noteCache(part, dropped)
      text.push(part.text)
    } else if (part.type === 'refusal') refusal.push(part.text)
    else if (part.type === 'tool-call') {
      noteCache(part, dropped)
      calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments } })
    } else if (traits.reasoningField !== undefined && part.text !== '') reasoning.push(part.text)
    else dropped.add('thinking')
  }
  const body: JsonObject = { role: 'assistant', content: text.length === 0 ? null : text.join(''), ...nameOf(message) }
  if (refusal.length > 0) body['refusal'] = refusal.join('')
  if (reasoning.length > 0 && traits.reasoningField !== undefined) body[traits.reasoningField] = reasoning.join('')
  if (calls.length > 0) body['tool_calls'] = calls
  return body
}

/**
 * A tool message holds text only, so images and documents of a result follow in a user message that says whose they are.
 * Errors have no field of their own: the text says it, as OpenAI's guides do.
 */
function encodeToolResults(results: readonly ToolResultPart[], dropped: Set<string>): JsonObject[] {
  const messages: JsonObject[] = []
  const attachments: JsonObject[] = []
  for (const { toolCallId, content, isError, ...marked } of results) {
    noteCache(marked, dropped)
    const texts: string[] = []
    for (const part of content) {
      if (part.type === 'text') {
        noteCache(part, dropped)
        texts.push(part.text)
      } else
        attachments.push(
          { type: 'text', text: `Result of the tool call ${toolCallId}:` },
          encodeUserPart(part, dropped),
        )
    }
    const text = texts.join('\n')
    messages.push({ role: 'tool', tool_call_id: toolCallId, content: isError === true ? `Error: ${text}` : text })
  }
  if (attachments.length > 0) messages.push({ role: 'user', content: attachments })
  return messages
}

function noteCache(part: { readonly cache?: unknown }, dropped: Set<string>): void {
  if (part.cache !== undefined) dropped.add('cache_control')
}

function encodeTool(tool: ToolDefinition, dropped: Set<string>): JsonObject {
  noteCache(tool, dropped)
  const { name, description, parameters, strict } = tool
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
      ...(strict === undefined ? {} : { strict }),
    },
  }
}

function encodeToolChoice(choice: ToolChoice): JsonValue {
  return choice.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.type
}

function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json') return { type: 'json_object' }
  const { name, description, schema, strict } = format
  return {
    type: 'json_schema',
    json_schema: {
      // OpenAI requires a name.
      name: name ?? 'response',
      ...(description === undefined ? {} : { description }),
      schema,
      ...(strict === undefined ? {} : { strict }),
    },
  }
}

/** A budget becomes the effort whose usual budget is nearest: up to 2,048 tokens low, up to 12,000 medium, above high. */
function encodeEffort({ mode, effort, budgetTokens }: ReasoningOptions): string | undefined {
  if (mode === 'off') return 'none'
  if (effort !== undefined) return effort
  if (budgetTokens === undefined) return mode === 'adaptive' ? undefined : 'medium'
  return budgetTokens <= 2048 ? 'low' : budgetTokens <= 12_000 ? 'medium' : 'high'
}

/** Fits a body of this dialect to a provider that takes less of it; `undefined` when the bytes can go as they are. */
export function adaptRequest(
  body: JsonObject,
  traits: TargetTraits,
  options: { readonly streamUsage: boolean },
): EncodedRequest | undefined {
  const refused = (traits.unsupported ?? []).filter((name) => body[name] !== undefined)
  const renamed = traits.maxTokensField === undefined ? undefined : otherMaxTokens[traits.maxTokensField]
  const isRenamed = renamed !== undefined && body[renamed] !== undefined
  const isStreamUsageMissing = options.streamUsage && body['stream'] === true && !asksForUsage(body)
  if (refused.length === 0 && !isRenamed && !isStreamUsageMissing) return undefined
  const adapted: JsonObject = { ...body }
  if (isRenamed && traits.maxTokensField !== undefined) {
    adapted[traits.maxTokensField] = adapted[traits.maxTokensField] ?? adapted[renamed]
    delete adapted[renamed]
  }
  if (isStreamUsageMissing) adapted['stream_options'] = { include_usage: true }
  for (const name of refused) delete adapted[name]
  return { body: adapted, dropped: refused }
}

const otherMaxTokens = { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' } as const

function asksForUsage(body: JsonObject): boolean {
  const options = body['stream_options']
  return typeof options === 'object' && options !== null && !Array.isArray(options) && options['include_usage'] === true
}
