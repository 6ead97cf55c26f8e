import { isUtf8 } from 'node:buffer'
import type {
  AssistantPart,
  AudioPart,
  CacheMarker,
  DocumentPart,
  ImagePart,
  TextPart,
  ToolResultPart,
} from '../../../core/model/model-request.ts'
import { given } from '../given.ts'
import { isTextFormat, mediaTypeOf } from './media-formats.ts'
import type { Block, Document, Image, ResultBlock, SearchResult } from './request-schema.ts'

interface Cached<Item> {
  readonly item: Item
  readonly cache?: CacheMarker
}

interface CachePointHolder {
  readonly cachePoint?: { readonly ttl?: string | null | undefined } | null | undefined
}

/** A cache point stands behind what it marks. One behind nothing marks nothing, and is named. */
export function withCachePoints<Item extends CachePointHolder>(
  items: readonly Item[],
  place: string,
  other: Set<string>,
): readonly Cached<Item>[] {
  const found: Cached<Item>[] = []
  for (const item of items) {
    if (!item.cachePoint) {
      found.push({ item })
      continue
    }
    const last = found.pop()
    if (last === undefined) other.add(`${place}[].cachePoint`)
    else found.push({ item: last.item, cache: given({ ttl: item.cachePoint.ttl }) })
  }
  return found
}

type ReadPart = TextPart | ImagePart | DocumentPart

/** What a user's turn shows. */
export function userParts({ item: block, cache }: Cached<Block>): readonly (ReadPart | AudioPart)[] {
  const parts: (ReadPart | AudioPart)[] = [...readParts(block), ...guardedText(block)]
  const sound = block.audio?.source.bytes
  if (block.audio && typeof sound === 'string') {
    const mediaType = mediaTypeOf('audio', block.audio.format)
    parts.push({ type: 'audio', source: { type: 'base64', mediaType, data: sound } })
  }
  return marked(parts, cache)
}

function marked<Part>(parts: readonly Part[], cache: CacheMarker | undefined): readonly Part[] {
  if (cache === undefined) return parts
  return parts.map((part, index) => (index === parts.length - 1 ? { ...part, cache } : part))
}

/** Text that a guardrail of Bedrock shall look at; elsewhere it is text like any other. */
export function guardedText({ guardContent: guarded }: Pick<Block, 'guardContent'>): readonly TextPart[] {
  return guarded?.text ? [{ type: 'text', text: guarded.text.text }] : []
}

function readParts(block: Pick<Block, 'text' | 'image' | 'document' | 'searchResult'>): readonly ReadPart[] {
  const { text, image, document, searchResult } = block
  return [
    ...(typeof text === 'string' ? [{ type: 'text', text } as const] : []),
    ...(image ? imageParts(image) : []),
    ...(document ? documentParts(document) : []),
    ...(searchResult ? [searchResultPart(searchResult)] : []),
  ]
}

function imageParts({ format, source: { bytes } }: Image): readonly ImagePart[] {
  if (typeof bytes !== 'string') return []
  return [{ type: 'image', source: { type: 'base64', mediaType: mediaTypeOf('image', format), data: bytes } }]
}

function documentParts({ format, name, source, context, citations }: Document): readonly DocumentPart[] {
  const kind = format ?? 'txt'
  const fields = given({ name: `${name}.${kind}`, context, citations: citations?.enabled })
  const text = source.text ?? (source.content ? joined(source.content) : undefined)
  if (text !== undefined)
    return [{ type: 'document', source: { type: 'text', text, mediaType: mediaTypeOf('document', kind) }, ...fields }]
  if (typeof source.bytes !== 'string') return []
  return [{ type: 'document', source: bytesSource(source.bytes, kind), ...fields }]
}

/** Other vendors take PDF as bytes and text as text. */
function bytesSource(data: string, format: string): DocumentPart['source'] {
  const mediaType = mediaTypeOf('document', format)
  const bytes = isTextFormat(format) ? Buffer.from(data, 'base64') : undefined
  return bytes !== undefined && isUtf8(bytes)
    ? { type: 'text', text: bytes.toString('utf8'), mediaType }
    : { type: 'base64', mediaType, data }
}

function searchResultPart({ source, title, content, citations }: SearchResult): DocumentPart {
  return {
    type: 'document',
    source: { type: 'text', text: joined(content ?? []), mediaType: 'text/plain' },
    name: title,
    context: source,
    ...given({ citations: citations?.enabled }),
  }
}

function joined(content: readonly { readonly text?: string | null | undefined }[]): string {
  return content.flatMap(({ text }) => text ?? []).join('\n')
}

export function assistantParts({ item: block, cache }: Cached<Block>): readonly AssistantPart[] {
  const parts: AssistantPart[] = []
  const thought = block.reasoningContent?.reasoningText
  if (thought)
    parts.push({ type: 'reasoning', text: thought.text, ...given({ signature: thought.signature || undefined }) })
  const redacted = block.reasoningContent?.redactedContent
  if (typeof redacted === 'string') parts.push({ type: 'reasoning', text: '', redacted })
  if (typeof block.text === 'string') parts.push({ type: 'text', text: block.text, ...given({ cache }) })
  for (const { text } of block.citationsContent?.content ?? [])
    if (typeof text === 'string') parts.push({ type: 'text', text, ...given({ cache }) })
  if (block.toolUse) {
    const { toolUseId: id, name, input } = block.toolUse
    parts.push({ type: 'tool-call', id, name, arguments: JSON.stringify(input ?? {}), ...given({ cache }) })
  }
  return parts
}

export function toolResult({ item: block, cache }: Cached<Block>): readonly ToolResultPart[] {
  if (!block.toolResult) return []
  const { toolUseId, content, status } = block.toolResult
  return [
    {
      type: 'tool-result',
      toolCallId: toolUseId,
      content: (content ?? []).flatMap(resultParts),
      ...(status === 'error' ? { isError: true } : {}),
      ...given({ cache }),
    },
  ]
}

function resultParts(block: ResultBlock): readonly ReadPart[] {
  const json =
    block.json === undefined || block.json === null ? [] : [{ type: 'text', text: JSON.stringify(block.json) } as const]
  return [...json, ...readParts(block)]
}
