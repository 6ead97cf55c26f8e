import type { Frame, FrameSink, ModelCall, ModelReply, StreamBody } from '../../core/calls/call.ts'
import type { Limits, Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { EventFramer, Framing } from '../../core/model/framing.ts'
import { asItComes } from '../../core/model/raw-framing.ts'
import { sse } from '../../core/wire/sse.ts'
import type { StreamedBody } from '../../core/wire/streamed-body.ts'
import { type CredentialFilter, credentialFilter } from '../credentials/credential-filter.ts'
import type { Connection, ResponseHandler } from '../outbound/connection.ts'
import { decompress } from '../outbound/decompress.ts'
import { networkError } from '../outbound/network-error.ts'
import { EventFrame, type FrameDecoder, frameDecoder } from './event-frame.ts'
import { type ProviderHead, providerHead } from './provider-head.ts'
import { unaryBody } from './unary-body.ts'
import { faultBeforeContent } from './upstream-error.ts'

interface ProviderReplyOptions {
  readonly call: Pick<ModelCall, 'endpoint' | 'stream' | 'lifetime'>
  readonly target: Target
  /** What the provider is spoken to in; absent for pass-through endpoints. */
  readonly dialect: Dialect | undefined
  readonly limits: Limits
  /** The request: its line and headers, and its body. */
  readonly head: string
  readonly body: Buffer | StreamedBody
  /** The client's names of tools, by those in the reply. */
  readonly toolNames: ReadonlyMap<string, string> | undefined
  reconnect(): Connection
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
  readonly #options: ProviderReplyOptions
  readonly #dialect: Dialect | undefined
  #framing: Framing
  readonly #credential: CredentialFilter
  #connection: Connection | undefined
  #removeEndListener: () => void = () => undefined
  #timer: NodeJS.Timeout | undefined
  #dueAt: number | undefined
  #settled = false
  #finished = false
  #head: ProviderHead = noHead
  /** The first bytes will tell whether this is a stream. */
  #isUnsure = false
  #chunks: Buffer[] = []
  #bytes = 0
  #framer: EventFramer | undefined
  #decoder: FrameDecoder | undefined
  #sink: FrameSink | undefined
  #early: Frame[] = []
  #outcome: GatewayError | 'end' | undefined

  constructor(options: ProviderReplyOptions) {
    this.#options = options
    this.#dialect = options.dialect
    this.#framing = options.dialect?.framing ?? sse
    this.#credential = credentialFilter(options.target.account)
    // Else the time for the reply would run while the client is sending.
    if (Buffer.isBuffer(options.body)) this.onSent()
  }

  onSent(): void {
    const { timeoutMs, account } = this.#options.target
    if (timeoutMs === undefined || this.#settled) return
    this.#dueAt = performance.now() + timeoutMs
    this.#timer = setTimeout(() => {
      this.#abort(
        new GatewayError(
          'upstream_timeout',
          `The provider account "${account.id}" sent nothing within ${timeoutMs} ms.`,
        ),
      )
    }, timeoutMs)
  }

  /** Sends the request; everything after that comes through the callbacks. */
  start(connection: Connection): void {
    this.#send(connection)
    this.#removeEndListener = this.#options.call.lifetime.onEnd((reason) => this.#abort(reason))
  }

  #send(connection: Connection): void {
    this.#connection = connection
    connection.send(this.#options.head, this.#options.body, this)
  }

  get contentType(): string {
    return this.#framer === undefined ? this.#head.contentType : this.#framing.contentType
  }

  onHead(status: number, headers: Readonly<Record<string, string>>): void {
    const { stream } = this.#options.call
    const type = headers['content-type'] ?? ''
    if (this.#dialect === undefined && status < 300 && status !== 204 && !/json(?!l)|event-stream/i.test(type)) {
      this.#framing = asItComes(type)
    }
    const mayBeEmpty = this.#options.call.endpoint.kind === 'raw'
    this.#head = providerHead(status, headers, this.#account, this.#credential, this.#framing, stream, mayBeEmpty)
    this.#isUnsure = this.#head.form === 'unsure'
    if (this.#head.form === 'stream') this.#openStream()
  }

  onData(chunk: Buffer): void {
    if (this.#framer !== undefined) this.#frame(this.#push(this.#framer, chunk))
    else if (this.#isUnsure) this.#decideForm(chunk)
    else this.#collect(chunk)
  }

  onEnd(): void {
    this.#finish()
    if (this.#framer === undefined) {
      this.#finishUnary()
      return
    }
    // A last event without its blank line is whole only if it can be read.
    const rest = this.#rest(this.#framer)
    const last = rest && this.#eventFrame(this.#framing.completed(rest))
    if (last?.isReadable() === true) this.#give(last)
    this.#end('end')
  }

  onError(fault: Error, isStale: boolean): void {
    // A new connection is never stale, so this happens once.
    if (isStale && this.#resend()) return
    this.#finish()
    this.#end(this.#options.call.lifetime.reason ?? networkError(fault, this.#account))
  }

  /** False when that cannot be done. RFC 9110, section 9.2.2: what the server has not acted on may be sent again. */
  #resend(): boolean {
    const { call, reconnect } = this.#options
    if (call.lifetime.reason !== undefined) return false
    try {
      this.#send(reconnect())
      return true
    } catch {
      // The first fault says more than why there was no second try.
      return false
    }
  }

  open(sink: FrameSink): void {
    this.#sink = sink
    for (const frame of this.#early) sink.frame(frame)
    this.#early = []
    this.#tell()
  }

  // Once the reply has ended, its connection may carry another call's.
  pause(): void {
    if (!this.#finished) this.#connection?.pause()
  }

  resume(): void {
    if (!this.#finished) this.#connection?.resume()
  }

  get #account(): string {
    return this.#options.target.account.id
  }

  get #maxBytes(): number {
    return this.#head.status >= 400 ? maxErrorBytes : this.#options.limits.maxReplyBytes
  }

  #openStream(): EventFramer {
    this.#decoder = frameDecoder(this.#dialect, this.#options.toolNames)
    this.#framer = this.#framing.framer(this.#options.limits.maxStreamEventBytes)
    return this.#framer
  }

  #decideForm(chunk: Buffer): void {
    this.#collect(chunk)
    const start = Buffer.concat(this.#chunks)
    const isStream = this.#framing.beginsAsStream?.(start)
    this.#isUnsure = isStream === undefined
    if (isStream !== true) return
    this.#chunks = []
    this.#frame(this.#push(this.#openStream(), start))
  }

  #collect(chunk: Buffer): void {
    this.#bytes += chunk.length
    const limit = this.#maxBytes
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
      throw this.#framingFault(cause)
    }
  }

  #rest(framer: EventFramer): Buffer | undefined {
    try {
      return framer.rest()
    } catch (cause) {
      throw this.#framingFault(cause)
    }
  }

  #framingFault(cause: unknown): GatewayError {
    if (cause instanceof GatewayError) return cause
    return new GatewayError(
      'upstream_reply_too_large',
      `The provider account "${this.#account}" sent a stream event over the limit.`,
      { cause },
    )
  }

  #frame(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.#give(this.#eventFrame(bytes))
  }

  #eventFrame(bytes: Buffer): EventFrame {
    const saysError = bytes.includes(this.#framing.faultWord)
    return new EventFrame(saysError ? this.#withoutCredential(bytes) : bytes, this.#decoder, saysError)
  }

  #withoutCredential(frame: Buffer): Buffer {
    const { bytes } = this.#credential
    return this.#framing.edited?.(frame, bytes) ?? bytes(frame)
  }

  #give(frame: EventFrame): void {
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
      status: this.#head.status,
      headers: this.#head.headers,
      ...(this.#dialect === undefined ? {} : { dialect: this.#dialect }),
      ...(this.#dueAt === undefined ? {} : { dueAt: this.#dueAt }),
    }
  }

  #finishUnary(): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#chunks = []
    if (body === undefined) return
    if (this.#head.encoding === '') {
      this.#settleUnary(body)
      return
    }
    decompress(body, this.#head.encoding, this.#maxBytes, this.#account).then(
      (bytes) => this.#settleUnary(bytes),
      (error: GatewayError) => this.#reject(error),
    )
  }

  #settleUnary(bytes: Buffer): void {
    const context = {
      endpoint: this.#options.call.endpoint,
      target: this.#options.target,
      dialect: this.#dialect,
      toolNames: this.#options.toolNames,
      head: this.#head,
      credential: this.#credential,
    }
    try {
      this.#resolve({ ...this.#base(), body: unaryBody(bytes, context) })
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
    else if (outcome === 'end' && this.#dialect === undefined && this.#framing !== sse) {
      this.#settleUnary(Buffer.alloc(0))
    } else if (outcome === 'end') {
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

const noHead: ProviderHead = { status: 0, headers: {}, contentType: '', encoding: '', form: 'unary' }
