import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Conversation, ConversationItem, ConversationStore, Said } from '../../../core/model/conversation.ts'
import type { StorageTeller } from '../../../core/record/storage-state.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import { guardedBy } from './guarded-by.ts'
import { boundFile, roomIn } from './room.ts'

export interface ConversationStoreOptions {
  /** Several processes may have it open. */
  readonly path: string
  readonly maxBytes: number
  /** After the last time that somebody went on with it. */
  readonly maxAgeMs: number
  now(): number
  readonly tell?: StorageTeller
}

/** Waiting for a lock holds up the calls of this process. */
const BUSY_TIMEOUT_MS = 250
/** Of a row, its id and its places in indexes. */
const ROW_BYTES = 300

const schema = `CREATE TABLE IF NOT EXISTS conversation (
  id TEXT PRIMARY KEY, workspace TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, metadata TEXT NOT NULL,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversation_by_use ON conversation (used_at);
CREATE INDEX IF NOT EXISTS conversation_by_owner ON conversation (workspace, used_at, bytes);
CREATE TABLE IF NOT EXISTS item (
  position INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE,
  id TEXT NOT NULL, call TEXT NOT NULL, item TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS item_by_place ON item (conversation, position);
CREATE INDEX IF NOT EXISTS item_by_id ON item (conversation, id);
CREATE INDEX IF NOT EXISTS item_by_call ON item (call);`

/** Keeps conversations in a file of their own; those that may not be written to disk in the memory of this process. */
export function openSqliteConversationStore(options: ConversationStoreOptions): ConversationStore {
  const { tell = () => undefined } = options
  const guarded = <Result>(work: () => Result): Result => {
    const result = guardedBy(options.path, tell, work)
    tell(undefined)
    return result
  }
  const disk = guarded(() => openTable(options.path, options))
  const memory = openTable(':memory:', options)
  const tableOf = (id: string): Table => (memory.find(id) === undefined ? disk : memory)
  return {
    find: (id) => memory.find(id) ?? guarded(() => disk.find(id)),
    make: (conversation, said, isPrivate) => guarded(() => (isPrivate ? memory : disk).make(conversation, said)),
    describe: (id, metadata) => guarded(() => tableOf(id).describe(id, metadata)),
    remove: (id) => guarded(() => tableOf(id).remove(id)),
    add: (id, said) => guarded(() => tableOf(id).add(id, said)),
    item: (id, item) => guarded(() => tableOf(id).item(id, item)),
    removeItem: (id, item) => guarded(() => tableOf(id).removeItem(id, item)),
    page: (id, page) => guarded(() => tableOf(id).page(id, page)),
    whole: (id, maxCharacters) => guarded(() => tableOf(id).whole(id, maxCharacters)),
    close() {
      memory.close()
      disk.close()
    },
  }
}

type Table = Omit<ConversationStore, 'make'> & { make(conversation: Conversation, said: Said): void }

function openTable(path: string, { maxBytes, maxAgeMs, now }: ConversationStoreOptions): Table {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
    boundFile(database, maxBytes)
    database.exec(`PRAGMA foreign_keys = ON; ${schema}`)
  } catch (fault) {
    database.close()
    throw fault
  }
  const select = database.prepare('SELECT * FROM conversation WHERE id = ? AND used_at > ?')
  const insert = database.prepare('INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?)')
  const use = database.prepare('UPDATE conversation SET used_at = ?, bytes = bytes + ? WHERE id = ?')
  const describe = database.prepare('UPDATE conversation SET metadata = ?, bytes = bytes + ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM conversation WHERE id = ?')
  const removeUnused = database.prepare('DELETE FROM conversation WHERE used_at <= ?')
  // One that was removed meanwhile takes nothing more.
  const insertItem = database.prepare(
    'INSERT INTO item (conversation, id, call, item) SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM conversation WHERE id = ?)',
  )
  const selectItem = database.prepare('SELECT item, position FROM item WHERE conversation = ? AND id = ?')
  const deleteItem = database.prepare('DELETE FROM item WHERE conversation = ? AND id = ?')
  const newestFirst = database.prepare(
    'SELECT item FROM item WHERE conversation = ? AND position < ? ORDER BY position DESC LIMIT ?',
  )
  const oldestFirst = database.prepare(
    'SELECT item FROM item WHERE conversation = ? AND position > ? ORDER BY position LIMIT ?',
  )
  const length = database.prepare('SELECT sum(length(item)) AS length FROM item WHERE conversation = ?')
  const makeRoom = roomIn(database, {
    maxBytes,
    largest:
      'SELECT workspace, count(*) AS count FROM conversation GROUP BY workspace ORDER BY sum(bytes) DESC LIMIT 1',
    removeOldest:
      'DELETE FROM conversation WHERE id IN (SELECT id FROM conversation WHERE workspace = ? ORDER BY used_at LIMIT ?)',
    removeExpired: () => removeUnused.run(now() - maxAgeMs),
  })
  const together = (work: () => void): void => {
    database.exec('BEGIN IMMEDIATE')
    try {
      work()
      database.exec('COMMIT')
    } catch (fault) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw fault
    }
  }
  const addItems = (id: string, { call, items }: Said): void => {
    const rows = items.map((item) => [item.id, JSON.stringify(item)] as const)
    const bytes = rows.reduce((sum, [, text]) => sum + text.length + ROW_BYTES, 0)
    makeRoom(bytes)
    for (const [item, text] of rows) insertItem.run(id, item, call, text, id)
    use.run(now(), bytes, id)
  }
  return {
    find(id) {
      const row = select.get(id, now() - maxAgeMs)
      return row === undefined ? undefined : readConversation(row)
    },
    make: ({ id, workspace, createdAt, metadata }, said) =>
      together(() => {
        const described = JSON.stringify(metadata)
        const bytes = described.length + ROW_BYTES
        makeRoom(bytes)
        insert.run(id, workspace, createdAt, now(), described, bytes)
        addItems(id, said)
      }),
    describe: (id, metadata) =>
      together(() => {
        const described = JSON.stringify(metadata)
        makeRoom(described.length)
        describe.run(described, described.length, id)
      }),
    remove: (id) => void remove.run(id),
    add: (id, said) => together(() => addItems(id, said)),
    item: (id, item) => readItem(selectItem.get(id, item)),
    removeItem: (id, item) => void deleteItem.run(id, item),
    page(id, { limit, order, after }) {
      const isDown = order === 'desc'
      const usual = isDown ? Number.MAX_SAFE_INTEGER : 0
      const start = after === undefined ? usual : Number(selectItem.get(id, after)?.['position'] ?? usual)
      return (isDown ? newestFirst : oldestFirst).all(id, start, limit).flatMap((row) => readItem(row) ?? [])
    },
    whole(id, maxCharacters) {
      if (Number(length.get(id)?.['length'] ?? 0) > maxCharacters) return undefined
      return oldestFirst.all(id, 0, -1).flatMap((row) => readItem(row) ?? [])
    },
    close: () => database.close(),
  }
}

type Row = Record<string, SQLOutputValue>

function readConversation({ id, workspace, created_at: createdAt, metadata }: Row): Conversation {
  const described = parseJson(String(metadata))
  return {
    id: String(id),
    workspace: String(workspace),
    createdAt: Number(createdAt),
    metadata: isJsonObject(described) ? described : {},
  }
}

function readItem(row: Row | undefined): ConversationItem | undefined {
  const item = row === undefined ? undefined : parseJson(String(row['item']))
  return isJsonObject(item) ? asItem(item) : undefined
}

function asItem(item: JsonObject): ConversationItem {
  return { ...item, id: String(item['id']) }
}
