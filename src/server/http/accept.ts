import { Socket } from 'node:net'

/** One buffer for all connections: a read and its callback are one synchronous run. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * A socket for an accepted connection, that reads into a buffer of ours. `net.connect` takes such a buffer (`onread`),
 * `net.createServer` does not, and makes 64 KB for each read: a tenth of the CPU of a small call. The handle of an accepted
 * socket is not documented; where it is not there, the socket itself is taken and reads in the ordinary way.
 */
export function acceptSocket(accepted: Socket, onBytes: (chunk: Buffer) => void): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle')
  if (typeof handle !== 'object' || handle === null) {
    accepted.on('data', onBytes)
    return accepted
  }
  Reflect.set(accepted, '_handle', null)
  const options = {
    handle,
    onread: {
      buffer: readBuffer,
      // Copied, because what is read next overwrites it.
      callback: (size: number) => {
        onBytes(Buffer.from(readBuffer.subarray(0, size)))
        return true
      },
    },
  }
  const socket: Socket = Reflect.construct(Socket, [options])
  // The server counts the accepted one.
  socket.once('close', () => accepted.destroy())
  return socket
}
