import type { Span } from '../../core/record/span.ts'
import { maxSpansAtOnce } from './bounds.ts'
import { readOtlpJson } from './otlp-json.ts'
import { readOtlpProtobuf } from './otlp-protobuf.ts'
import { type ReadSpanOptions, readSpan } from './read-span.ts'

export interface OtlpRequest {
  readonly bytes: Uint8Array
  readonly encoding: OtlpEncoding
}

export type OtlpEncoding = 'json' | 'protobuf'

export interface ReadSpans {
  /** JSON arrays of `Span`, none much larger than `chunkBytes`. */
  readonly chunks: readonly Uint8Array[]
  /** Of the body, unpacked. */
  readonly bytes: number
  readonly taken: number
  /** Without ids, or more than are taken at once. */
  readonly rejected: number
  /** Why, for whoever sent them. */
  readonly reason?: string
}

/** What is written to the spool at once: a frame of it must not be much larger than the record's usual ones. */
const chunkBytes = 512 * 1024

/** All spans of a request that was sent to `/v1/traces`. Throws `OtlpFault`. */
export function readOtlp({ bytes, encoding }: OtlpRequest, options: ReadSpanOptions): ReadSpans {
  const chunks: Uint8Array[] = []
  let texts: string[] = []
  let length = 0
  let [taken, withoutId, tooMany] = [0, 0, 0]
  const endChunk = (): void => {
    if (texts.length > 0) chunks.push(Buffer.from(`[${texts.join(',')}]`))
    texts = []
    length = 0
  }
  const keep = (span: Span): void => {
    const text = JSON.stringify(span)
    if (length + text.length > chunkBytes) endChunk()
    texts.push(text)
    length += text.length
    taken++
  }
  const read = encoding === 'json' ? readOtlpJson : readOtlpProtobuf
  read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
    hasRoom() {
      if (taken + withoutId < maxSpansAtOnce) return true
      tooMany++
      return false
    },
    take(raw, origin) {
      const span = readSpan(raw, origin, options)
      if (span === undefined) withoutId++
      else keep(span)
    },
  })
  endChunk()
  return { chunks, bytes: bytes.length, taken, rejected: withoutId + tooMany, ...reasonOf(withoutId, tooMany) }
}

function reasonOf(withoutId: number, tooMany: number): { readonly reason?: string } {
  const reasons = [
    ...(withoutId === 0 ? [] : ['Some spans have no trace id of 16 bytes and span id of 8.']),
    ...(tooMany === 0 ? [] : [`At most ${maxSpansAtOnce} spans are taken at once; send fewer with each request.`]),
  ]
  return reasons.length === 0 ? {} : { reason: reasons.join(' ') }
}
