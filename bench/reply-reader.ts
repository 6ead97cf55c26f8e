/** Reads replies off one connection, one after the other: enough of HTTP/1.1 for what gateways send. */
export interface ReplyReader {
  /** Calls back for body bytes, and with the status when a reply is whole. */
  read(bytes: Buffer): void
}

export interface ReplyEvents {
  onBody(bytes: Buffer): void
  onEnd(status: number): void
}

type State =
  | { readonly at: 'head' }
  | { readonly at: 'body'; left: number; readonly next: 'end' | 'chunk-end' }
  | { readonly at: 'chunk-size' }
  | { readonly at: 'chunk-end' }
  | { readonly at: 'last-chunk' }

export function replyReader({ onBody, onEnd }: ReplyEvents): ReplyReader {
  let held: Buffer = Buffer.alloc(0)
  let state: State = { at: 'head' }
  let status = 0

  /** A line without its CR LF, taken off the front; `undefined`: not all of it is there. */
  function line(): string | undefined {
    const end = held.indexOf('\r\n')
    if (end < 0) return undefined
    const text = held.toString('latin1', 0, end)
    held = held.subarray(end + 2)
    return text
  }

  /** One step. False when more bytes are needed. */
  function step(): boolean {
    switch (state.at) {
      case 'head': {
        const end = held.indexOf('\r\n\r\n')
        if (end < 0) return false
        const head = held.toString('latin1', 0, end)
        held = held.subarray(end + 4)
        status = Number(head.slice(9, 12))
        const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
        state = length === undefined ? { at: 'chunk-size' } : { at: 'body', left: Number(length), next: 'end' }
        return true
      }
      case 'body': {
        const part = held.subarray(0, state.left)
        held = held.subarray(part.length)
        state.left -= part.length
        if (part.length > 0) onBody(part)
        if (state.left > 0) return false
        if (state.next === 'end') finish()
        else state = { at: 'chunk-end' }
        return true
      }
      case 'chunk-size': {
        const size = line()
        if (size === undefined) return false
        const left = Number.parseInt(size, 16)
        state = left === 0 ? { at: 'last-chunk' } : { at: 'body', left, next: 'chunk-end' }
        return true
      }
      case 'chunk-end':
        if (line() === undefined) return false
        state = { at: 'chunk-size' }
        return true
      case 'last-chunk':
        if (line() === undefined) return false
        finish()
        return true
    }
  }

  function finish(): void {
    state = { at: 'head' }
    onEnd(status)
  }

  return {
    read(bytes) {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      while (held.length > 0 && step());
    },
  }
}
