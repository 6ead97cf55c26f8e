import { basename } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import type { KeptPart, KeptReply, ReplyStore } from '../../../core/model/kept-replies.ts'
import { type StorageTeller, storageFault } from '../../../core/record/storage-state.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import { boundFile, roomIn } from './room.ts'

export interface ReplyStoreOptions {
  /** Several processes may have it open. */
  readonly path: string
  readonly maxBytes: number
  readonly maxAgeMs: number
  now(): number
  /** Told once. */
  log(message: string): void
  tell?: StorageTeller
}

/** Waiting for a lock holds up the calls of this process. */
const BUSY_TIMEOUT_MS = 100

/** All other calls wait meanwhile. */
const MOVED_AT_ONCE = 100
const RETRY_MS = 5000
/** Marks and parts of replies stand among the ids: they are bounded and forgotten together. */
const markPrefix = 'reasoning '
const partName = ({ kind, id }: KeptPart): string => `${kind} ${id}`
/** Ids come from providers: one may be made up to stand for a mark or a part. */
const isOfReply = (id: string): boolean => !/^(?:reasoning|item|audio) /.test(id)

/** Of a row. Lengths stand in its head: what it says is not read for them. */
const rowBytes = '300 + coalesce(octet_length(input), 0) + coalesce(octet_length(reply), 0)'

const schema = `CREATE TABLE IF NOT EXISTS reply (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, created_at INTEGER NOT NULL, account TEXT, previous TEXT,
  input TEXT, reply TEXT, call TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reply_by_age ON reply (created_at);
CREATE INDEX IF NOT EXISTS reply_by_owner ON reply (workspace, created_at, ${rowBytes});`

/**
 * Keeps replies in a file of its own, so that they survive a restart and every worker process finds them; those that may
 * not or cannot be written to disk in the memory of this process. Writing waits for the end of the turn of the event loop, behind the reply.
 */
export function openSqliteReplyStore(options: ReplyStoreOptions): ReplyStore {
  const memory = openTable(':memory:', options)
  const disk = openOnDisk(options) ?? memory
  const waiting = new Map<string, { readonly reply: KeptReply; readonly isPrivate: boolean }>()
  const { tell = () => undefined } = options
  /** They are in memory and belong on the disk. */
  const overflow = new Set<string>()
  let retry: NodeJS.Timeout | undefined
  let isTold = false
  const attempt = <Result>(work: () => Result): Result | undefined => {
    try {
      return work()
    } catch (fault) {
      if (!isTold) options.log(`Replies cannot be kept: ${fault instanceof Error ? fault.message : 'unknown fault'}`)
      isTold = true
      return undefined
    }
  }
  const putOnDisk = (replies: readonly KeptReply[]): void => {
    try {
      disk.put(replies)
      tell(undefined)
      if (overflow.size > 0) moveOverflow()
    } catch (fault) {
      const sentence = `${basename(options.path)} ${storageFault(fault) ?? 'cannot be written'}; replies are kept in memory until it can be written.`
      tell(sentence)
      if (!isTold) options.log(sentence)
      isTold = true
      attempt(() => memory.put(replies))
      for (const { id } of replies) overflow.add(id)
      retry ??= setTimeout(moveOverflow, RETRY_MS).unref()
    }
  }
  /** Other processes do not find them before, and a restart would lose them. */
  const moveOverflow = (): void => {
    clearTimeout(retry)
    retry = undefined
    try {
      for (const id of [...overflow].slice(0, MOVED_AT_ONCE)) {
        const reply = memory.get(id)
        if (reply !== undefined) disk.put([reply])
        overflow.delete(id)
        memory.remove(id)
      }
      tell(undefined)
    } catch {
      // They stay where they are until the next try.
    }
    if (overflow.size > 0) retry = setTimeout(moveOverflow, RETRY_MS).unref()
  }
  const flush = (): void => {
    const due = [...waiting.values()]
    waiting.clear()
    for (const [table, isPrivate] of [
      [disk, false],
      [memory, true],
    ] as const) {
      const replies = due.filter((entry) => entry.isPrivate === isPrivate).map(({ reply }) => reply)
      if (replies.length === 0) continue
      if (isPrivate || table === memory) attempt(() => table.put(replies))
      else putOnDisk(replies)
    }
  }
  const look = (id: string): KeptReply | undefined =>
    waiting.get(id)?.reply ?? attempt(() => disk.get(id)) ?? attempt(() => memory.get(id))
  const put = (reply: KeptReply, isPrivate: boolean): void => {
    // Whoever has an id keeps it, as on disk.
    if ((waiting.get(reply.id)?.reply ?? reply).workspace !== reply.workspace) return
    if (waiting.size === 0) setImmediate(flush)
    waiting.set(reply.id, { reply, isPrivate })
  }
  return {
    find: (id) => (isOfReply(id) ? look(id) : undefined),
    keep(reply, isPrivate) {
      if (isOfReply(reply.id)) put(reply, isPrivate)
    },
    makerOf: (mark) => look(markPrefix + mark)?.account,
    made: (mark, { target, workspace }, isPrivate) =>
      put({ id: markPrefix + mark, workspace, createdAt: options.now(), account: target }, isPrivate),
    holderOf: (part) => look(partName(part)),
    partMade: ({ kind, id, account, workspace, createdAt }) =>
      put({ id: partName({ kind, id }), account, workspace, createdAt }, false),
    forget(id) {
      waiting.delete(id)
      overflow.delete(id)
      for (const table of [disk, memory]) attempt(() => table.remove(id))
    },
    close() {
      flush()
      clearTimeout(retry)
      for (const table of new Set([disk, memory])) attempt(table.close)
    },
  }
}

interface Table {
  get(id: string): KeptReply | undefined
  put(replies: readonly KeptReply[]): void
  remove(id: string): void
  close(): void
}

function openOnDisk(options: ReplyStoreOptions): Table | undefined {
  try {
    return openTable(options.path, options)
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : 'unknown fault'
    const sentence = `${basename(options.path)} cannot be used (${reason}): replies are kept in memory until the next start.`
    options.log(sentence)
    options.tell?.(sentence)
    return undefined
  }
}

function openTable(path: string, { maxBytes, maxAgeMs, now }: ReplyStoreOptions): Table {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  // What a loss of power takes is the last moment's; calls need not wait for the disk.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
  boundFile(database, maxBytes)
  database.exec(schema)
  addCall(database)
  const select = database.prepare('SELECT * FROM reply WHERE id = ? AND created_at > ?')
  // Ids come from providers: one that gives an id twice must not take a reply from another workspace.
  const insert = database.prepare(
    `INSERT INTO reply VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at,
       account = excluded.account, previous = excluded.previous, input = excluded.input, reply = excluded.reply,
       call = excluded.call
     WHERE workspace = excluded.workspace`,
  )
  const remove = database.prepare('DELETE FROM reply WHERE id = ?')
  const removeOlder = database.prepare('DELETE FROM reply WHERE created_at <= ?')
  const makeRoom = roomIn(database, {
    maxBytes,
    largest: `SELECT workspace, count(*) AS count FROM reply GROUP BY workspace ORDER BY sum(${rowBytes}) DESC LIMIT 1`,
    removeOldest:
      'DELETE FROM reply WHERE id IN (SELECT id FROM reply WHERE workspace = ? ORDER BY created_at LIMIT ?)',
    removeExpired: () => removeOlder.run(now() - maxAgeMs),
  })
  return {
    get(id) {
      const row = select.get(id, now() - maxAgeMs)
      return row === undefined ? undefined : readRow(row)
    },
    put(replies) {
      const rows = replies.map(writtenRow)
      database.exec('BEGIN IMMEDIATE')
      try {
        makeRoom(rows.reduce((sum, row) => sum + sizeOf(row), 0))
        for (const row of rows) insert.run(...row)
        database.exec('COMMIT')
      } catch (fault) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw fault
      }
    },
    remove: (id) => void remove.run(id),
    close: () => database.close(),
  }
}

/** To a file of an older version. Other processes may be at it. */
function addCall(database: DatabaseSync): void {
  const isThere = (): boolean =>
    database.prepare(`SELECT 1 FROM pragma_table_info('reply') WHERE name = 'call'`).get() !== undefined
  if (isThere()) return
  database.exec('BEGIN IMMEDIATE')
  try {
    if (!isThere()) database.exec('ALTER TABLE reply ADD COLUMN call TEXT')
  } finally {
    database.exec('COMMIT')
  }
}

function writtenRow({ id, workspace, createdAt, account, previous, turn, call }: KeptReply): SQLInputValue[] {
  const { input, reply } = turn ?? {}
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
  return [id, workspace, createdAt, account ?? null, previous ?? null, text(input), text(reply), call ?? null]
}

function sizeOf(row: readonly SQLInputValue[]): number {
  return row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0)
}

function readRow(row: Record<string, SQLOutputValue>): KeptReply {
  const { id, workspace, created_at: createdAt, account, previous, input, reply, call } = row
  const said = parseJson(String(input))
  const answer = parseJson(String(reply))
  return {
    id: String(id),
    workspace: String(workspace),
    createdAt: Number(createdAt),
    ...(account === null ? {} : { account: String(account) }),
    ...(previous === null ? {} : { previous: String(previous) }),
    ...(call === null ? {} : { call: String(call) }),
    ...(Array.isArray(said) && isJsonObject(answer)
      ? { turn: { input: said, reply: answer }, charactersRead: String(input).length + String(reply).length }
      : {}),
  }
}
