/** Names that Bedrock has for media types: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html and beside it. */
const images: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
}
const documents: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
}
const sounds: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  aac: 'audio/aac',
  opus: 'audio/opus',
  ogg: 'audio/ogg',
  webm: 'audio/webm',
  m4a: 'audio/mp4',
  pcm: 'audio/pcm',
}

export type MediaKind = 'image' | 'document' | 'audio'

const kinds: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  image: images,
  document: documents,
  audio: sounds,
}

export function mediaTypeOf(kind: MediaKind, format: string): string {
  const known = Object.hasOwn(kinds[kind], format) ? kinds[kind][format] : undefined
  return known ?? (kind === 'document' ? 'application/octet-stream' : `${kind}/${format}`)
}

const aliases: Readonly<Record<string, string>> = {
  'image/jpg': 'jpeg',
  'audio/mp3': 'mp3',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
}

/** `undefined` for what Bedrock does not take. */
export function formatOf(kind: MediaKind, mediaType: string): string | undefined {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const found = Object.entries(kinds[kind]).find(([, known]) => known === type)?.[0]
  if (found !== undefined) return found
  const alias = Object.hasOwn(aliases, type) ? aliases[type] : undefined
  if (alias !== undefined && Object.hasOwn(kinds[kind], alias)) return alias
  return kind === 'document' && (type.startsWith('text/') || type === 'application/json') ? 'txt' : undefined
}

/** Documents that are text, whatever carries them. */
export function isTextFormat(format: string): boolean {
  return ['txt', 'md', 'csv', 'html'].includes(format)
}
