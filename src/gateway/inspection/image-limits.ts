/** How many pictures a request may hold, and how large each may be. What nobody can measure is refused where a size is a limit. */
import type { ModelCall, ModelReply, Stage } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { imageHeadBytes, imageSize, isImage } from '../../core/inspection/image-size.ts'
import type { FormFields } from '../../core/wire/form-scanner.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import type { RawCall } from '../call-raw.ts'
import { readForm } from './form-texts.ts'
import { readOneWay } from './guard.ts'
import { type ImagePart, imageParts } from './image-parts.ts'

export interface ImageLimits {
  /** Of a request. Those that a provider is to fetch count too. */
  readonly max?: number
  /** Of one. */
  readonly maxBytes?: number
  /** Of one: its width by its height. */
  readonly maxPixels?: number
}

/** Throws `image_over_limit`. */
export type CheckImages = (body: JsonValue) => void

export function checkImages(limits: ImageLimits): CheckImages {
  return (body) => checkParts(imageParts(body), limits)
}

export function withinImageLimits(check: CheckImages): Stage<ModelCall, ModelReply> {
  return async (call, next) => {
    check(call.wire.json)
    return await next(readOneWay(call))
  }
}

/** The same for requests to any path of an account, with bodies that are here as a whole. */
export function rawWithinImageLimits<Call extends Pick<RawCall, 'body' | 'contentType'>>(
  limits: ImageLimits,
  next: (call: Call) => Promise<ModelReply>,
): (call: Call) => Promise<ModelReply> {
  return async (call) => {
    const { body, contentType = '' } = call
    if (!Buffer.isBuffer(body)) return await next(call)
    const json = isImage(body) || isForm.test(contentType) ? undefined : parseJson(body.toString())
    checkParts(json === undefined ? filesIn(body, contentType) : imageParts(json), limits)
    const isOneWay = !isJsonObject(json) || readsOneWay({ bytes: body, json })
    return await next(isOneWay ? call : { ...call, body: Buffer.from(JSON.stringify(json)) })
  }
}

const isForm = /^multipart\/form-data\s*;/i

function filesIn(body: Buffer, contentType: string): readonly ImagePart[] {
  const files = isForm.test(contentType) ? readForm(body, contentType).files.map(({ bytes }) => bytes) : [body]
  return files.filter(isImage).map((head) => ({ head, bytes: head.length }))
}

/** Pictures of a form, as they come. */
export function formImages(limits: ImageLimits): FormFields {
  let count = 0
  let isPicture = false
  return {
    isWanted: () => false,
    take: () => undefined,
    startBytes: imageHeadBytes,
    file(_part, start) {
      isPicture = isImage(start)
      if (!isPicture) return
      checkCount(++count, limits)
      checkPixels(start, count, limits)
    },
    fileEnd(bytes) {
      if (isPicture) checkBytes(bytes, count, limits)
      isPicture = false
    },
  }
}

function checkParts(parts: readonly ImagePart[], limits: ImageLimits): void {
  checkCount(parts.length, limits)
  parts.forEach((part, index) => {
    if (part === 'elsewhere') return
    checkBytes(part.bytes, index + 1, limits)
    checkPixels(part.head, index + 1, limits)
  })
}

function checkCount(count: number, { max }: ImageLimits): void {
  if (max !== undefined && count > max)
    throw overLimit(`The request holds ${count} images, and this gateway takes at most ${max}`, 'max')
}

function checkBytes(bytes: number, index: number, { maxBytes }: ImageLimits): void {
  if (maxBytes !== undefined && bytes > maxBytes)
    throw overLimit(`Image ${index} has ${bytes} bytes, and this gateway takes at most ${maxBytes}`, 'maxBytes')
}

function checkPixels(bytes: Buffer, index: number, { maxPixels }: ImageLimits): void {
  if (maxPixels === undefined) return
  const size = imageSize(bytes)
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
