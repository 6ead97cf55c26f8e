import type {
  AssistantMessage,
  AssistantPart,
  DocumentPart,
  ImagePart,
  MediaSource,
  Message,
  ToolResultPart,
  UserPart,
} from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { opaqueId } from '../opaque-id.ts'
import { ownReasoning } from './encrypted-content.ts'

/** The items of one message. */
export function encodeMessage(message: Message, dropped: Set<string>): JsonObject[] {
  if ('name' in message && message.name !== undefined) dropped.add('name')
  switch (message.role) {
    case 'system':
    case 'developer':
    case 'user':
      if (message.role !== 'user' && message.parts.length === 0) return []
      return [{ role: message.role, content: encodeContent(message.parts, dropped) }]
    case 'assistant':
      return encodeAssistant(message, dropped)
    case 'tool':
      return message.parts.map((part) => encodeResult(part, dropped))
  }
}

/** One text is written as a plain string, the form that every server takes. */
function encodeContent(parts: readonly UserPart[], dropped: Set<string>): JsonValue {
  const [first, ...more] = parts
  if (first === undefined) return ''
  if (first.type !== 'text' || more.length > 0) return parts.map((part) => encodePart(part, dropped))
  noteCache(first, dropped)
  return first.text
}

function encodePart(part: UserPart, dropped: Set<string>): JsonObject {
  if (part.type !== 'audio') noteCache(part, dropped)
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image':
      return encodeImage(part)
    case 'document':
      return encodeDocument(part, dropped)
    case 'audio':
      // The Responses API has no part for sound: https://platform.openai.com/docs/guides/audio.
      dropped.add('input_audio')
      return { type: 'input_text', text: '[an audio part that this model cannot hear]' }
  }
}

function encodeImage({ source, detail = 'auto' }: ImagePart): JsonObject {
  const place = source.type === 'file' ? { file_id: source.fileId } : { image_url: mediaUrl(source) }
  return { type: 'input_image', ...place, detail }
}

function encodeDocument({ source, name, context, citations }: DocumentPart, dropped: Set<string>): JsonObject {
  if (citations === true) dropped.add('citations')
  if (source.type === 'text') {
    const head = [name, context].filter((text) => text !== undefined && text !== '')
    return { type: 'input_text', text: [...head, source.text].join('\n\n') }
  }
  if (context !== undefined) dropped.add('document.context')
  switch (source.type) {
    case 'base64':
      return { type: 'input_file', filename: name ?? 'document.pdf', file_data: mediaUrl(source) }
    case 'file':
      return { type: 'input_file', file_id: source.fileId }
    case 'url':
      return { type: 'input_file', file_url: source.url }
  }
}

function mediaUrl(source: Exclude<MediaSource, { type: 'file' }>): string {
  return source.type === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
}

function encodeAssistant({ parts }: AssistantMessage, dropped: Set<string>): JsonObject[] {
  return parts.flatMap((part) => encodeSaid(part, dropped))
}

function encodeSaid(part: AssistantPart, dropped: Set<string>): JsonObject[] {
  switch (part.type) {
    case 'text':
      noteCache(part, dropped)
      return part.text === '' ? [] : [{ role: 'assistant', content: part.text }]
    case 'refusal': {
      // Required, and only its form is looked at.
      const id = `msg_${opaqueId(part.text).slice(0, 32)}`
      const content = [{ type: 'refusal', refusal: part.text }]
      return [{ type: 'message', id, role: 'assistant', status: 'completed', content }]
    }
    case 'reasoning': {
      const own = ownReasoning(part)
      // Thinking that the vendor did not encrypt itself cannot be told to it.
      if (own === undefined) dropped.add('thinking')
      const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }]
      return own === undefined ? [] : [{ type: 'reasoning', id: own.id, summary, encrypted_content: own.encrypted }]
    }
    case 'tool-call':
      noteCache(part, dropped)
      return [{ type: 'function_call', call_id: callId(part.id), name: part.name, arguments: part.arguments }]
  }
}

/** Errors have no field of their own: the text says it, as OpenAI's guides do. */
function encodeResult({ toolCallId, content, isError, ...marked }: ToolResultPart, dropped: Set<string>): JsonObject {
  noteCache(marked, dropped)
  const parts: readonly UserPart[] = isError === true ? [{ type: 'text', text: 'Error:' }, ...content] : content
  const isText = parts.every((part) => part.type === 'text')
  for (const part of isText ? content : []) noteCache(part, dropped)
  const output = isText
    ? parts.map(({ text }) => text).join(isError === true ? ' ' : '\n')
    : encodeContent(parts, dropped)
  return { type: 'function_call_output', call_id: callId(toolCallId), output }
}

/** OpenAI takes ids of up to 64 characters. They only have to be the same in call and result. */
function callId(id: string): string {
  return id !== '' && id.length <= 64 ? id : `call_${opaqueId(id).slice(0, 32)}`
}

function noteCache(part: { readonly cache?: unknown }, dropped: Set<string>): void {
  if (part.cache !== undefined) dropped.add('cache_control')
}
