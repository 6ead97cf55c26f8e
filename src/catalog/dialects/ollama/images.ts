import type { ImagePart } from '../../../core/model/model-request.ts'

/** First letters of the Base64 of each format's magic number. Ollama's images are bare Base64. */
const formats: readonly (readonly [start: string, mediaType: string])[] = [
  ['iVBOR', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lG', 'image/gif'],
  ['UklGR', 'image/webp'],
]

export function imageOf(data: string): ImagePart {
  const mediaType = formats.find(([start]) => data.startsWith(start))?.[1] ?? 'image/png'
  return { type: 'image', source: { type: 'base64', mediaType, data } }
}
