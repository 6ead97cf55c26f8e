import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, it } from 'vitest'
import { migrations } from './call-migrations.ts'
import { openSqliteCallReader } from './call-reader.ts'
import { openSqliteCallWriter } from './call-writer.ts'

const directory = mkdtempSync(join(tmpdir(), 'portcullis-calls-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it.each(migrations.map((_, version) => version).slice(1))('a file of version %i keeps its calls', async (version) => {
  const path = join(directory, `calls-${version}.db`)
  const old = new DatabaseSync(path)
  for (const migration of migrations.slice(0, version)) old.exec(migration)
  old.exec(`PRAGMA user_version = ${version}`)
  old.exec(`INSERT INTO calls (id, started_at, workspace, endpoint, stream, status, usage_estimated, duration_us, overhead_us, meta)
    VALUES ('old', 1, 'default', '/v1/chat/completions', 0, 200, 0, 1000, 10, '{}')`)
  old.close()
  await openSqliteCallWriter(path).close()
  const reader = openSqliteCallReader(path)
  expect((await reader.listCalls({})).data).toMatchObject([{ id: 'old', metadata: {}, traceId: null }])
  expect((await reader.listCalls({ metadata: { team: 'search' } })).data).toEqual([])
  await reader.close()
})
