import type { Limits } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'

/** Sockets that stay open between their calls, counted for each key with what they hold in memory. */
export interface OpenSockets {
  /** Counts a socket in. `leave` lets it go as soon as it answers nothing. Throws `too_many_calls`. */
  enter(key: string, limits: Pick<Limits, 'maxSocketsPerKey' | 'maxBodyBytes'>, leave: () => void): OpenSocket
  leaveAll(): void
}

export interface OpenSocket {
  /** Says what the socket holds now: messages that wait, and conversations that it may go on from. */
  holds(bytes: number): void
  /** What it may hold: the sockets of a key share the room. */
  room(): number
  close(): void
}

/** Times the largest body, for all sockets of a key together. */
const SHARED_BODIES = 4

export function createOpenSockets(): OpenSockets {
  const byKey = new Map<string, Map<object, number>>()
  const leaves = new Set<() => void>()
  return {
    enter(key, { maxSocketsPerKey, maxBodyBytes }, leave) {
      const ofKey = byKey.get(key) ?? new Map<object, number>()
      if (ofKey.size >= maxSocketsPerKey) {
        const message = `This key has ${maxSocketsPerKey} sockets open already; close one, or use one of them.`
        throw new GatewayError('too_many_calls', message, { retryAfterSeconds: 1 })
      }
      byKey.set(key, ofKey)
      const socket: OpenSocket = {
        holds: (bytes) => void ofKey.set(socket, bytes),
        room() {
          let others = -(ofKey.get(socket) ?? 0)
          for (const bytes of ofKey.values()) others += bytes
          return Math.min(2 * maxBodyBytes, Math.max(0, SHARED_BODIES * maxBodyBytes - others))
        },
        close() {
          leaves.delete(leave)
          ofKey.delete(socket)
          if (ofKey.size === 0 && byKey.get(key) === ofKey) byKey.delete(key)
        },
      }
      ofKey.set(socket, 0)
      leaves.add(leave)
      return socket
    },
    leaveAll() {
      for (const leave of leaves) leave()
    },
  }
}
