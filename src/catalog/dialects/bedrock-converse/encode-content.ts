import type {
  AssistantPart,
  CacheMarker,
  DocumentPart,
  ImagePart,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../../../core/model/model-request.ts'
import { isAnthropicSignature } from '../../../core/model/signature.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { toolInput } from '../tool-input.ts'
import type { ConversationNames } from './conversation-names.ts'
import { formatOf } from './media-formats.ts'
import type { ModelFamily } from './model-family.ts'

/** What the blocks of one conversation share. */
export interface ContentContext {
  readonly family: ModelFamily
  readonly names: ConversationNames
  readonly dropped: Set<string>
}

/** A block, and behind it the cache point that marks it. */
function marked(block: JsonObject, cache: CacheMarker | undefined, context: ContentContext): JsonObject[] {
  return [block, ...cachePoint(cache, context)]
}

export function cachePoint(cache: CacheMarker | undefined, { family, dropped }: ContentContext): JsonObject[] {
  if (cache === undefined) return []
  if (family.takesCachePoints)
    return [{ cachePoint: { type: 'default', ...(cache.ttl === '1h' ? { ttl: '1h' } : {}) } }]
  dropped.add('cache_control')
  return []
}

/** Bedrock refuses texts without anything but white space. */
export function encodeText({ text, cache }: Omit<TextPart, 'type'>, context: ContentContext): JsonObject[] {
  if (text.trim() !== '') return marked({ text }, cache, context)
  if (cache !== undefined) context.dropped.add('cache_control')
  return []
}

export function encodeUserPart(part: UserPart, context: ContentContext): JsonObject[] {
  switch (part.type) {
    case 'text':
      return encodeText(part, context)
    case 'image':
      return encodeImage(part, context)
    case 'document':
      return encodeDocument(part, context)
    case 'audio': {
      const { mediaType, data } = part.source
      const format = context.family.hears ? formatOf('audio', mediaType) : undefined
      if (format !== undefined) return [{ audio: { format, source: { bytes: data } } }]
      context.dropped.add('input_audio')
      return [{ text: '[an audio part that this model cannot hear]' }]
    }
  }
}

/** Bedrock fetches nothing but its own account's S3, so only an image that came as bytes can be shown. */
function encodeImage({ source, detail, cache }: ImagePart, context: ContentContext): JsonObject[] {
  if (detail !== undefined && detail !== 'auto') context.dropped.add('detail')
  const format = source.type === 'base64' ? formatOf('image', source.mediaType) : undefined
  if (source.type === 'base64' && format !== undefined)
    return marked({ image: { format, source: { bytes: source.data } } }, cache, context)
  context.dropped.add('image_url')
  return [{ text: '[an image that this provider cannot open]' }]
}

function encodeDocument(part: DocumentPart, context: ContentContext): JsonObject[] {
  const { source, context: about, citations, cache } = part
  const format = 'mediaType' in source ? formatOf('document', source.mediaType) : undefined
  if (format === undefined || !('mediaType' in source)) {
    context.dropped.add('file')
    return [{ text: '[a document that this provider cannot open]' }]
  }
  const bytes = source.type === 'text' ? Buffer.from(source.text).toString('base64') : source.data
  const document = {
    format,
    name: context.names.ofDocument(part.name ?? '', format),
    source: { bytes },
    ...(about === undefined || about === '' ? {} : { context: about }),
    ...(citations === undefined ? {} : { citations: { enabled: citations } }),
  }
  return marked({ document }, cache, context)
}

export function encodeAssistantPart(part: AssistantPart, context: ContentContext): JsonObject[] {
  const { family, names, dropped } = context
  switch (part.type) {
    case 'text':
    case 'refusal':
      return encodeText({ ...part }, context)
    case 'reasoning': {
      const { text, signature, redacted } = part
      if (family.takesReasoning && redacted !== undefined) return [{ reasoningContent: { redactedContent: redacted } }]
      if (family.takesReasoning && signature !== undefined && isAnthropicSignature(signature))
        return [{ reasoningContent: { reasoningText: { text, signature } } }]
      // Thinking that the model's vendor did not sign is refused.
      dropped.add('reasoning_content')
      return []
    }
    case 'tool-call': {
      const toolUse = { toolUseId: names.ofCall(part.id), name: part.name, input: toolInput(part.arguments) }
      return marked({ toolUse }, part.cache, context)
    }
  }
}

export function encodeToolResult(part: ToolResultPart, context: ContentContext): JsonObject[] {
  const content = part.content.flatMap((inner) => encodeUserPart(inner, context))
  const toolResult = {
    toolUseId: context.names.ofResult(part.toolCallId),
    content:
      content.length === 0 ? [{ text: '[empty]' }] : content.filter((block) => block['cachePoint'] === undefined),
    ...(part.isError === true ? { status: 'error' } : {}),
  }
  return marked({ toolResult }, part.cache, context)
}
