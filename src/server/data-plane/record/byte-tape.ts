/**
 * Keeps a copy of the first `maxBytes` that pass. A copy, because a slice of a socket's buffer keeps all 64 KB
 * of it alive: five hundred slow streams would hold gigabytes.
 */
export class ByteTape {
  readonly #maxBytes: number
  #buffer: Buffer | undefined
  #length = 0
  #truncated = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  append(bytes: Buffer): void {
    const room = this.#maxBytes - this.#length
    const taken = Math.min(bytes.length, room)
    if (taken < bytes.length) this.#truncated = true
    if (taken <= 0) return
    const needed = this.#length + taken
    if (this.#buffer === undefined || this.#buffer.length < needed) {
      const grown = Buffer.allocUnsafeSlow(
        Math.min(this.#maxBytes, Math.max(needed, 2 * (this.#buffer?.length ?? 1024))),
      )
      this.#buffer?.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    bytes.copy(this.#buffer, this.#length, 0, taken)
    this.#length = needed
  }

  get bytes(): Buffer {
    return this.#buffer?.subarray(0, this.#length) ?? Buffer.alloc(0)
  }

  get isTruncated(): boolean {
    return this.#truncated
  }
}
