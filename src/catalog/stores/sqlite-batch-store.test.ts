import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqliteBatchStore } from './sqlite-batch-store.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-batches-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const file = { id: 'file-new', workspace: 'w', purpose: 'vision', name: 'b', bytes: 1, createdAt: 2, account: 'a' }

it('a store of a version that knew no accounts keeps its files and gets new ones', () => {
  const path = join(directory, 'batches.db')
  const old = new DatabaseSync(path)
  old.exec(`CREATE TABLE file (id TEXT PRIMARY KEY, workspace TEXT NOT NULL, purpose TEXT NOT NULL, name TEXT NOT NULL,
    bytes INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER) STRICT;
    INSERT INTO file VALUES ('file-old', 'w', 'batch', 'a', 1, 1, NULL)`)
  old.close()
  for (const isFirst of [true, false]) {
    const store = openSqliteBatchStore(path)
    if (isFirst) store.addFile(file)
    const { account: _, ...rest } = file
    expect(store.files('w', { limit: 10, order: 'asc' })).toEqual([
      { ...rest, id: 'file-old', purpose: 'batch', name: 'a', createdAt: 1 },
      file,
    ])
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
