/** Documents in a body: strings that are files, in Base64, whatever the field is called that they stand in. */
import { type DocumentKind, documentKind, hasMarks, isDocumentKind } from '../../core/inspection/document-kind.ts'
import type { TextPoint } from '../../core/inspection/guardrail.ts'
import { plainText } from '../../core/inspection/plain-text.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { isFileName } from './file-fields.ts'
import { saysText } from './readable-text.ts'
import { fileHead, textFileIn } from './text-file.ts'
import { isAttachedAt, pointAt } from './wire-points.ts'
import { isFileField, type Place, stepsOf } from './wire-texts.ts'

export interface FilePart {
  readonly place: Place
  readonly bytes: Buffer
  readonly kind: Exclude<DocumentKind, 'text'>
  /** Absent: where all files of its body stand. */
  readonly at?: TextPoint
}

/** No document and no picture is shorter. */
const MIN_LENGTH = 64

/** Of a request: one that is attached to what a user says is said by both. */
export function fileParts(body: JsonValue): readonly FilePart[] {
  return partsIn(body).map((part) =>
    isAttachedAt(body, stepsOf(part.place)) ? { ...part, at: { point: 'tool-result', also: 'input' } } : part,
  )
}

/** Of an answer: what a tool gives back in it is said by both. */
export function filePartsOfAnswer(body: JsonValue): readonly FilePart[] {
  return partsIn(body).map((part) => {
    const point = pointAt(body, stepsOf(part.place), 'output')
    return { ...part, at: point === 'output' ? { point } : { point, also: 'output' } }
  })
}

/** A body that is a file itself. `isText`: it is read as a text too. */
export function fileOfBody(bytes: Buffer, contentType: string, isText: boolean): FilePart | undefined {
  if (bytes.length === 0) return undefined
  const kind = documentKind(bytes)
  const isOther = isFileBody(kind, contentType)
  if (isText) return isOther ? { place: null, bytes, kind } : undefined
  if (isOther || kind === 'media') return { place: null, bytes, kind }
  return { place: null, bytes, kind: mediaLabel.test(contentType) ? 'media' : 'unknown' }
}

/** What is read as a text may say something else in a language of its own. */
export function isFileBody(kind: DocumentKind, contentType: string): kind is 'pdf' | 'archive' | 'rtf' {
  return isDocumentKind(kind) && (kind === 'rtf' || !saysText(contentType))
}

function partsIn(body: JsonValue): readonly FilePart[] {
  if (!hasFile(body)) return []
  const parts: FilePart[] = []
  const open: { readonly value: JsonValue | undefined; readonly place: Place; readonly label: string }[] = [
    { value: body, place: null, label: '' },
  ]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, place, label } = next
    if (typeof value === 'string') {
      const mayBeFile = value.length >= MIN_LENGTH && (looksLikeFile(value) || isFileField(place))
      const part = mayBeFile ? partOf(value, place, label) : undefined
      if (part !== undefined) parts.push(part)
    } else if (typeof value === 'object' && value !== null) {
      const own = isJsonObject(value) ? labelOf(value) : label
      const depth = (place?.depth ?? 0) + 1
      for (const [name, inner] of Object.entries(value)) {
        const step = Array.isArray(value) ? Number(name) : name
        // Sound is in `audio`, by itself.
        const above = mediaLabel.test(label) ? label : name
        open.push({ value: inner, place: { above: place, step, depth }, label: own === '' ? above : own })
      }
    }
  }
  return parts.reverse()
}

/** Most bodies have none, and are not looked through with places. */
function hasFile(body: JsonValue): boolean {
  const open: unknown[] = [body]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'string') {
      if (looksLikeFile(value)) return true
    } else if (Array.isArray(value)) {
      for (const item of value) open.push(item)
    } else if (typeof value === 'object' && value !== null) {
      // It is asked of each event of a stream: no list is made for it.
      for (const name in value) {
        const inner = (value as Readonly<Record<string, unknown>>)[name]
        if (typeof inner === 'string') {
          if (inner.length >= MIN_LENGTH && (isFileName(name) || looksLikeFile(inner))) return true
        } else if (typeof inner === 'object' && inner !== null) open.push(inner)
      }
    }
  }
  return false
}

/** Bytes in Base64, with or without the head of a `data:` URL, and white space that lenient readers pass over. */
function looksLikeFile(text: string): boolean {
  if (text.length < MIN_LENGTH) return false
  const start = text.slice(0, 512)
  return /^\s*(?:data:[^,]{0,200};base64,)?(?:[A-Za-z0-9+/_-]\s*){48}/i.test(start)
}

/** Of a text that is no shorter. */
function partOf(text: string, place: Place, label: string): FilePart | undefined {
  const isUrl = /^\s*data:/i.test(text)
  const bytes = Buffer.from(isUrl ? text.slice(text.indexOf(',') + 1) : text, 'base64')
  // Words with few marks between them are Base64 to lenient readers: most are told at once.
  if (!isUrl && !isFileField(place) && !mediaLabel.test(label) && !hasMarks(bytes)) return undefined
  const kind = documentKind(bytes)
  // Lenient readers pass over what is no Base64.
  if ((kind === 'text' || kind === 'unknown') && isFileField(place) && textFileIn(text) !== undefined) return undefined
  // Opaque to all but the vendor that made it.
  if ((kind === 'text' || kind === 'unknown') && label === 'redacted_thinking') return undefined
  // What is text in part, or for lenient readers, is read as one by nobody here.
  if (kind === 'text' && isFileField(place) && isMeantAsFile(text, bytes))
    return { place, bytes, kind: mediaLabel.test(isUrl ? text.slice(0, 64) : label) ? 'media' : 'unknown' }
  if (kind === 'text' || !(isDocumentKind(kind) || looksLikeFile(text))) return undefined
  // A model that is told that it is a text reads all of it as one, whatever it begins with.
  if (kind === 'media' && textLabel.test(isUrl ? text.slice(0, 64) : label)) return { place, bytes, kind: 'unknown' }
  if (kind !== 'unknown') return { place, bytes, kind }
  // Sound without a head has nothing that tells what it is. A long word somewhere else is no file.
  if (mediaLabel.test(isUrl ? text.slice(0, 64) : label)) return { place, bytes, kind: 'media' }
  return isUrl || (isFileField(place) && !looksLikeWords(text)) ? { place, bytes, kind } : undefined
}

/** Words of a plain text with blanks between them; lines of Base64 are longer. */
function looksLikeWords(text: string): boolean {
  return /^\s*(?:\S{1,20}\s+){4}/.test(text)
}

function isMeantAsFile(text: string, bytes: Buffer): boolean {
  if (fileHead.test(text.slice(0, 512)) || (looksLikeFile(text) && !looksLikeWords(text))) return true
  return plainText(bytes)?.isUtf8 === true
}

/** What stands beside a file and says what it is. */
function labelOf(object: { readonly [name: string]: JsonValue | undefined }): string {
  const labels = labelFields.map((field) => object[field]).filter((label) => typeof label === 'string')
  return labels.find((label) => textLabel.test(label)) ?? labels[0] ?? ''
}

const labelFields = ['media_type', 'mimeType', 'mime_type', 'format', 'type']
const textLabel =
  /^\s*(?:data:)?(?:text\/|application\/(?:[\w.+-]*(?:json|xml|yaml|javascript|sql|rtf))|(?:txt|csv|tsv|md|markdown|html?|json|xml|ya?ml)\s*$)/i

const mediaLabel = /^\s*(?:data:)?(?:audio|image|video|input_audio|input_image|pcm|g711|wav|mp3|aac|opus|flac|ogg)/i
