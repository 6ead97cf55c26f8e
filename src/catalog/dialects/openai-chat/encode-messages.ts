import type { TargetTraits } from '../../../core/model/dialect.ts'
import type {
  AssistantMessage,
  DocumentPart,
  ImagePart,
  MediaSource,
  Message,
  ReasoningPart,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../../../core/model/model-request.ts'
import { isAnthropicSignature } from '../../../core/model/signature.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { opaqueId } from '../opaque-id.ts'

/** One message of the conversation. A message that has nothing to say is none, or OpenAI would refuse it. */
export function encodeMessage(message: Message, traits: TargetTraits, dropped: Set<string>): JsonObject[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      if (message.parts.length === 0) return []
      return [{ role: message.role, content: encodeTexts(message.parts, dropped), ...nameOf(message) }]
    case 'user':
      return [{ role: 'user', content: encodeUserContent(message.parts, dropped), ...nameOf(message) }]
    case 'assistant':
      return encodeAssistant(message, traits, dropped)
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
  if (first === undefined) return ''
  return parts.length === 1 ? first.text : parts.map(({ text }) => ({ type: 'text', text }))
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
  if (citations === true) dropped.add('citations')
  if (source.type === 'text') {
    const head = [name, context].filter((text) => text !== undefined && text !== '')
    return { type: 'text', text: [...head, source.text].join('\n\n') }
  }
  if (context !== undefined) dropped.add('document.context')
  switch (source.type) {
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

function encodeAssistant(message: AssistantMessage, traits: TargetTraits, dropped: Set<string>): JsonObject[] {
  const text: string[] = []
  const refusal: string[] = []
  const calls: JsonObject[] = []
  for (const part of message.parts) {
    if (part.type === 'text') {
      noteCache(part, dropped)
      text.push(part.text)
    } else if (part.type === 'refusal') refusal.push(part.text)
    else if (part.type === 'tool-call') {
      noteCache(part, dropped)
      calls.push({
        id: toolCallId(part.id),
        type: 'function',
        function: { name: part.name, arguments: part.arguments },
      })
    }
  }
  const reasoning = encodeReasoning(
    message.parts.filter((part) => part.type === 'reasoning'),
    traits,
    dropped,
  )
  if (text.length === 0 && refusal.length === 0 && calls.length === 0) {
    if (reasoning === undefined) return []
    text.push('')
  }
  const body: JsonObject = { role: 'assistant', content: text.length === 0 ? null : text.join(''), ...nameOf(message) }
  if (refusal.length > 0) body['refusal'] = refusal.join('')
  Object.assign(body, reasoning)
  if (calls.length > 0) body['tool_calls'] = calls
  return [body]
}

/** Earlier thinking, where the provider takes it back. OpenRouter's form alone holds signatures and encrypted thinking. */
function encodeReasoning(
  parts: readonly ReasoningPart[],
  { reasoningField: field }: TargetTraits,
  dropped: Set<string>,
): JsonObject | undefined {
  if (parts.length === 0) return undefined
  if (field === 'reasoning_details') {
    const details = parts.flatMap((part) => encodeDetail(part, dropped))
    return details.length === 0
      ? undefined
      : { reasoning_details: details.map((detail, index) => ({ ...detail, index })) }
  }
  const text = parts.map((part) => part.text).join('')
  if (field === undefined || parts.some(({ redacted }) => redacted !== undefined)) dropped.add('thinking')
  return field === undefined || text === '' ? undefined : { [field]: text }
}

/** https://openrouter.ai/docs/use-cases/reasoning-tokens: the format tells whose signature it is. Those of other vendors stay behind. */
function encodeDetail({ text, signature, redacted }: ReasoningPart, dropped: Set<string>): JsonObject[] {
  const format = 'anthropic-claude-v1'
  const proof = redacted ?? signature
  if (proof !== undefined && !isAnthropicSignature(proof)) {
    dropped.add('thinking')
    return text === '' ? [] : [{ type: 'reasoning.text', text }]
  }
  if (redacted !== undefined) return [{ type: 'reasoning.encrypted', data: redacted, format }]
  return [{ type: 'reasoning.text', text, ...(signature === undefined ? {} : { signature, format }) }]
}

/**
 * A tool message holds text only, so images and documents of a result follow in a user message that says whose they are.
 * Errors have no field of their own: the text says it, as OpenAI's guides do.
 */
function encodeToolResults(results: readonly ToolResultPart[], dropped: Set<string>): JsonObject[] {
  const messages: JsonObject[] = []
  const attachments: JsonObject[] = []
  for (const { toolCallId: id, content, isError, ...marked } of results) {
    noteCache(marked, dropped)
    const texts: string[] = []
    for (const part of content) {
      const encoded = encodeUserPart(part, dropped)
      if (encoded['type'] === 'text') texts.push(String(encoded['text']))
      else attachments.push({ type: 'text', text: `Result of the tool call ${toolCallId(id)}:` }, encoded)
    }
    const text = texts.join('\n')
    messages.push({ role: 'tool', tool_call_id: toolCallId(id), content: isError === true ? `Error: ${text}` : text })
  }
  if (attachments.length > 0) messages.push({ role: 'user', content: attachments })
  return messages
}

/** OpenAI takes ids of up to 40 characters. They only have to be the same in call and result. */
function toolCallId(id: string): string {
  return id.length <= 40 ? id : `call_${opaqueId(id).slice(0, 32)}`
}

export function noteCache(part: { readonly cache?: unknown }, dropped: Set<string>): void {
  if (part.cache !== undefined) dropped.add('cache_control')
}
