/** Fields of all dialects in which files stand, and what stands in them. */
import { documentKind } from '../../core/inspection/document-kind.ts'

/** Where pictures, sound and files stand. */
export const fileNames: ReadonlySet<string> = new Set([
  'data',
  'url',
  'image_url',
  'image',
  'images',
  'bytes',
  'blob',
  'b64_json',
  'file_data',
  'file_url',
  'imageBytes',
  'videoBytes',
])
const MEDIA_SAMPLE = 512
/** In Base64: of as many bytes as tell a text. */
const KIND_SAMPLE = 1368

export function isFileName(field: string): boolean {
  return fileNames.has(field)
}

/** A text in base64 is none. */
export function isMedia(text: string): boolean {
  if (text.length < MEDIA_SAMPLE) return false
  const data = text.startsWith('data:') ? text.indexOf(',') + 1 : 0
  if (data > 0 && /^data:(?:text|application\/(?:json|xml))/i.test(text)) return false
  const start = text.slice(data, data + MEDIA_SAMPLE)
  return (
    /^[A-Za-z0-9+/=_-]+$/.test(start) &&
    mediaStarts.some((magic) => start.startsWith(magic)) &&
    documentKind(Buffer.from(text.slice(data, data + KIND_SAMPLE), 'base64')) !== 'text' &&
    isBase64Throughout(text, data)
  )
}

/** Base64 of the first bytes: PNG, JPEG, GIF, RIFF (WebP, WAV), PDF, ZIP (office files), MP3, Ogg, FLAC, MP4, BMP, TIFF. */
const mediaStarts = [
  'iVBORw0KGgo',
  '/9j/',
  'R0lGOD',
  'UklGR',
  'JVBERi',
  'UEsDB',
  'SUQz',
  '//uQ',
  '//sQ',
  '//vQ',
  'T2dnU',
  'ZkxhQ',
  'AAAA',
  'Qk0',
  'SUkq',
  'TU0A',
]

/** Also of the alphabet for URLs. What a decoder passes over makes less of it. */
export function isBase64Throughout(text: string, from: number): boolean {
  let end = text.length
  while (end > from && text.length - end < 2 && text[end - 1] === '=') end--
  return Buffer.from(from === 0 ? text : text.slice(from), 'base64').length === Math.floor(((end - from) * 3) / 4)
}
