/** Pictures in a body, in the words of all dialects: what is sent along, and what a provider is to fetch. */
import { imageHeadBytes, isImage } from '../../core/inspection/image-size.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import { knownFolded } from '../../core/wire/reads-one-way.ts'
import type { DocumentPicture } from '../documents/document-pictures.ts'
import { fileNames } from './file-fields.ts'
import { isFreeField, pointInField, pointOf } from './wire-points.ts'

/** One that is sent along, by itself or in a document, or one that a provider is to fetch. */
export type ImagePart = SentImage | DocumentPicture | 'elsewhere'

interface SentImage {
  /** Of as many bytes as tell a size; empty where readers may take them for several things. */
  readonly head: Buffer
  readonly bytes: number
}

export function imageParts(body: JsonValue): readonly ImagePart[] {
  const parts: ImagePart[] = []
  // Without recursion: depth is the client's.
  const open: Branch[] = [{ value: body, field: '', isOfImage: false, isMeant: true }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, field, isOfImage, isMeant } = next
    if (typeof value === 'string') {
      const part = partOf(value, next)
      if (part !== undefined) parts.push(part)
    } else if (Array.isArray(value)) {
      for (const item of value) open.push({ ...next, value: item })
    } else if (isJsonObject(value)) {
      const own = pointOf(value, 'input')
      const isLabelled = isOfImage || imageFields.has(knownFolded(field)) || saysImage(value)
      for (const [name, inner] of Object.entries(value)) {
        // Words of tools and of their callers show nothing to a model, whatever their fields are called.
        const isWords =
          (own === 'tool-call' && field !== '' && isFreeField(name, own)) ||
          ofTools.has(pointInField(name, own, 'input'))
        open.push({ value: inner, field: name, isOfImage: isLabelled, isMeant: isMeant && !isWords })
      }
    }
  }
  return parts
}

const ofTools: ReadonlySet<unknown> = new Set(['tool-call', 'tool-definition'])

interface Branch {
  readonly value: JsonValue | undefined
  /** Of the object above. */
  readonly field: string
  /** What is above says that it is a picture. */
  readonly isOfImage: boolean
  /** An address that stands there is fetched. */
  readonly isMeant: boolean
}

function partOf(text: string, { field: written, isOfImage, isMeant }: Branch): ImagePart | undefined {
  const field = knownFolded(written)
  const head = /^\s*data:([^,]{0,200}),/i.exec(text.slice(0, MAX_HEAD))
  if (head !== null) {
    const [{ length }, about = ''] = head
    const part = partIn(text.slice(length), /;\s*base64\s*$/i.test(about))
    return isOfImage || imageFields.has(field) || saysMime(about) || isImage(part.head) ? part : undefined
  }
  const isPicture = isMeant && (isOfImage || imageFields.has(field))
  if (addresses.has(field) && text !== '') return isPicture ? 'elsewhere' : undefined
  if (!files.has(field)) return undefined
  if (/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)) return isPicture ? 'elsewhere' : undefined
  if (!isImage(Buffer.from(text.slice(0, KIND_SAMPLE), 'base64'))) {
    // Words about a picture are none, where nothing else says that one stands there.
    const mayBe = text.length >= KIND_SAMPLE && /^[\sA-Za-z0-9+/_=-]+$/.test(text.slice(0, MAX_HEAD))
    if (!isPicture || text === '' || !(isOfImage || mayBe)) return undefined
  }
  return partIn(text, true)
}

const MAX_HEAD = 256
/** In Base64: of as many bytes as tell a picture. */
const KIND_SAMPLE = 64

/** What a decoder passes over, or the mixture of both alphabets, leaves each reader something else. */
function partIn(text: string, isBase64: boolean): SentImage {
  if (!isBase64) return { head: Buffer.alloc(0), bytes: Buffer.byteLength(text) }
  const start = text.slice(0, MAX_START)
  const plain = start.replace(/\s+/g, '')
  const isSure = /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(plain)
  return {
    head: isSure ? Buffer.from(plain, 'base64') : Buffer.alloc(0),
    bytes: plain.length === start.length ? Buffer.byteLength(text, 'base64') : Buffer.from(text, 'base64').length,
  }
}
const MAX_START = Math.ceil((imageHeadBytes * 4) / 3)

/** Servers in Go take a name in any spelling. */
const folded = (names: readonly string[]): ReadonlySet<string> => new Set(names.map(knownFolded))
/** Fields with the address or the id of a file, beside those where files stand themselves. */
const addresses = folded(['uri', 'fileUri', 'file_id'])
const files = folded([...fileNames, 'bytesBase64Encoded', 'result', 'mask'])
const imageFields = folded(['image', 'images', 'image_url', 'imageBytes', 'input_image_mask', 'mask'])

function saysImage(object: JsonObject): boolean {
  return Object.entries(object).some(([name, value]) => {
    if (typeof value !== 'string') return false
    const field = knownFolded(name)
    return field === 'TYPE' ? imageTypes.test(value) : labels.has(field) && saysMime(value)
  })
}
const imageTypes = /^(?:(?:input_)?image(?:_url)?|image_generation_call|computer_screenshot)$/
const labels = folded(['media_type', 'mimeType'])

export function saysMime(label: string): boolean {
  return /^\s*image\//i.test(label)
}

/** `image[]` of a form, too. */
export function isImageField(name: string): boolean {
  return imageFields.has(knownFolded(name.replace(/\[.*$/s, '')))
}
