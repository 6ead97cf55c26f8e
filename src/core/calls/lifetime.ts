import type { GatewayError } from '../errors.ts'

/**
 * How long a call may go on: until its deadline, or until its client leaves. What `AbortSignal` is for, at a tenth
 * of its cost (a signal with one listener costs 3.5 µs a call on Node 26); `signal` makes a real one for who needs it.
 */
export class CallLifetime {
  #reason: GatewayError | undefined
  /** When `deadlines.ts` ends it, in `performance.now()`'s milliseconds, with what, and its place there. */
  deadline: { at: number; reason: () => GatewayError; place: number } | undefined
  #listeners: ((reason: GatewayError) => void)[] | undefined

  get reason(): GatewayError | undefined {
    return this.#reason
  }

  /** Ends the call. Only the first reason counts. */
  end(reason: GatewayError): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    const listeners = this.#listeners
    this.#listeners = undefined
    for (const listener of listeners ?? []) listener(reason)
  }

  /** Calls `listener` once, at the end or at once when it is over. The result takes the listener away. */
  onEnd(listener: (reason: GatewayError) => void): () => void {
    if (this.#reason !== undefined) {
      listener(this.#reason)
      return () => undefined
    }
    this.#listeners ??= []
    this.#listeners.push(listener)
    return () => {
      const index = this.#listeners?.indexOf(listener) ?? -1
      if (index >= 0) this.#listeners?.splice(index, 1)
    }
  }

  get signal(): AbortSignal {
    const controller = new AbortController()
    this.onEnd((reason) => controller.abort(reason))
    return controller.signal
  }
}
