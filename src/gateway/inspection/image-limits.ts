/** How many pictures a request may hold, and how large each may be. What nobody can measure is refused where a size is a limit. */
import type { ModelCall, ModelReply, Stage } from '../../core/calls/call.ts'
import type { Principal } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { type ImageSize, imageHeadBytes, imageSize, isImage } from '../../core/inspection/image-size.ts'
import { plainText } from '../../core/inspection/plain-text.ts'
import type { PartName } from '../../core/wire/form-part-name.ts'
import { type FormFields, FormScanner } from '../../core/wire/form-scanner.ts'
import { isJsonObject, type JsonValue } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import type { RawCall } from '../call-raw.ts'
import { jsonOf } from './form-texts.ts'
import { readOneWay } from './guard.ts'
import { type ImagePart, imageParts, isImageField, saysMime } from './image-parts.ts'
import { documentsIn, isDocument, type PictureReading, picturesOf } from './pictures-of-documents.ts'

export interface ImageLimits {
  /** Of a request. Those that a provider is to fetch count too. */
  readonly max?: number
  /** Of one. */
  readonly maxBytes?: number
  /** Of one: its width by its height. */
  readonly maxPixels?: number
}

type Caller = Pick<Principal, 'workspace' | 'key'>
/** Those of a caller; `undefined`: none. */
export type ImageLimitsOf = (caller: Caller) => ImageLimits | undefined

/** Throws `image_over_limit`. */
export type CheckImages = (body: JsonValue) => void

export function checkImages(limits: ImageLimits): CheckImages {
  return (body) => checkParts(imageParts(body), limits)
}

export function withinImageLimits(limitsOf: ImageLimitsOf, reading: PictureReading): Stage<ModelCall, ModelReply> {
  return async (call, next) => {
    const limits = limitsOf(call.principal)
    if (limits === undefined) return await next(call)
    const { json } = call.wire
    await checkAll(imageParts(json), documentsIn(json), { limits, reading, key: call.principal.key })
    return await next(readOneWay(call))
  }
}

/** The same for requests to any path of an account, with bodies that are here as a whole. */
export function rawWithinImageLimits<Call extends Pick<RawCall, 'body' | 'contentType' | 'principal'>>(
  limitsOf: ImageLimitsOf,
  reading: PictureReading,
  next: (call: Call) => Promise<ModelReply>,
): (call: Call) => Promise<ModelReply> {
  return async (call) => {
    const { body, contentType = '' } = call
    const limits = limitsOf(call.principal)
    if (limits === undefined || !Buffer.isBuffer(body)) return await next(call)
    const json = isImage(body) || isOfParts.test(contentType) ? undefined : jsonIn(body)
    const held =
      json === undefined ? filesIn(body, contentType) : { parts: imageParts(json), documents: documentsIn(json) }
    await checkAll(held.parts, held.documents, { limits, reading, key: call.principal.key })
    const isOneWay = !isJsonObject(json) || readsOneWay({ bytes: body, json })
    return await next(isOneWay ? call : { ...call, body: Buffer.from(JSON.stringify(json)) })
  }
}

const isOfParts = /^multipart\//i

/** In whichever encoding, as servers in Python find it out. */
function jsonIn(body: Buffer): JsonValue | undefined {
  return jsonOf(plainText(body)?.text ?? body.toString('latin1').replace(/\0+/g, ''))
}

interface Held {
  readonly parts: readonly ImagePart[]
  readonly documents: readonly Buffer[]
}

function filesIn(body: Buffer, contentType: string): Held {
  if (!isOfParts.test(contentType)) {
    const isOne = isImage(body) || saysMime(contentType)
    return { parts: isOne ? [wholePart(body)] : [], documents: isDocument(body) ? [body] : [] }
  }
  const parts: ImagePart[] = []
  const documents: Buffer[] = []
  const scanner = new FormScanner(contentType, [], (part) => {
    const bytes = body.subarray(part.start, part.end)
    const json = isImage(bytes) ? undefined : jsonIn(bytes)
    if (isPicture(part, bytes)) parts.push(wholePart(bytes))
    else if (json !== undefined) {
      parts.push(...imageParts(json))
      documents.push(...documentsIn(json))
    }
    if (isDocument(bytes)) documents.push(bytes)
  })
  scanner.push(body)
  scanner.end()
  return { parts, documents }
}

function wholePart(bytes: Buffer): ImagePart {
  return { head: bytes, bytes: bytes.length }
}

/** By what it is, or by what it is called or stands for: nobody knows all kinds. */
function isPicture({ name, isFile, type = '' }: PartName, start: Buffer): boolean {
  return isImage(start) || saysMime(type) || (isFile && isImageField(name))
}

/** Pictures of a form, as they come. */
export function formImages(limits: ImageLimits): FormFields {
  let count = 0
  let isOne = false
  return {
    isWanted: isImageField,
    take(name, value) {
      const parts = imageParts({ [name.replace(/\[.*$/s, '')]: value })
      count += parts.length
      checkCount(count, limits)
      checkParts(parts, limits)
    },
    startBytes: imageHeadBytes,
    file(part, start) {
      isOne = isPicture(part, start)
      if (!isOne) return
      checkCount(++count, limits)
      checkPixels(imageSize(start), count, limits)
    },
    fileEnd(bytes) {
      if (isOne) checkBytes(bytes, count, limits)
      isOne = false
    },
  }
}

/** Pictures of documents count with the others, behind them. */
async function checkAll(
  parts: readonly ImagePart[],
  documents: readonly Buffer[],
  { limits, reading, key }: { readonly limits: ImageLimits; readonly reading: PictureReading; readonly key: string },
): Promise<void> {
  checkParts(parts, limits)
  if (documents.length > 0) checkParts([...parts, ...(await picturesOf(documents, reading, key))], limits)
}

function checkParts(parts: readonly ImagePart[], limits: ImageLimits): void {
  checkCount(parts.length, limits)
  parts.forEach((part, index) => {
    if (part === 'elsewhere') return
    checkBytes(part.bytes, index + 1, limits)
    checkPixels('head' in part ? imageSize(part.head) : part.size, index + 1, limits)
  })
}

function checkCount(count: number, { max }: ImageLimits): void {
  if (max !== undefined && count > max)
    throw overLimit(
      `The request holds ${count} ${count === 1 ? 'image' : 'images'}, and this gateway takes at most ${max}`,
      'max',
    )
}

function checkBytes(bytes: number, index: number, { maxBytes }: ImageLimits): void {
  if (maxBytes !== undefined && bytes > maxBytes)
    throw overLimit(`Image ${index} has ${bytes} bytes, and this gateway takes at most ${maxBytes}`, 'maxBytes')
}

function checkPixels(size: ImageSize | undefined, index: number, { maxPixels }: ImageLimits): void {
  if (maxPixels === undefined) return
  if (size === undefined) {
    const what = `The size of image ${index} cannot be read, and this gateway takes PNG, JPEG, GIF and WebP of at most ${maxPixels} pixels`
    throw overLimit(what, 'maxPixels')
  }
  const { width, height } = size
  if (width * height > maxPixels)
    throw overLimit(
      `Image ${index} has ${width} × ${height} pixels, and this gateway takes at most ${maxPixels}`,
      'maxPixels',
    )
}

function overLimit(what: string, limit: keyof ImageLimits): GatewayError {
  return new GatewayError('image_over_limit', `${what} (inspection.images.${limit}).`)
}
