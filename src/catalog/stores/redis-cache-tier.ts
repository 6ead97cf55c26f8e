import { createClient, ErrorReply, RESP_TYPES } from '@redis/client'
import type { CacheTier } from '../../core/cache.ts'
import { MAX_HEAD_BYTES, openedEntry, sealedEntry } from '../../core/sealed-entry.ts'
import { settledWithin } from '../../core/settled-within.ts'
import type { StorageTeller } from '../../core/storage-state.ts'

export interface RedisTierOptions {
  readonly url: string
  /** Stands before all keys. */
  readonly prefix: string
  readonly maxEntryBytes: number
  /** What entries are sealed with: others that write to this Redis cannot make any. */
  readonly secret?: Buffer
  /** How it can be reached. */
  readonly tell: StorageTeller
  /** How it takes what it is given. */
  readonly tellWrites: StorageTeller
}

/** Beside a provider's second, a look may cost this. */
const PATIENCE_MS = 50
const PURGE_PATIENCE_MS = 10_000
/** A Redis that was late is not asked for so long; each further time twice as long. */
const FIRST_REST_MS = 1000
const MAX_REST_MS = 30_000
const CONNECT_TIMEOUT_MS = 2000
const MAX_WAITING_COMMANDS = 5000
const MAX_WAITING_BYTES = 32 << 20
const PURGE_STEP = 500
/** No entry lasts longer. */
const MAX_TTL_MS = 30 * 86_400_000

/**
 * Answers in Redis or Valkey, for all gateways that use it: an entry under `<prefix>entry:<workspace>:<key>`, and sets of keys
 * of each workspace and of each of its tags, ordered by when entries expire.
 */
export function openRedisTier({ url, prefix, maxEntryBytes, secret, tell, tellWrites }: RedisTierOptions): CacheTier & {
  close(): Promise<void>
} {
  let restingUntil = 0
  let restMs = FIRST_REST_MS
  let waitingBytes = 0
  let isClosed = false
  let client = connect()

  function connect() {
    const made = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      commandsQueueMaxLength: MAX_WAITING_COMMANDS,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (attempts) => Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.min(attempts, 5)),
      },
    }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    made.on('error', (fault: unknown) => tell(`${sentence} cannot be reached (${reasonOf(fault)}).`))
    made.on('ready', () => {
      if (Date.now() >= restingUntil) tell(undefined)
    })
    // What keeps it from connecting is told by `error`.
    made.connect().catch(() => undefined)
    return made
  }

  /** A connection that does not answer may never do so again. */
  function rest(): void {
    tell(`${sentence} does not answer in time.`)
    restingUntil = Date.now() + restMs
    restMs = Math.min(MAX_REST_MS, 2 * restMs)
    client.destroy()
    client = connect()
  }

  const isAway = (): boolean => isClosed || !client.isReady || Date.now() < restingUntil
  /** A connection that ends says so itself. */
  const refused = (tellIt: StorageTeller, fault: unknown): void => {
    if (fault instanceof ErrorReply) tellIt(`${sentence} refuses (${reasonOf(fault)}).`)
  }

  async function asked<Value>(pending: Promise<Value>, patienceMs: number): Promise<Value | undefined> {
    const from = client
    let isSettled = false
    const value = await settledWithin(
      pending.finally(() => {
        isSettled = true
      }),
      patienceMs,
      (fault) => refused(tell, fault),
    )
    if (isSettled) restMs = FIRST_REST_MS
    else if (from === client) rest()
    return value
  }

  const entryAt = (workspace: string, key: string): string => `${prefix}entry:${workspace}:${key}`
  const setAt = (workspace: string, tag: string | undefined): string =>
    tag === undefined ? `${prefix}workspace:${workspace}` : `${prefix}tag:${workspace}:${tag}`

  return {
    async find(workspace, key) {
      if (isAway()) return undefined
      const place = entryAt(workspace, key)
      // Not GET: what somebody else put there may be of any size.
      const most = maxEntryBytes + MAX_HEAD_BYTES + 1024
      const sealed = await asked(client.getRange(place, 0, most), PATIENCE_MS)
      if (sealed === undefined) return undefined
      tell(undefined)
      if (sealed === null || sealed.length > most) return undefined
      return openedEntry(sealed, place, secret)
    },
    keep(key, entry) {
      const { workspace, tags, expiresAt, storedAt } = entry.head
      const place = entryAt(workspace, key)
      const sealed = isAway() ? undefined : sealedEntry(entry, place, secret)
      if (sealed === undefined || waitingBytes + sealed.length > MAX_WAITING_BYTES) return
      waitingBytes += sealed.length
      const indexed = [undefined, ...tags].flatMap((tag) => {
        const set = setAt(workspace, tag)
        return [
          client.zAdd(set, { score: expiresAt, value: key }),
          client.zRemRangeByScore(set, '-inf', storedAt),
          client.pExpire(set, MAX_TTL_MS),
        ]
      })
      // Last: what could not be purged must not be there.
      const written = client.set(place, sealed, {
        expiration: { type: 'PX', value: Math.max(1, expiresAt - storedAt) },
      })
      void Promise.all([...indexed, written])
        .then(
          () => tellWrites(undefined),
          (fault: unknown) => refused(tellWrites, fault),
        )
        .finally(() => {
          waitingBytes -= sealed.length
        })
    },
    async purge(workspace, tag) {
      if (isAway()) return 0
      const set = setAt(workspace, tag)
      let count = 0
      for (;;) {
        const keys = await asked(client.zRange(set, 0, PURGE_STEP - 1), PURGE_PATIENCE_MS)
        if (keys === undefined || keys.length === 0) return count
        const gone = Promise.all([
          client.unlink(keys.map((key) => entryAt(workspace, String(key)))),
          client.zRem(set, keys),
        ])
        const [entries] = (await asked(gone, PURGE_PATIENCE_MS)) ?? []
        if (entries === undefined) return count
        count += entries
      }
    },
    async close() {
      isClosed = true
      if (client.isReady) await settledWithin(client.close(), PATIENCE_MS)
      if (client.isOpen) client.destroy()
      tell(undefined)
      tellWrites(undefined)
    },
  }
}

const sentence = 'Answers are looked for without Redis: it'

/** The code of a fault of the network, or the first word of what Redis says: the rest may quote a command. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return 'unknown fault'
  if ('code' in fault && typeof fault.code === 'string') return fault.code
  return /^[A-Z]{3,}/.exec(fault.message)?.[0] ?? fault.name
}
