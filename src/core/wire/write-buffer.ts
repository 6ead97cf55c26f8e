const SLAB_BYTES = 64 * 1024

/**
 * Where messages are put together, for all sockets of the process. The system takes most writes at once, and their room is
 * used again: a buffer for each would be garbage outside the heap, which the collector is slow to see.
 */
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
/** What stands before this is still to be sent. */
let used = 0

export interface WritableSocket {
  write(bytes: Buffer): boolean
  readonly writableLength: number
}

/** Sends `head` (Latin-1), `parts` and `tail` (Latin-1) in one write. The result is that of `socket.write`. */
export function writeJoined(socket: WritableSocket, head: string, parts: readonly Buffer[], tail = ''): boolean {
  let length = head.length + tail.length
  for (const part of parts) length += part.length
  if (length > SLAB_BYTES) return socket.write(fill(Buffer.allocUnsafeSlow(length), head, parts, tail))
  if (length > SLAB_BYTES - used) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
    used = 0
  }
  const isKeepingUp = socket.write(fill(slab.subarray(used, used + length), head, parts, tail))
  if (socket.writableLength > 0) used += length
  return isKeepingUp
}

function fill(bytes: Buffer, head: string, parts: readonly Buffer[], tail: string): Buffer {
  let at = bytes.write(head, 0, 'latin1')
  for (const part of parts) at += part.copy(bytes, at)
  if (tail !== '') bytes.write(tail, at, 'latin1')
  return bytes
}
