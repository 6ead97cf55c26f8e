import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CacheFile, type CacheRow, openSqliteCacheFile } from './cache-store.ts'

const MAX_BYTES = 1 << 20
let folder: string
let file: CacheFile
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-cache-'))
  file = openSqliteCacheFile({ path: join(folder, 'cache.db'), maxBytes: MAX_BYTES })
})
afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true, force: true })
})

const row = (key: string, more: Partial<CacheRow> = {}): CacheRow => ({
  key,
  workspace: 'default',
  tags: [],
  expiresAt: 1e12,
  head: '{}',
  bytes: Buffer.from(`bytes of ${key}`),
  ...more,
})
const has = (key: string, workspace = 'default', nowMs = 0): boolean => file.find(workspace, key, nowMs) !== undefined

it('gives back what it was given, to the workspace that it is of, until it expires', () => {
  file.keep([row('a', { expiresAt: 100 })], 0)
  const found = file.find('default', 'a', 99)
  expect(found?.head).toBe('{}')
  expect(Buffer.from(found?.bytes ?? []).toString()).toBe('bytes of a')
  expect(has('a', 'other')).toBe(false)
  expect(has('a', 'default', 100)).toBe(false)
})

it('replaces an entry, its tags included', () => {
  file.keep([row('a', { tags: ['old'] })], 0)
  file.keep([row('a', { tags: ['new'], head: '{"newer":true}' })], 0)
  expect(file.purge('default', 'old')).toBe(0)
  expect(file.find('default', 'a', 0)?.head).toBe('{"newer":true}')
  expect(file.purge('default', 'new')).toBe(1)
  expect(has('a')).toBe(false)
})

it('purges by tag or as a whole, one workspace only', () => {
  file.keep([row('a', { tags: ['t', 'u'] }), row('b'), row('c', { workspace: 'other', tags: ['t'] })], 0)
  expect(file.purge('default', 't')).toBe(1)
  expect([has('a'), has('b'), has('c', 'other')]).toEqual([false, true, true])
  expect(file.purge('default')).toBe(1)
  expect([has('b'), has('c', 'other')]).toEqual([false, true])
})

it('stays within its bytes: what has expired goes first, then what was not used for longest', () => {
  const bytes = Buffer.alloc(16_384)
  file.keep([row('used', { bytes }), row('expired', { bytes, expiresAt: 1 })], 0)
  for (let step = 1; step <= 400; step++) {
    const nowMs = step * 120_000
    expect(has('used', 'default', nowMs)).toBe(true)
    file.keep([row(`filler ${step}`, { bytes })], nowMs)
  }
  expect(has('filler 400')).toBe(true)
  expect([has('expired'), has('filler 1')]).toEqual([false, false])
  expect(statSync(join(folder, 'cache.db')).size).toBeLessThan(2 * MAX_BYTES)
})

it('is shared by those who have it open, and there for who opens it next', () => {
  const other = openSqliteCacheFile({ path: join(folder, 'cache.db'), maxBytes: MAX_BYTES })
  file.keep([row('a', { tags: ['t'] })], 0)
  expect(other.find('default', 'a', 0)).toBeDefined()
  expect(other.purge('default', 't')).toBe(1)
  expect(has('a')).toBe(false)
  other.keep([row('b')], 0)
  other.close()
  file.close()
  file = openSqliteCacheFile({ path: join(folder, 'cache.db'), maxBytes: MAX_BYTES })
  expect(has('b')).toBe(true)
})
