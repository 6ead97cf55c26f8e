import { GatewayError } from '../../../core/errors.ts'
import type { AssistantPart, CacheMarker, DocumentPart, TextPart, UserPart } from '../../../core/model/model-request.ts'
import { given } from '../given.ts'
import { fileSource, mediaSource } from '../openai-chat/media-source.ts'
import { type Content, type ContentPart, isContentPart } from './request-schema.ts'

/** What a user says, or a tool gives back. A part that has no place there is named. */
export function userParts(content: Content, path: string, other: Set<string>): UserPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.flatMap((part, index): UserPart[] => {
    if (isContentPart(part)) return [userPart(part, `${path}[${index}]`, other)]
    other.add(`input[].content[].${part.type}`)
    return []
  })
}

function userPart(part: ContentPart, path: string, other: Set<string>): UserPart {
  switch (part.type) {
    case 'input_text':
    case 'text':
      return { type: 'text', text: part.text, ...given({ cache: cacheOf(part) }) }
    case 'output_text':
      return { type: 'text', text: part.text }
    case 'refusal':
      other.add('input[].content[].refusal')
      return { type: 'text', text: part.refusal }
    case 'input_image': {
      const { image_url: url, file_id: fileId, detail } = part
      const fields = given({ detail: detail === 'auto' ? undefined : detail, cache: cacheOf(part) })
      if (fileId) return { type: 'image', source: { type: 'file', fileId }, ...fields }
      if (!url) throw needs(path, '`image_url` or `file_id`')
      return { type: 'image', source: mediaSource(url), ...fields }
    }
    case 'input_file':
      return filePart(part, path)
    case 'input_audio':
      return {
        type: 'audio',
        source: { type: 'base64', mediaType: `audio/${part.input_audio.format}`, data: part.input_audio.data },
      }
  }
}

function filePart(part: ContentPart & { type: 'input_file' }, path: string): UserPart {
  const { file_id: fileId, file_data: data, file_url: url, filename } = part
  const fields = given({ name: filename, cache: cacheOf(part) })
  const document = (source: DocumentPart['source']): UserPart => ({ type: 'document', source, ...fields })
  if (fileId) return document({ type: 'file', fileId })
  if (url) return document(mediaSource(url))
  if (!data) throw needs(path, '`file_data`, `file_url` or `file_id`')
  const source = fileSource(data, filename ?? undefined)
  if (source.type !== 'base64' || !source.mediaType.startsWith('image/')) return document(source)
  return { type: 'image', source, ...given({ cache: cacheOf(part) }) }
}

function needs(path: string, fields: string): GatewayError {
  return new GatewayError('invalid_request', `\`${path}\` needs ${fields}.`, { param: path })
}

function cacheOf({
  prompt_cache_breakpoint: marker,
}: {
  readonly prompt_cache_breakpoint?: object | null | undefined
}): CacheMarker | undefined {
  return marker === undefined || marker === null ? undefined : {}
}

/** A system prompt. Throws `invalid_request` for anything but text. */
export function textParts(content: Content, path: string, other: Set<string>): TextPart[] {
  return userParts(content, path, other).map((part) => {
    if (part.type !== 'text')
      throw new GatewayError('invalid_request', `\`${path}\` may hold text only.`, { param: path })
    return part
  })
}

/** What the assistant said. */
export function assistantParts(content: Content, path: string, other: Set<string>): AssistantPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return content.flatMap((part, index): AssistantPart[] => {
    if (!isContentPart(part)) {
      other.add(`input[].content[].${part.type}`)
      return []
    }
    if (part.type === 'refusal') return [{ type: 'refusal', text: part.refusal }]
    const read = userPart(part, `${path}[${index}]`, other)
    if (read.type === 'text') return [read]
    other.add(`input[].content[].${part.type}`)
    return []
  })
}
