import type {
  AssistantPart,
  CacheMarker,
  DocumentPart,
  MediaSource,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../../../core/model/model-request.ts'
import { isAnthropicSignature } from '../../../core/model/signature.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { toolInput } from '../tool-input.ts'
import type { ToolIds } from './tool-ids.ts'

/** Anthropic refuses texts without anything but white space. */
export function encodeText(part: TextPart, dropped: Set<string>): JsonObject[] {
  if (part.text.trim() !== '') return [{ type: 'text', text: part.text, ...marked(part) }]
  if (part.cache !== undefined) dropped.add('cache_control')
  return []
}

export function marked({ cache }: { readonly cache?: CacheMarker }): JsonObject {
  return cache === undefined ? {} : { cache_control: cacheControl(cache) }
}

export function cacheControl({ ttl }: CacheMarker): JsonObject {
  return { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) }
}

export function encodeUserPart(part: UserPart, dropped: Set<string>): JsonObject[] {
  switch (part.type) {
    case 'text':
      return encodeText(part, dropped)
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') dropped.add('detail')
      return [{ type: 'image', source: encodeSource(part.source), ...marked(part) }]
    case 'document':
      return [encodeDocument(part)]
    case 'audio':
      dropped.add('input_audio')
      return [{ type: 'text', text: '[an audio part that this model cannot hear]' }]
  }
}

function encodeSource(source: MediaSource): JsonObject {
  switch (source.type) {
    case 'url':
      return { type: 'url', url: source.url }
    case 'base64':
      return { type: 'base64', media_type: source.mediaType, data: source.data }
    case 'file':
      return { type: 'file', file_id: source.fileId }
  }
}

function encodeDocument(part: DocumentPart): JsonObject {
  const { source, name, context, citations } = part
  return {
    type: 'document',
    source:
      source.type === 'text' ? { type: 'text', media_type: 'text/plain', data: source.text } : encodeSource(source),
    ...(name === undefined ? {} : { title: name }),
    ...(context === undefined ? {} : { context }),
    ...(citations === undefined ? {} : { citations: { enabled: citations } }),
    ...marked(part),
  }
}

export function encodeAssistantPart(part: AssistantPart, ids: ToolIds, dropped: Set<string>): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return encodeText({ ...part, type: 'text' }, dropped)
    case 'reasoning':
      if (part.redacted !== undefined) return [{ type: 'redacted_thinking', data: part.redacted }]
      if (part.signature !== undefined && isAnthropicSignature(part.signature))
        return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
      // Thinking that Anthropic did not sign is refused.
      dropped.add('reasoning_content')
      return []
    case 'tool-call':
      return [
        {
          type: 'tool_use',
          id: ids.ofCall(part.id),
          name: part.name,
          input: toolInput(part.arguments),
          ...marked(part),
        },
      ]
  }
}

export function encodeToolResult(part: ToolResultPart, ids: ToolIds, dropped: Set<string>): JsonObject {
  const content = part.content.flatMap((inner) => encodeUserPart(inner, dropped))
  return {
    type: 'tool_result',
    tool_use_id: ids.ofResult(part.toolCallId),
    ...(content.length === 0 ? {} : { content: plain(content) }),
    ...(part.isError === true ? { is_error: true } : {}),
    ...marked(part),
  }
}

/** One text without a marker is written as a plain string. */
export function plain(content: JsonObject[]): string | JsonObject[] {
  const first = content[0]
  const isPlain = content.length === 1 && first?.['type'] === 'text' && first['cache_control'] === undefined
  return isPlain ? String(first['text']) : content
}
