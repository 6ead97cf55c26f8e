import type { Socket } from 'node:net'

/** A turn of the event loop asks every socket for what it has. More than this only for a server that sends on and on. */
const maxTurns = 100

/**
 * Reads what a server said before it stopped listening. A server that refuses a large body answers, closes, and resets what
 * still comes; that fails our write, and Node would then close the socket although the answer lies in it unread. Only for a
 * socket with `onread`: a stream that has failed takes nothing more to give as `data`.
 */
export function readAfterWriteFault(socket: Socket): void {
  const destroy = socket.destroy.bind(socket)
  let isReading = false
  socket.destroy = (fault?: Error) => {
    if (isReading || fault === undefined || !('syscall' in fault) || fault.syscall !== 'write') return destroy(fault)
    isReading = true
    let turns = 0
    let seen = -1
    const look = (): void => {
      // The first turn may have begun before the fault.
      const isDry = turns > 1 && socket.bytesRead === seen
      if (isDry || ++turns > maxTurns) {
        destroy(fault)
        return
      }
      seen = socket.bytesRead
      setImmediate(look)
    }
    look()
    return socket
  }
}
