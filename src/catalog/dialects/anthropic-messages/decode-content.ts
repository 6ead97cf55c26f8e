import type {
  AssistantPart,
  CacheMarker,
  DocumentPart,
  ImagePart,
  TextPart,
  ToolResultPart,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { isResultBlock, type KnownBlock, type ResultBlock } from './request-schema.ts'

export type ReadPart = TextPart | ImagePart | DocumentPart

export function cacheOf(holder: {
  readonly cache_control?: { readonly ttl?: string | null | undefined } | null | undefined
}): CacheMarker | undefined {
  const marker = holder.cache_control
  return marker === undefined || marker === null ? undefined : given({ ttl: marker.ttl })
}

export function textPart(block: KnownBlock & { type: 'text' }): TextPart {
  return { type: 'text', text: block.text, ...given({ cache: cacheOf(block) }) }
}

/** What a user's turn or a tool's result may show. A block that has no place there is named. */
export function userParts(block: KnownBlock | ResultBlock, other: Set<string>): readonly ReadPart[] {
  switch (block.type) {
    case 'text':
      return [textPart(block)]
    case 'image':
      return imageParts(block, other)
    case 'document':
      return documentParts(block, other)
    case 'search_result':
      return [
        {
          type: 'document',
          source: { type: 'text', text: block.content.map(({ text }) => text).join('\n'), mediaType: 'text/plain' },
          ...given({
            name: block.title,
            context: block.source,
            citations: block.citations?.enabled,
            cache: cacheOf(block),
          }),
        },
      ]
    default:
      other.add(`messages[].content[].${block.type}`)
      return []
  }
}

function imageParts(block: KnownBlock & { type: 'image' }, other: Set<string>): readonly ImagePart[] {
  const { source } = block
  const cache = given({ cache: cacheOf(block) })
  switch (source.type) {
    case 'base64':
      return [{ type: 'image', source: { type: 'base64', mediaType: source.media_type, data: source.data }, ...cache }]
    case 'url':
      return [{ type: 'image', source: { type: 'url', url: source.url }, ...cache }]
    case 'file':
      return [{ type: 'image', source: { type: 'file', fileId: source.file_id }, ...cache }]
    default:
      other.add('image.source')
      return []
  }
}

function documentParts(block: KnownBlock & { type: 'document' }, other: Set<string>): readonly ReadPart[] {
  const { source } = block
  const fields = given({
    name: block.title,
    context: block.context,
    citations: block.citations?.enabled,
    cache: cacheOf(block),
  })
  const document = (of: DocumentPart['source']): DocumentPart[] => [{ type: 'document', source: of, ...fields }]
  switch (source.type) {
    case 'base64':
      return document({ type: 'base64', mediaType: source.media_type, data: source.data })
    case 'url':
      return document({ type: 'url', url: source.url })
    case 'file':
      return document({ type: 'file', fileId: source.file_id })
    case 'text':
      return document({ type: 'text', text: source.data, mediaType: source.media_type ?? 'text/plain' })
    case 'content': {
      const parts = typeof source.content === 'string' ? [source.content] : contentParts(source.content)
      const texts = parts.filter((part) => typeof part === 'string')
      if (parts.length === 0) other.add('document.source')
      // A document of blocks is text when all of its blocks are; one with images is shown as what it is made of.
      if (texts.length === parts.length)
        return parts.length === 0 ? [] : document({ type: 'text', text: texts.join('\n'), mediaType: 'text/plain' })
      const head = [block.title, block.context].filter((text) => typeof text === 'string' && text !== '')
      return [...head, ...parts].map((part) => (typeof part === 'object' && part !== null ? part : asText(part ?? '')))
    }
  }
}

function asText(text: string): TextPart {
  return { type: 'text', text }
}

function contentParts(content: unknown): readonly (string | ImagePart)[] {
  if (!Array.isArray(content)) return []
  return content.flatMap((block: unknown): (string | ImagePart)[] => {
    if (!isJsonObject(block)) return []
    if (block['type'] === 'text' && typeof block['text'] === 'string') return [block['text']]
    const source = block['type'] === 'image' && isJsonObject(block['source']) ? imageSource(block['source']) : undefined
    return source === undefined ? [] : [{ type: 'image', source }]
  })
}

function imageSource({ type, url, data, media_type: mediaType }: JsonObject): ImagePart['source'] | undefined {
  if (type === 'url' && typeof url === 'string') return { type: 'url', url }
  return type === 'base64' && typeof data === 'string' && typeof mediaType === 'string'
    ? { type: 'base64', mediaType, data }
    : undefined
}

export function assistantParts(block: KnownBlock, other: Set<string>): readonly AssistantPart[] {
  switch (block.type) {
    case 'text':
      return [textPart(block)]
    case 'thinking':
      return [{ type: 'reasoning', text: block.thinking, ...given({ signature: block.signature || undefined }) }]
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

export function toolResult(block: KnownBlock & { type: 'tool_result' }, other: Set<string>): ToolResultPart {
  const content: ReadPart[] = []
  if (typeof block.content === 'string') content.push({ type: 'text', text: block.content })
  else {
    for (const inner of block.content ?? []) {
      if (isResultBlock(inner)) content.push(...userParts(inner, other))
      else other.add(`tool_result.${inner.type}`)
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
