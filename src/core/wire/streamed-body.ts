import type { GatewayError } from '../errors.ts'
import type { Span } from './form-scanner.ts'

/** A request's body that goes out as it comes in. Push, as `StreamBody` is for replies. */
export interface StreamedBody {
  /** Absent: known when it has ended. */
  readonly length: number | undefined
  /** Its beginning is no longer there, so that it cannot be opened again: it went to one target, and to no other. */
  readonly isSpent: boolean
  /** Starts the flow, from the first byte. */
  open(sink: BodySink): void
  /** Whoever took the last bytes is ready for more. */
  resume(): void
  /** Stops the flow. The sink hears nothing more. */
  close(): void
}

export interface BodySink {
  /** False: no more until `resume`. */
  data(chunk: Buffer): boolean
  end(): void
  /** The body is not whole, and never will be. */
  fail(error: GatewayError): void
}

/** The body with other bytes in one place. */
export function splicedBody(body: StreamedBody, { start, end }: Span, replacement: Buffer): StreamedBody {
  const grownBy = replacement.length - (end - start)
  return {
    get length() {
      return body.length === undefined ? undefined : body.length + grownBy
    },
    get isSpent() {
      return body.isSpent
    },
    open(sink) {
      let offset = 0
      body.open({
        data(chunk) {
          const from = offset
          offset += chunk.length
          if (offset <= start || from > Math.max(start, end - 1)) return sink.data(chunk)
          const begins = from <= start
          const changed = Buffer.concat([
            chunk.subarray(0, Math.max(0, start - from)),
            ...(begins ? [replacement] : []),
            chunk.subarray(Math.max(0, end - from)),
          ])
          return changed.length === 0 || sink.data(changed)
        },
        end: () => sink.end(),
        fail: (error) => sink.fail(error),
      })
    },
    resume: () => body.resume(),
    close: () => body.close(),
  }
}

/** Gives a stretch of a body to `write`, a piece at a time. Rejects with what went wrong on either side. */
export function copySpan(
  body: StreamedBody,
  { start, end }: Span,
  write: (piece: Buffer) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let offset = 0
    let writing = Promise.resolve()
    body.open({
      data(chunk) {
        const piece = chunk.subarray(Math.max(0, start - offset), Math.max(0, end - offset))
        offset += chunk.length
        if (piece.length === 0) return true
        writing = write(piece)
        writing.then(
          () => body.resume(),
          (fault) => {
            body.close()
            reject(fault)
          },
        )
        return false
      },
      // The end may come before the last piece is written.
      end: () => void writing.then(resolve, reject),
      fail: (error) => void writing.then(() => reject(error), reject),
    })
  })
}

/** All of a body, in memory. */
export async function wholeBody(body: Buffer | StreamedBody): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body
  const pieces: Buffer[] = []
  await copySpan(body, { start: 0, end: Number.POSITIVE_INFINITY }, (piece) => {
    pieces.push(piece)
    return Promise.resolve()
  })
  return Buffer.concat(pieces)
}
