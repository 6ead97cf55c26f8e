import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAnalyticsQuery } from '../../core/analytics-query.ts'
import { readAnalytics } from './sqlite-analytics.ts'
import { openSqliteCallWriter } from './sqlite-call-writer.ts'
import { openForWriting } from './sqlite-database.ts'
import { createRollups, type Rollups } from './sqlite-rollups.ts'

const dayMs = 86_400_000
const noon = Date.UTC(2026, 9, 24, 12)
let directory: string
let database: DatabaseSync
let rollups: Rollups
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-rollups-'))
  const path = join(directory, 'calls.db')
  const writer = openSqliteCallWriter(path)
  writer.store((keep) => {
    const base = { endpoint: '/v1/messages', stream: false, status: 200, durationMs: 1, overheadMs: 1, key: 'k' }
    for (const [id, user, startedAt, workspace] of [
      ['a', 'u-1', noon, 'default'],
      ['b', 'u-1', noon + dayMs, 'default'],
      ['c', 'u-2', noon, 'default'],
      ['d', undefined, noon, 'default'],
      ['e', 'u-1', noon, 'other'],
    ] as const) {
      const record = { ...base, id, startedAt, workspace, attempts: [], decisions: [], droppedParameters: [] }
      keep({ record: user === undefined ? record : { ...record, user }, inputTruncated: false, outputTruncated: false })
    }
    return new Map()
  })
  writer.close()
  database = openForWriting(path)
  rollups = createRollups(database)
})
afterEach(() => {
  database.close()
  rmSync(directory, { recursive: true, force: true })
})

function byUser(workspace: string) {
  const range = { from: [String(noon - 0.5 * dayMs)], to: [String(noon + 1.5 * dayMs)] }
  const query = readAnalyticsQuery({ ...range, measures: ['calls'], by: ['user'], workspace: [workspace] }, noon)
  const { data, read } = readAnalytics(database, query)
  return { counts: Object.fromEntries(data.map(({ group, values }) => [group['user'], values['calls']])), read }
}
const names = (): unknown[] =>
  database
    .prepare('SELECT tuple, user FROM rollup_sets')
    .all()
    .filter((row) => JSON.stringify(row).includes('u-1'))

describe('sums by end user', () => {
  it('lose the name of one who is forgotten, in that workspace, and count the same calls', () => {
    expect(byUser('default').counts).toEqual({ 'u-1': 2, 'u-2': 1, null: 1 })
    rollups.eraseUser('default', 'u-1', false)
    expect(byUser('default')).toEqual({
      counts: { 'u-2': 1, null: 3 },
      read: { calls: 0, rollups: expect.any(Number) },
    })
    expect(byUser('other').counts).toEqual({ 'u-1': 1 })
    rollups.eraseUser('other', 'u-1', false)
    expect(names()).toEqual([])
    // One of this name that comes later is counted by it.
    rollups.add(
      {
        startedAt: noon,
        dimensions: {
          workspace: 'other',
          key: 'k',
          agent: null,
          user: 'u-1',
          provider: null,
          account: null,
          model: null,
          requestedModel: null,
          endpoint: 'e',
          status: 200,
          errorCode: null,
          route: null,
          shadow: false,
        },
        cache: null,
        inputTokens: null,
        cachedInputTokens: null,
        cacheWriteTokens: null,
        outputTokens: null,
        reasoningTokens: null,
        isEstimated: false,
        costNanoUsd: null,
        savedNanoUsd: null,
        attempts: 1,
        durationUs: 1,
        overheadUs: 1,
        timeToFirstTokenUs: null,
      },
      6,
    )
    rollups.write()
    expect(byUser('other').counts).toEqual({ null: 1, 'u-1': 1 })
  })

  it('of one whose calls are partly held are told from the calls', () => {
    database.exec(`UPDATE calls SET user = NULL WHERE id = 'a'`)
    rollups.eraseUser('default', 'u-1', true)
    expect(byUser('default')).toEqual({ counts: { 'u-1': 1, 'u-2': 1, null: 2 }, read: { calls: 4, rollups: 0 } })
  })

  it('go with the calls when these are too old, and others stay', () => {
    rollups.expireUsers('default', noon + 0.5 * dayMs)
    expect(byUser('default').counts).toEqual({ 'u-1': 1 })
    rollups.expireUsers('default', noon + 1.5 * dayMs)
    expect(byUser('default').counts).toEqual({})
    expect(names()).toEqual([expect.objectContaining({ tuple: expect.stringContaining('other') })])
    expect(byUser('other').counts).toEqual({ 'u-1': 1 })
    const query = readAnalyticsQuery(
      { from: ['0'], to: [String(noon + 1.5 * dayMs)], measures: ['calls'], by: ['key'] },
      0,
    )
    expect(readAnalytics(database, query).totals).toEqual({ calls: 5 })
  })
})
