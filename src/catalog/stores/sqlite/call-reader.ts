import type { DatabaseSync } from 'node:sqlite'
import type { CallReader } from '../../../core/record/call-store.ts'
import { callQuestions } from '../record/call-questions.ts'
import { sqliteMoments } from './call-database.ts'
import { fileAt, guardedAsync, openForReading } from './database.ts'

/** Reads calls from `path`, beside a writer or without one. Throws `StoreFault`. */
export function openSqliteCallReader(path: string): CallReader {
  let file = fileAt(path)
  let database = openForReading(path)
  /** The file may have been moved away, and another one made, since the last question. */
  const current = (): DatabaseSync => {
    const now = fileAt(path)
    if (now === file) return database
    database.close()
    database = openForReading(path)
    file = now
    return database
  }
  const moments = sqliteMoments(current)
  return {
    ...callQuestions((read) => guardedAsync(() => moments(read))),
    close: async () => {
      if (database.isOpen) database.close()
    },
  }
}
