import { ErrorReply, RESP_TYPES } from '@redis/client'
import type { QuestionTier } from '../../../core/calls/cache.ts'
import { MAX_HEAD_BYTES, openedEntry, sealedEntry } from '../../../core/calls/sealed-entry.ts'
import { settledWithin } from '../../../core/calls/settled-within.ts'
import type { StoredEntry } from '../../../core/calls/stored-entry.ts'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import { connectRedis, redisReason } from './connection.ts'

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
const MAX_WAITING_BYTES = 32 << 20
const MAX_QUESTION_BYTES = 65_536
const PURGE_STEP = 500
/** No entry lasts longer. */
const MAX_TTL_MS = 30 * 86_400_000

/**
 * Answers in Redis or Valkey, for all gateways that use it: an entry under `<prefix>entry:<workspace>:<key>`, and sets of keys
 * of each workspace and of each of its tags, ordered by when entries expire. Questions of one name are lines of one string, the
 * newest at its end, so that a look reads no more than it wants.
 */
export function openRedisTier({
  url,
  prefix,
  maxEntryBytes,
  secret,
  tell,
  tellWrites,
}: RedisTierOptions): QuestionTier & {
  close(): Promise<void>
} {
  let restingUntil = 0
  let restMs = FIRST_REST_MS
  let waitingBytes = 0
  let isClosed = false
  let client = connect()

  function connect() {
    const made = connectRedis({
      url,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      firstWaitMs: FIRST_REST_MS,
      maxWaitMs: MAX_REST_MS,
      failed: (reason) => tell(`${sentence} cannot be reached (${reason}).`),
    }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    made.on('ready', () => {
      if (Date.now() >= restingUntil) tell(undefined)
    })
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
    if (fault instanceof ErrorReply) tellIt(`${sentence} refuses (${redisReason(fault)}).`)
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

  const lifeOf = ({ storedAt, expiresAt }: StoredEntry['head']) =>
    ({ type: 'PX', value: Math.max(1, expiresAt - storedAt) }) as const

  /** In the sets by which it is purged. */
  function indexed(key: string, { workspace, tags, storedAt, expiresAt }: StoredEntry['head']): Promise<unknown>[] {
    return [undefined, ...tags].flatMap((tag) => {
      const set = setAt(workspace, tag)
      return [
        client.zAdd(set, { score: expiresAt, value: key }),
        client.zRemRangeByScore(set, '-inf', storedAt),
        client.pExpire(set, MAX_TTL_MS),
      ]
    })
  }

  function write(commands: readonly Promise<unknown>[], bytes: number): void {
    void Promise.all(commands)
      .then(
        () => tellWrites(undefined),
        (fault: unknown) => refused(tellWrites, fault),
      )
      .finally(() => {
        waitingBytes -= bytes
      })
  }

  /** The oldest go. What another gateway appends meanwhile may go with them, and is a miss. */
  async function cutQuestions(place: string): Promise<void> {
    const newest = await client.getRange(place, -MAX_QUESTION_BYTES, -1)
    if (newest !== null) await client.set(place, newest.subarray(newest.indexOf(0x0a) + 1), { expiration: 'KEEPTTL' })
  }

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
      const place = entryAt(entry.head.workspace, key)
      const sealed = isAway() ? undefined : sealedEntry(entry, place, secret)
      if (sealed === undefined || waitingBytes + sealed.length > MAX_WAITING_BYTES) return
      waitingBytes += sealed.length
      // Last: what could not be purged must not be there.
      const made = [...indexed(key, entry.head), client.set(place, sealed, { expiration: lifeOf(entry.head) })]
      write(made, sealed.length)
    },
    async questions(workspace, name) {
      if (isAway()) return []
      const place = entryAt(workspace, `questions-${name}`)
      const text = await asked(client.getRange(place, -MAX_QUESTION_BYTES, -1), PATIENCE_MS)
      // The first line may have been cut.
      return text?.toString('utf8').split('\n').filter(Boolean).reverse() ?? []
    },
    keepQuestion(name, text, head) {
      const line = Buffer.from(`${text}\n`)
      if (isAway() || line.length > MAX_QUESTION_BYTES || waitingBytes + line.length > MAX_WAITING_BYTES) return
      const key = `questions-${name}`
      const place = entryAt(head.workspace, key)
      waitingBytes += line.length
      const appended = client.append(place, line)
      write([...indexed(key, head), appended, client.pExpire(place, lifeOf(head).value)], line.length)
      appended
        .then((length) => (Number(length) > 4 * MAX_QUESTION_BYTES ? cutQuestions(place) : undefined))
        .catch((fault: unknown) => refused(tellWrites, fault))
    },
    forget(workspace, key) {
      if (isAway()) return
      client.unlink(entryAt(workspace, key)).catch((fault: unknown) => refused(tellWrites, fault))
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
