import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openForWriting } from '../catalog/stores/sqlite/database.ts'
import { readCallQuery } from '../core/record/call-query.ts'
import { openRecord } from './open-record.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-record-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

it('waits for the record of a gateway that is just starting', async () => {
  const path = join(directory, 'calls.db')
  // As SQLite leaves it between making the file and the first table.
  new DatabaseSync(path).close()
  new DatabaseSync(path).exec('PRAGMA journal_mode = WAL')
  const opening = openRecord(directory)
  openForWriting(path).close()
  const reader = await opening
  expect((await reader.listCalls(readCallQuery({}))).data).toEqual([])
  await reader.close()
})

it('waits where a gateway has made no more than its spool', async () => {
  await mkdir(join(directory, 'spool'))
  const opening = openRecord(directory)
  openForWriting(join(directory, 'calls.db')).close()
  const reader = await opening
  expect((await reader.listCalls(readCallQuery({}))).data).toEqual([])
  await reader.close()
})

it('waits for a lock to end that another process holds', async () => {
  const path = join(directory, 'calls.db')
  openForWriting(path).close()
  const other = new DatabaseSync(path)
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  // Its first try meets the lock before it gives way to what follows here.
  const opening = openRecord(directory)
  other.close()
  const reader = await opening
  expect((await reader.listCalls(readCallQuery({}))).data).toEqual([])
  await reader.close()
})

it('says where there is none', async () => {
  await expect(openRecord(directory)).rejects.toThrow('There is no record of calls in')
})
