import type { CallLifetime } from '../../../core/calls/lifetime.ts'
import type { ScratchFile } from '../../../core/calls/scratch.ts'
import { GatewayError } from '../../../core/errors.ts'
import { storageFault } from '../../../core/record/storage-state.ts'
import type { FormScanner } from '../../../core/wire/form-scanner.ts'
import type { BodySink, StreamedBody } from '../../../core/wire/streamed-body.ts'
import type { BodyHandler, CallExchange } from '../../http/exchange.ts'
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
  /** Where the beginning goes that is more than may be held, as long as it is not known enough of. */
  readonly scratch?: ScratchFile
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
  #isMoving = false
  #isReading = false
  /** What the sink has got of the file. */
  #position = 0
  /** What is held, in order; behind the file, where there is one. */
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
    this.#position = 0
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
    if (this.#settle === undefined || this.#fault !== undefined || this.#isMoving) return
    const { heldBytes, form, scratch } = this.#options
    const isLarge = this.#held > heldBytes || (this.#declared ?? 0) > heldBytes || this.#filed > 0
    const isKnown = form?.isKnown() !== false
    // Where there is a file, the end of what waited goes there too, so that any target can have it.
    const isMoved = scratch !== undefined && this.#held > heldBytes && (!isKnown || this.#filed > 0)
    if (isMoved) void this.#move(scratch)
    else if (this.#isWhole || (isLarge && isKnown)) {
      this.#settleWith(isLarge ? this : Buffer.concat(this.#pieces))
    } else this.#goOn()
  }

  #settleWith(body: Buffer | IncomingBody): void {
    const settle = this.#settle
    this.#settle = undefined
    this.#reject = undefined
    this.#hold()
    settle?.(body)
  }

  get #filed(): number {
    return this.#options.scratch?.bytes ?? 0
  }

  /** Never rejects. */
  async #move(scratch: ScratchFile): Promise<void> {
    this.#isMoving = true
    this.#hold()
    const pieces = this.#pieces.splice(0)
    try {
      await scratch.append(pieces)
    } catch (cause) {
      this.#fail(noRoom(cause))
    }
    this.#isMoving = false
    if (this.#fault !== undefined) return
    this.#held -= costOf(pieces)
    this.#decide()
  }

  /** Gives on what lies in the file, which is in front of all that is held. */
  async #replay(scratch: ScratchFile, sink: BodySink): Promise<void> {
    this.#isReading = true
    let bytes: Buffer | undefined
    try {
      bytes = await scratch.read(this.#position)
    } catch (cause) {
      this.#fail(noRoom(cause))
    }
    this.#isReading = false
    // Another target may have got its turn meanwhile.
    if (bytes !== undefined && sink === this.#sink) {
      this.#position += bytes.length
      this.#isSinkReady = sink.data(bytes)
    }
    this.#pump()
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
    const { scratch } = this.#options
    if (this.#sink !== undefined && scratch !== undefined && this.#position < this.#filed) {
      if (this.#isSinkReady && !this.#isReading) void this.#replay(scratch, this.#sink)
      return
    }
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
    this.#options.scratch?.close()
    this.#held -= costOf(this.#pieces.splice(0, this.#next))
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
    this.#options.scratch?.close()
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

function costOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length + pieceOverhead, 0)
}

function noRoom(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  const fault = storageFault(cause)
  if (fault !== undefined) return new GatewayError('store_unavailable', `The data directory ${fault}.`, { cause })
  return new GatewayError('overloaded', 'There is no room for a form as large as this one.', { cause })
}
