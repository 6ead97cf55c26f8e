import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrations } from '../../src/catalog/stores/sqlite/call-migrations.ts'
import { openSqliteCallReader } from '../../src/catalog/stores/sqlite/call-reader.ts'
import { openSqliteCallWriter } from '../../src/catalog/stores/sqlite/call-writer.ts'
import type { CallStoreEngine } from './engine.ts'

export const sqliteEngine: CallStoreEngine = {
  name: 'SQLite',
  propertyRuns: 60,
  async make() {
    const directory = mkdtempSync(join(tmpdir(), 'portcullis-calls-'))
    const path = join(directory, 'calls.db')
    const within = <Result>(work: (database: DatabaseSync) => Result): Result => {
      const database = new DatabaseSync(path)
      try {
        return work(database)
      } finally {
        database.close()
      }
    }
    return {
      openWriter: async () => openSqliteCallWriter(path),
      openReader: async () => openSqliteCallReader(path),
      run: async (sql) => within((database) => database.exec(sql)),
      all: async (sql) => within((database) => database.prepare(sql).all()),
      async goBackTo(version) {
        rmSync(path, { force: true })
        within((database) => {
          for (const migration of migrations.slice(0, version)) database.exec(migration)
          database.exec(`PRAGMA user_version = ${version}`)
        })
      },
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    }
  },
}
