import type { GatewayError } from './errors.ts'
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

/** For a provider that must see all of a body before its first byte leaves. */
export function wholeBody(body: StreamedBody): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    body.open({
      data(chunk) {
        chunks.push(chunk)
        return true
      },
      end: () => resolve(Buffer.concat(chunks)),
      fail: reject,
    })
  })
}
