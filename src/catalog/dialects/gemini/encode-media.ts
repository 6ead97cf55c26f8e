import type { AudioPart, DocumentPart, ImagePart } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { isGoogleFile, mediaTypeOf } from './decode-media.ts'

/** One part of a turn. What a target of this dialect cannot see is said in words. */
export function encodeMedia(part: ImagePart | DocumentPart | AudioPart, dropped: Set<string>): JsonObject {
  if (part.type === 'image' && part.detail !== undefined && part.detail !== 'auto') dropped.add('detail')
  if (part.type !== 'audio' && part.cache !== undefined) dropped.add('cache_control')
  if (part.type === 'document') {
    if (part.citations === true) dropped.add('citations')
    const { source, name, context } = part
    if (source.type === 'text') {
      const head = [name, context].filter((text) => text !== undefined && text !== '')
      return { text: [...head, source.text].join('\n\n') }
    }
    // The API knows no names of files.
    if (name !== undefined) dropped.add('filename')
    if (context !== undefined) dropped.add('document.context')
  }
  const { source } = part
  switch (source.type) {
    case 'base64':
      return { inlineData: { mimeType: source.mediaType, data: source.data } }
    case 'url':
      // Fetched by Google, which wants to know what it will find; pictures are known by their bytes all the same.
      return { fileData: { mimeType: urlMediaType(source.url, part.type), fileUri: source.url } }
    case 'file':
      if (isGoogleFile(source.fileId)) return { fileData: { fileUri: source.fileId } }
      // Files are kept by the vendor that took them: the id means nothing elsewhere.
      dropped.add('file_id')
      return { text: `[a file that only its first provider holds]` }
    default:
      return { text: source.text }
  }
}

function urlMediaType(url: string, kind: 'image' | 'document' | 'audio'): string {
  const known = mediaTypeOf(url)
  if (kind === 'image') return known?.startsWith('image/') === true ? known : 'image/jpeg'
  return known === undefined || known.startsWith('image/') ? 'application/pdf' : known
}
