import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqliteBatchStore } from './batch-store.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-batches-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const file = { id: 'file-new', workspace: 'w', purpose: 'vision', name: 'b', bytes: 1, createdAt: 2, account: 'a' }

const oldBatches = `CREATE TABLE batch (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, key TEXT NOT NULL, endpoint TEXT NOT NULL, input_file TEXT NOT NULL,
    completion_window TEXT NOT NULL, metadata TEXT, status TEXT NOT NULL, times TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, output_file TEXT, error_file TEXT,
    total INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    fault TEXT, held_by TEXT, held_until INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO batch (id, workspace, key, endpoint, input_file, completion_window, status, times, created_at, expires_at)
  VALUES ('batch_old', 'w', 'k', '/v1/x', 'file-old', '24h', 'in_progress', '{}', 1, 2)`

it('a store of a version that knew no accounts and no dialects keeps its files and batches and gets new ones', () => {
  const path = join(directory, 'batches.db')
  const old = new DatabaseSync(path)
  old.exec(`CREATE TABLE file (id TEXT PRIMARY KEY, workspace TEXT NOT NULL, purpose TEXT NOT NULL, name TEXT NOT NULL,
    bytes INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER) STRICT;
    INSERT INTO file VALUES ('file-old', 'w', 'batch', 'a', 1, 1, NULL);
    ${oldBatches}`)
  old.close()
  for (const isFirst of [true, false]) {
    const store = openSqliteBatchStore(path)
    if (isFirst) store.addFile(file)
    const { account: _, ...rest } = file
    expect(store.files('w', { limit: 10, order: 'asc' })).toEqual([
      { ...rest, id: 'file-old', purpose: 'batch', name: 'a', createdAt: 1 },
      file,
    ])
    expect(store.batches('w', 'openai', { limit: 10, order: 'asc' })).toMatchObject([
      { id: 'batch_old', dialect: 'openai' },
    ])
    // Nobody counted what its lines used.
    expect(store.batch('w', 'batch_old')?.usage).toBeUndefined()
    expect(store.batches('w', 'anthropic', { limit: 10, order: 'asc' })).toEqual([])
    store.close()
  }
})

it('an id that is taken stays with its workspace', () => {
  const store = openSqliteBatchStore(join(directory, 'batches.db'))
  store.addFile(file)
  expect(() => store.addFile({ ...file, workspace: 'other' })).toThrow('taken already')
  expect([store.anyFile(file.id)?.workspace, store.anyFile('file-none')]).toEqual(['w', undefined])
  store.close()
})

it('what is on its way counts for all processes, until it is there, given up, or its time is over', () => {
  const path = join(directory, 'batches.db')
  const [one, two] = [openSqliteBatchStore(path), openSqliteBatchStore(path)]
  const most = { count: 3, bytes: 100 }
  const coming = (id: string, bytes: number, workspace = 'w') => ({ id, workspace, bytes, until: 50 })
  const { account: _, ...here } = file
  one.addFile({ ...here, bytes: 40 })
  expect(one.reserve(coming('a', 60), most, 1)).toBeUndefined()
  expect(two.reserve(coming('b', 1), most, 1)).toBe('bytes')
  expect(two.reserve(coming('b', 100, 'other'), most, 1)).toBeUndefined()
  expect(two.reserve(coming('c', 0), most, 1)).toBeUndefined()
  expect(one.reserve(coming('d', 0), most, 1)).toBe('count')
  two.unreserve('c')
  expect(one.reserve(coming('d', 0), most, 1)).toBeUndefined()
  expect(two.reserve(coming('e', 60), most, 50)).toBeUndefined()
  one.releaseAll()
  expect(two.reserve(coming('f', 60), most, 1)).toBeUndefined()
  one.close()
  two.close()
})
