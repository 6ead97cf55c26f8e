import type { TargetTraits } from '../../../core/model/dialect.ts'
import type {
  AssistantMessage,
  DocumentPart,
  ImagePart,
  Message,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import { noteCache } from '../openai-chat/encode-messages.ts'

/** One message of the conversation. A message that has nothing to say is none. */
export function encodeMessage(message: Message, traits: TargetTraits, dropped: Set<string>): JsonObject[] {
  if ('name' in message && message.name !== undefined) dropped.add('name')
  switch (message.role) {
    case 'system':
    case 'developer':
      if (message.parts.length === 0) return []
      return [{ role: 'system', content: plain(message.parts.map((part) => encodeText(part, dropped))) }]
    case 'user':
      return [{ role: 'user', content: plain(message.parts.map((part) => encodeUserPart(part, dropped))) }]
    case 'assistant':
      return encodeAssistant(message, traits, dropped)
    case 'tool':
      return encodeToolResults(message.parts, dropped)
  }
}

/** One text is written as a plain string. */
function plain(blocks: readonly JsonObject[]): JsonValue {
  const [first] = blocks
  if (first === undefined) return ''
  return blocks.length === 1 && typeof first['text'] === 'string' ? first['text'] : [...blocks]
}

function encodeText(part: TextPart, dropped: Set<string>): JsonObject {
  noteCache(part, dropped)
  return { type: 'text', text: part.text }
}

function encodeUserPart(part: UserPart, dropped: Set<string>): JsonObject {
  switch (part.type) {
    case 'text':
      return encodeText(part, dropped)
    case 'image':
      return encodeImage(part, dropped)
    case 'document':
      return encodeDocument(part, dropped)
    case 'audio':
      dropped.add('input_audio')
      return { type: 'text', text: '[an audio part that this model cannot hear]' }
  }
}

function encodeImage(part: ImagePart, dropped: Set<string>): JsonObject {
  noteCache(part, dropped)
  const { source, detail } = part
  if (source.type === 'file') {
    dropped.add('image.file_id')
    return { type: 'text', text: '[an image that only its first provider holds]' }
  }
  const url = source.type === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } }
}

/** Cohere reads documents as texts only, and beside the conversation; where one stands in it, its text stays there. */
function encodeDocument(part: DocumentPart, dropped: Set<string>): JsonObject {
  noteCache(part, dropped)
  const { source, name, context, citations } = part
  if (citations === true) dropped.add('citations')
  if (source.type === 'text') {
    const head = [name, context].filter((text) => text !== undefined && text !== '')
    return { type: 'text', text: [...head, source.text].join('\n\n') }
  }
  dropped.add(source.type === 'url' ? 'document.url' : 'file')
  if (source.type === 'url') return { type: 'text', text: `[document: ${source.url}]` }
  return { type: 'text', text: '[a document that this provider cannot open]' }
}

/** Beside tool calls a text is their plan. */
function encodeAssistant(message: AssistantMessage, traits: TargetTraits, dropped: Set<string>): JsonObject[] {
  const texts: string[] = []
  const thoughts: JsonObject[] = []
  const calls: JsonObject[] = []
  for (const part of message.parts) {
    if (part.type === 'reasoning') {
      // Thinking is plain text here; a model that does not think refuses it, and encrypted thinking says nothing to any.
      const isSayable = part.text !== '' && traits.supportsReasoning !== false
      if (isSayable) thoughts.push({ type: 'thinking', thinking: part.text })
      if (part.redacted !== undefined || (part.text !== '' && !isSayable)) dropped.add('thinking')
      continue
    }
    if (part.type !== 'refusal') noteCache(part, dropped)
    if (part.type === 'tool-call')
      calls.push({ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments || '{}' } })
    else if (part.text !== '') texts.push(part.text)
  }
  const said = texts.map((text): JsonObject => ({ type: 'text', text }))
  if (calls.length === 0)
    return thoughts.length + said.length === 0 ? [] : [{ role: 'assistant', content: plain([...thoughts, ...said]) }]
  return [
    {
      role: 'assistant',
      ...(thoughts.length === 0 ? {} : { content: thoughts }),
      ...(texts.length === 0 ? {} : { tool_plan: texts.join('') }),
      tool_calls: calls,
    },
  ]
}

/** A result holds texts and documents, so its images follow in a user's message that says whose they are. */
function encodeToolResults(results: readonly ToolResultPart[], dropped: Set<string>): JsonObject[] {
  const messages: JsonObject[] = []
  const attachments: JsonObject[] = []
  for (const { toolCallId: id, content, isError, ...marked } of results) {
    noteCache(marked, dropped)
    const blocks: JsonObject[] = isError === true ? [{ type: 'text', text: 'Error:' }] : []
    for (const part of content) {
      const encoded = part.type === 'document' ? encodeResultDocument(part, dropped) : encodeUserPart(part, dropped)
      if (encoded['type'] === 'image_url')
        attachments.push({ type: 'text', text: `Result of the tool call ${id}:` }, encoded)
      else blocks.push(encoded)
    }
    messages.push({ role: 'tool', tool_call_id: id, content: plain(blocks) })
  }
  if (attachments.length > 0) messages.push({ role: 'user', content: attachments })
  return messages
}

/** A document is an object of fields: https://docs.cohere.com/docs/tool-use-citations */
function encodeResultDocument(part: DocumentPart, dropped: Set<string>): JsonObject {
  const { source, name, context, citations } = part
  const data =
    source.type === 'text' && source.mediaType === 'application/json' && context === undefined && citations !== true
      ? parseJson(source.text)
      : undefined
  if (!isJsonObject(data)) return encodeDocument(part, dropped)
  noteCache(part, dropped)
  return { type: 'document', document: { data, ...(name === undefined ? {} : { id: name }) } }
}
