import type { RecordSettings } from '../../../core/calls/registry.ts'
import type { CallBodies } from '../../../core/record/call-record.ts'
import { ByteTape } from './byte-tape.ts'

/** What of the bodies of one call goes on record, whole or piece by piece, as far as the workspace keeps them. */
export class RecordedBodies {
  settings: RecordSettings = { bodies: 'off', maxBodyBytes: 0 }
  request: Buffer | undefined
  #requestTape: ByteTape | undefined
  #reply: Buffer | undefined
  #replyTape: ByteTape | undefined
  #isReplyCut = false

  get isKept(): boolean {
    return this.settings.bodies !== 'off'
  }

  wholeReply(bytes: Buffer): void {
    if (!this.isKept) return
    const { maxBodyBytes } = this.settings
    this.#isReplyCut = bytes.length > maxBodyBytes
    this.#reply = this.#isReplyCut ? bytes.subarray(0, maxBodyBytes) : bytes
  }

  requestBytes(bytes: Buffer): void {
    if (!this.isKept) return
    this.#requestTape ??= new ByteTape(this.settings.maxBodyBytes)
    this.#requestTape.append(bytes)
  }

  replyBytes(bytes: Buffer): void {
    if (!this.isKept) return
    this.#replyTape ??= new ByteTape(this.settings.maxBodyBytes)
    this.#replyTape.append(bytes)
  }

  kept(): CallBodies {
    const { maxBodyBytes } = this.settings
    const request = this.request ?? this.#requestTape?.bytes
    const reply = this.#replyTape?.bytes ?? this.#reply
    const isRequestLong = (request?.length ?? 0) > maxBodyBytes
    return {
      ...(!this.isKept || request === undefined
        ? {}
        : { request: isRequestLong ? request.subarray(0, maxBodyBytes) : request }),
      ...(reply === undefined ? {} : { reply }),
      requestTruncated: this.#requestTape?.isTruncated ?? isRequestLong,
      replyTruncated: this.#replyTape?.isTruncated ?? this.#isReplyCut,
    }
  }
}
