import { createClient } from '@redis/client'

export interface RedisConnectionOptions {
  readonly url: string
  readonly connectTimeoutMs: number
  /** Before it tries again; twice as long after each further time. */
  readonly firstWaitMs: number
  readonly maxWaitMs: number
  /** Why it cannot be reached, in a word. */
  failed(reason: string): void
}

const MAX_WAITING_COMMANDS = 5000
const MAX_DOUBLINGS = 6

/** Connects, and again whenever the connection ends. What is asked meanwhile fails at once. */
export function connectRedis({ url, connectTimeoutMs, firstWaitMs, maxWaitMs, failed }: RedisConnectionOptions) {
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandsQueueMaxLength: MAX_WAITING_COMMANDS,
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (attempts) => Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(attempts, MAX_DOUBLINGS)),
    },
  })
  client.on('error', (fault: unknown) => failed(redisReason(fault)))
  // What keeps it from connecting is told by `error`.
  client.connect().catch(() => undefined)
  return client
}

/** The code of a fault of the network, or the first word of what Redis says: the rest may quote a command. */
export function redisReason(fault: unknown): string {
  if (!(fault instanceof Error)) return 'unknown fault'
  if ('code' in fault && typeof fault.code === 'string') return fault.code
  // So many arguments are not even read from who has not said its password.
  if (fault.message.includes('unauthenticated')) return 'NOAUTH'
  return /^[A-Z]{3,}/.exec(fault.message)?.[0] ?? fault.name
}
