import type { DocumentPart, MediaSource } from '../../../core/model/model-request.ts'

/** An address, or a `data:` URL (RFC 2397) that holds the bytes themselves. */
export function mediaSource(url: string): MediaSource {
  const head = /^data:([^;,]*)((?:;[^;,]*)*),/i.exec(url.slice(0, 300))
  if (head === null) return { type: 'url', url }
  const [all, type = '', parameters = ''] = head
  const rest = url.slice(all.length)
  if (/;base64$/i.test(parameters)) return { type: 'base64', mediaType: mediaType(type), data: rest }
  try {
    const data = Buffer.from(decodeURIComponent(rest)).toString('base64')
    return { type: 'base64', mediaType: mediaType(type === '' ? 'text/plain' : type), data }
  } catch {
    // Not percent-encoded as it should be: the provider may say what is wrong with it.
    return { type: 'url', url }
  }
}

function mediaType(type: string): string {
  const lower = type.toLowerCase()
  return lower === '' ? 'application/octet-stream' : lower === 'image/jpg' ? 'image/jpeg' : lower
}

const byExtension: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
])

/** `file_data`: a `data:` URL, bare base64 whose name says what it is, or (OpenRouter) an address. Text is read, so that it can go where files are texts. */
export function fileSource(data: string, name: string | undefined): DocumentPart['source'] {
  const isAddressed = /^[a-z][a-z0-9+.-]*:/i.test(data.slice(0, 40))
  const extension = /\.([a-z0-9]+)$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? 'pdf'
  const source: MediaSource = isAddressed
    ? mediaSource(data)
    : { type: 'base64', mediaType: byExtension.get(extension) ?? 'application/octet-stream', data }
  if (source.type !== 'base64' || !/^text\/|[/+](json|xml|yaml)$/.test(source.mediaType)) return source
  return { type: 'text', mediaType: source.mediaType, text: Buffer.from(source.data, 'base64').toString('utf8') }
}
