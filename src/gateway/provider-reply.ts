import type { Endpoint, Frame, FrameSink, ModelCall, ModelReply, StreamBody } from '../core/call.ts'
import type { Dialect } from '../core/dialect.ts'
import { GatewayError } from '../core/errors.ts'
import { isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import type { ReplyPart } from '../core/model-reply.ts'
import type { Limits, Target } from '../core/registry.ts'
import { type EventFramer, eventFramer } from '../core/sse.ts'
import { EventFrame, type FrameDecoder, frameDecoder } from './event-frame.ts'
import type { Connection, ResponseHandler } from './outbound/connection.ts'
import { decompress } from './outbound/decompress.ts'
import { replyHeaders } from './outbound/headers.ts'
import { networkError } from './outbound/network-error.ts'
import { replyFault, upstreamError } from './upstream-error.ts'

interface ProviderReplyOptions {
  readonly call: ModelCall
  readonly target: Target
  readonly limits: Limits
  resolve(reply: ModelReply): void
  reject(error: Error): void
}

/** An error body is only read for its message. */
const maxErrorBytes = 1 << 20

/**
 * Reads one reply of a provider. Resolves with a whole body, or with a stream as soon as its first whole event
 * is there: until then nothing has reached the client and the call may still go elsewhere.
 */
export class ProviderReply implements ResponseHandler, StreamBody {
  readonly kind = 'stream'
  contentType = ''
  readonly #options: ProviderReplyOptions
  readonly #dialect: Dialect | undefined
  #connection: Connection | undefined
  #removeEndListener: () => void = () => undefined
  #timer: NodeJS.Timeout | undefined
  #settled = false
  #finished = false
  #status = 0
  #headers: Record<string, string> = {}
  #encoding = ''
  #chunks: Buffer[] = []
  #bytes = 0
  #framer: EventFramer | undefined
  #decoder: FrameDecoder | undefined
  #sink: FrameSink | undefined
  #early: Frame[] = []
  #outcome: GatewayError | 'end' | undefined

  constructor(options: ProviderReplyOptions) {
    this.#options = options
    this.#dialect = options.call.endpoint.kind === 'dialect' ? options.target.account.provider.dialect : undefined
    if (options.target.timeoutMs !== undefined) {
      const { timeoutMs, account } = options.target
      this.#timer = setTimeout(() => {
        this.#abort(
          new GatewayError(
            'upstream_timeout',
            `The provider account "${account.id}" sent nothing within ${timeoutMs} ms.`,
          ),
        )
      }, timeoutMs)
    }
  }

  /** Sends the request; everything after that comes through the callbacks. */
  start(connection: Connection, head: string, body: Buffer): void {
    this.#connection = connection
    connection.send(head, body, this)
    this.#removeEndListener = this.#options.call.lifetime.onEnd((reason) => this.#abort(reason))
  }

  onHead(status: number, headers: Readonly<Record<string, string>>): void {
    this.#status = status
    this.#headers = replyHeaders(headers)
    this.contentType = headers['content-type'] ?? ''
    this.#encoding = (headers['content-encoding'] ?? '').toLowerCase()
    if (status >= 300 && status < 400) {
      throw new GatewayError(
        'upstream_redirect',
        `The provider account "${this.#account}" answered with a redirect (${status}).`,
      )
    }
    if (status < 300 && this.contentType.startsWith('text/event-stream')) {
      if (this.#encoding !== '' && this.#encoding !== 'identity') {
        throw new GatewayError(
          'upstream_invalid_reply',
          `The provider account "${this.#account}" compressed a stream although it was asked not to.`,
        )
      }
      this.#framer = eventFramer(this.#options.limits.maxStreamEventBytes)
      this.#decoder = frameDecoder(this.#dialect)
    }
  }

  onData(chunk: Buffer): void {
    if (this.#framer === undefined) this.#collect(chunk)
    else this.#frame(this.#push(this.#framer, chunk))
  }

  onEnd(): void {
    this.#finish()
    if (this.#framer === undefined) {
      this.#finishUnary()
      return
    }
    // A last event without its blank line is whole only if it can be read.
    const rest = this.#framer.rest()
    const last = rest && new EventFrame(endsInBlankLine(rest) ? rest : Buffer.concat([rest, blankLine]), this.#decoder)
    if (last?.isReadable() === true) this.#frame(last.bytes, last)
    this.#end('end')
  }

  onError(fault: Error): void {
    this.#finish()
    this.#end(this.#options.call.lifetime.reason ?? networkError(fault, this.#account))
  }

  open(sink: FrameSink): void {
    this.#sink = sink
    for (const frame of this.#early) sink.frame(frame)
    this.#early = []
    this.#tell()
  }

  // Once the reply has ended, the connection may carry another call's.
  pause(): void {
    if (!this.#finished) this.#connection?.pause()
  }

  resume(): void {
    if (!this.#finished) this.#connection?.resume()
  }

  get #account(): string {
    return this.#options.target.account.id
  }

  #collect(chunk: Buffer): void {
    this.#bytes += chunk.length
    const limit = this.#status >= 400 ? maxErrorBytes : this.#options.limits.maxReplyBytes
    if (this.#bytes > limit) {
      throw new GatewayError(
        'upstream_reply_too_large',
        `The provider account "${this.#account}" sent more than ${limit} bytes.`,
      )
    }
    this.#chunks.push(chunk)
  }

  #push(framer: EventFramer, chunk: Buffer): Buffer | undefined {
    try {
      return framer.push(chunk)
    } catch (cause) {
      throw new GatewayError(
        'upstream_reply_too_large',
        `The provider account "${this.#account}" sent a stream event over the limit.`,
        { cause },
      )
    }
  }

  #frame(bytes: Buffer | undefined, ready?: EventFrame): void {
    if (bytes === undefined) return
    const frame = ready ?? new EventFrame(bytes, this.#decoder)
    if (this.#settled) {
      if (this.#sink === undefined) this.#early.push(frame)
      else this.#sink.frame(frame)
      return
    }
    const fault = faultBeforeContent(frame)
    if (fault !== undefined) throw fault
    this.#early.push(frame)
    this.#resolve({ ...this.#base(), body: this })
  }

  #base(): Omit<ModelReply, 'body'> {
    return {
      target: this.#options.target,
      status: this.#status,
      headers: this.#headers,
      ...(this.#dialect === undefined ? {} : { dialect: this.#dialect }),
    }
  }

  #finishUnary(): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#chunks = []
    if (body === undefined) return
    if (this.#encoding === '' || this.#encoding === 'identity') {
      this.#settleUnary(body)
      return
    }
    const limit = this.#status >= 400 ? maxErrorBytes : this.#options.limits.maxReplyBytes
    decompress(body, this.#encoding, limit, this.#account).then(
      (bytes) => this.#settleUnary(bytes),
      (error: GatewayError) => this.#reject(error),
    )
  }

  #settleUnary(bytes: Buffer): void {
    try {
      if (this.#status >= 400)
        throw upstreamError(this.#options.target, this.#dialect, this.#status, this.contentType, bytes, this.#headers)
      const json = parseJson(bytes.toString('utf8'))
      if (!isJsonObject(json)) {
        throw new GatewayError(
          'upstream_invalid_reply',
          `The provider account "${this.#account}" sent something that is not JSON.`,
        )
      }
      const parts = this.#dialect?.decodeReply(json) ?? passThroughParts(this.#options.call.endpoint, json)
      this.#resolve({ ...this.#base(), body: { kind: 'unary', bytes, contentType: this.contentType, parts } })
    } catch (fault) {
      this.#reject(fault as Error)
    }
  }

  #resolve(reply: ModelReply): void {
    this.#settle()
    this.#options.resolve(reply)
  }

  #reject(error: Error): void {
    this.#settle()
    this.#options.reject(error)
  }

  #settle(): void {
    this.#settled = true
    if (this.#timer !== undefined) clearTimeout(this.#timer)
  }

  #end(outcome: GatewayError | 'end'): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    if (this.#settled) this.#tell()
    else if (outcome === 'end') {
      this.#reject(
        new GatewayError(
          'upstream_invalid_reply',
          `The provider account "${this.#account}" ended its stream before the first event.`,
        ),
      )
    } else this.#reject(outcome)
  }

  #tell(): void {
    if (this.#sink === undefined || this.#outcome === undefined) return
    if (this.#outcome === 'end') this.#sink.end()
    else this.#sink.fail(this.#outcome)
  }

  #abort(reason: GatewayError): void {
    if (!this.#finished) this.#connection?.abort(reason)
  }

  #finish(): void {
    this.#finished = true
    this.#removeEndListener()
  }
}

const blankLine = Buffer.from('\n\n')

/** True where the framer only waited for the LF that could have followed a last CR. */
function endsInBlankLine(bytes: Buffer): boolean {
  const before = bytes.at(-2)
  return bytes.at(-1) === 13 && (before === 13 || before === 10)
}

/** A provider that is overloaded may say so as the first event of a stream with status 200; it is an error reply all the same. */
function faultBeforeContent(frame: EventFrame): GatewayError | undefined {
  if (!frame.bytes.includes('error')) return undefined
  for (const part of frame.readableParts()) {
    if (part.type === 'reply-error') return replyFault(part)
    if (part.type !== 'reply-start' && part.type !== 'usage-report') return undefined
  }
  return undefined
}

function passThroughParts(endpoint: Endpoint, reply: JsonObject): readonly ReplyPart[] {
  const usage = endpoint.kind === 'pass-through' ? endpoint.usageOf(reply) : undefined
  return usage === undefined ? [] : [{ type: 'usage-report', usage }]
}
