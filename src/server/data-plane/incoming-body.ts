import { GatewayError } from '../../core/errors.ts'
import type { FormScanner } from '../../core/form-scanner.ts'
import type { CallLifetime } from '../../core/lifetime.ts'
import type { BodySink, StreamedBody } from '../../core/streamed-body.ts'
import type { BodyHandler, CallExchange } from '../http/exchange.ts'
import { tooLarge } from './read-body.ts'
import type { UploadClock } from './upload-clock.ts'

export interface IncomingBodyOptions {
  readonly exchange: Pick<CallExchange, 'headers' | 'readBody' | 'pauseBody' | 'resumeBody' | 'dropBody'>
  readonly lifetime: CallLifetime
  readonly clock: UploadClock
  readonly maxBytes: number
  /** What may be kept of it in memory. */
  readonly heldBytes: number
  /** Reads the body for faults; and whether enough of it is known to send it on. */
  readonly form?: Pick<FormScanner, 'push' | 'end'> & { isKnown(): boolean }
  /** For the record. */
  onBytes(chunk: Buffer): void
}

/** Resolves with a whole body when it fits in what may be held, else with its beginning as soon as that says where it goes. */
export function openBody(options: IncomingBodyOptions): Promise<Buffer | IncomingBody> {
  return new Promise((resolve, reject) => new IncomingBody(options, resolve, reject).start())
}

/** What a piece costs beside its bytes: one of a single byte is not for free. */
const pieceOverhead = 128

/** A client's body, on its way through. */
export class IncomingBody implements StreamedBody, BodyHandler {
  readonly #options: IncomingBodyOptions
  readonly #declared: number | undefined
  #settle: ((body: Buffer | IncomingBody) => void) | undefined
  #reject: ((error: GatewayError) => void) | undefined
  /** What is held, in order. */
  #pieces: Buffer[] = []
  /** The first of them that the sink has not got. */
  #next = 0
  #held = 0
  #received = 0
  #isFlowing = true
  #isWhole = false
  #isSpent = false
  #fault: GatewayError | undefined
  #sink: BodySink | undefined
  #isSinkReady = false

  constructor(
    options: IncomingBodyOptions,
    settle: (body: Buffer | IncomingBody) => void,
    reject: (error: GatewayError) => void,
  ) {
    this.#options = options
    this.#settle = settle
    this.#reject = reject
    const length = options.exchange.headers['content-length']
    this.#declared = length === undefined ? undefined : Number(length)
  }

  get length(): number | undefined {
    return this.#isWhole ? this.#received : this.#declared
  }

  /** What lies in memory now. */
  get heldBytes(): number {
    return this.#held
  }

  get isSpent(): boolean {
    return this.#isSpent
  }

  start(): void {
    // A client that breaks off its body is seen by the lifetime.
    this.#options.lifetime.onEnd((reason) => this.#fail(reason))
    if (this.#fault !== undefined) return
    this.#options.exchange.readBody(this)
    this.#decide()
  }

  onData(chunk: Buffer): void {
    if (this.#fault !== undefined) return
    const { maxBytes, clock, form, onBytes } = this.#options
    this.#received += chunk.length
    if (this.#received > maxBytes) {
      this.#fail(tooLarge(maxBytes))
      return
    }
    clock.came(chunk.length)
    onBytes(chunk)
    if (!this.#read(() => form?.push(chunk))) return
    this.#pieces.push(chunk)
    this.#held += chunk.length + pieceOverhead
    if (this.#settle !== undefined) this.#decide()
    else this.#pump()
  }

  onEnd(): void {
    if (this.#fault !== undefined) return
    if (!this.#read(() => this.#options.form?.end())) return
    this.#isWhole = true
    this.#options.clock.hold()
    // Or it would not be seen when the client leaves.
    this.#options.exchange.resumeBody()
    if (this.#settle !== undefined) this.#decide()
    else this.#pump()
  }

  open(sink: BodySink): void {
    this.#sink = sink
    this.#next = 0
    this.#isSinkReady = true
    if (this.#isSpent) this.#fault ??= new GatewayError('internal_error', 'The beginning of the body is gone.')
    if (this.#fault === undefined) this.#pump()
    else this.#giveFault(this.#fault)
  }

  resume(): void {
    this.#isSinkReady = true
    this.#pump()
  }

  close(): void {
    this.#sink = undefined
    this.#hold()
  }

  #decide(): void {
    const settle = this.#settle
    if (settle === undefined || this.#fault !== undefined) return
    const { heldBytes, form } = this.#options
    const fits = this.#held <= heldBytes && (this.#declared ?? 0) <= heldBytes
    if (!this.#isWhole && (fits || form?.isKnown() === false)) return
    this.#settle = undefined
    this.#reject = undefined
    if (this.#isWhole && fits) {
      settle(this.#pieces.length === 1 && this.#pieces[0] !== undefined ? this.#pieces[0] : Buffer.concat(this.#pieces))
      return
    }
    this.#hold()
    settle(this)
  }

  #read(step: () => void): boolean {
    try {
      step()
      return true
    } catch (fault) {
      if (!(fault instanceof GatewayError)) throw fault
      this.#fail(fault)
      return false
    }
  }

  /** Gives on what there is, as long as it is wanted. */
  #pump(): void {
    // The last piece of a form waits until it is known to be whole: the provider must not take half of one for a request.
    const keeps = this.#isWhole || this.#options.form === undefined ? 0 : 1
    while (this.#sink !== undefined && this.#isSinkReady && this.#next < this.#pieces.length - keeps) {
      const piece = this.#pieces[this.#next++]
      if (piece !== undefined) this.#isSinkReady = this.#sink.data(piece)
    }
    this.#forget()
    if (this.#sink === undefined) return
    if (this.#isWhole) this.#finish(this.#sink)
    else if (this.#isSinkReady) this.#goOn()
    else this.#hold()
  }

  #finish(sink: BodySink): void {
    if (this.#next < this.#pieces.length) return
    this.#sink = undefined
    sink.end()
  }

  /** Keeps the beginning for another target while that is allowed to take the room. */
  #forget(): void {
    if (this.#next === 0 || (!this.#isSpent && this.#held <= this.#options.heldBytes)) return
    this.#isSpent = true
    for (const piece of this.#pieces.splice(0, this.#next)) this.#held -= piece.length + pieceOverhead
    this.#next = 0
  }

  #goOn(): void {
    if (this.#isFlowing) return
    this.#isFlowing = true
    this.#options.clock.goOn()
    this.#options.exchange.resumeBody()
  }

  #hold(): void {
    if (!this.#isFlowing || this.#isWhole) return
    this.#isFlowing = false
    this.#options.clock.hold()
    this.#options.exchange.pauseBody()
  }

  #fail(error: GatewayError): void {
    if (this.#fault !== undefined) return
    this.#fault = error
    this.#pieces = []
    this.#held = 0
    if (!this.#isWhole) this.#options.exchange.dropBody()
    const reject = this.#reject
    this.#settle = undefined
    this.#reject = undefined
    if (reject !== undefined) reject(error)
    else this.#giveFault(error)
  }

  #giveFault(error: GatewayError): void {
    const sink = this.#sink
    this.#sink = undefined
    sink?.fail(error)
  }
}
