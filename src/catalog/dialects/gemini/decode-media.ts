import type { AudioPart, DocumentPart, ImagePart, MediaSource } from '../../../core/model/model-request.ts'
import type { Part } from './request-schema.ts'

/** Bytes in the request, as what they are: by their media type. */
export function inlinePart(
  blob: NonNullable<Part['inlineData']>,
  other: Set<string>,
): readonly (ImagePart | DocumentPart | AudioPart)[] {
  const mediaType = (blob.mimeType ?? 'application/octet-stream').toLowerCase()
  const source = { type: 'base64', mediaType, data: blob.data } as const
  if (mediaType.startsWith('image/')) return [{ type: 'image', source }]
  if (mediaType.startsWith('audio/')) return [{ type: 'audio', source }]
  if (mediaType.startsWith('video/')) {
    other.add('inlineData')
    return []
  }
  // Text is read, so that it can go where files are texts.
  if (/^text\/|[/+](json|xml|yaml)$/.test(mediaType)) {
    const text = Buffer.from(blob.data, 'base64').toString('utf8')
    return [{ type: 'document', source: { type: 'text', text, mediaType } }]
  }
  return [{ type: 'document', source }]
}

/** A file by its address: one that Google holds, or one on the web. */
export function filePart(
  { fileUri, mimeType }: NonNullable<Part['fileData']>,
  other: Set<string>,
): readonly (ImagePart | DocumentPart)[] {
  const source: MediaSource = isGoogleFile(fileUri) ? { type: 'file', fileId: fileUri } : { type: 'url', url: fileUri }
  const mediaType = mimeType?.toLowerCase() ?? mediaTypeOf(fileUri) ?? ''
  if (/^(audio|video)\//.test(mediaType)) {
    other.add('fileData')
    return []
  }
  return [{ type: mediaType.startsWith('image/') ? 'image' : 'document', source }]
}

/** Files API and Cloud Storage: https://ai.google.dev/gemini-api/docs/file-input-methods */
export function isGoogleFile(uri: string): boolean {
  return /^(files\/|gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/)/.test(uri)
}

const byExtension: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['json', 'application/json'],
  ['mp3', 'audio/mp3'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['webm', 'video/webm'],
])

/** By the end of an address. */
export function mediaTypeOf(url: string): string | undefined {
  const extension = /\.([a-z0-9]{2,5})(?:$|[?#])/i.exec(url.slice(0, 2000))?.[1]
  return extension === undefined ? undefined : byExtension.get(extension.toLowerCase())
}
