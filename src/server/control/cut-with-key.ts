import type { ServerResponse } from 'node:http'
import { watchKey } from '../keys/watch-key.ts'

/**
 * Cuts a reply whose management key was revoked or has expired before all of it was sent. The connection is reset: what the
 * system still holds for a slow reader is dropped, and a reader never takes a part for the whole. `authenticate` throws once
 * the key opens nothing.
 */
export function cutWithKey(reply: ServerResponse, authenticate: () => unknown): void {
  const { socket } = reply.req
  // Who asked may have left before there was a reply.
  if (socket.destroyed) return
  const look = (): void => {
    // A reply that waits behind another on its connection is not told that this closed.
    if (socket.destroyed) stopLooking()
    else authenticate()
  }
  const stopLooking = watchKey(look, () => socket.resetAndDestroy())
  reply.once('close', stopLooking)
}
