import type { LegalHold } from '../../../core/record/retention.ts'
import type { CallDatabase, CallSql } from './call-database.ts'

/** Runs its work in a transaction of its own. */
export type InTransaction = <Result>(work: (database: CallDatabase) => Promise<Result>) => Promise<Result>

/** Those of the workspace, with names as they are kept in columns. */
export function namedHolds({ name }: CallSql, holds: readonly LegalHold[], workspace: string): readonly LegalHold[] {
  return holds
    .filter((hold) => hold.workspace === workspace)
    .map(({ user, key, trace, ...hold }) => ({
      ...hold,
      ...(user === undefined ? {} : { user: name(user) }),
      ...(key === undefined ? {} : { key: name(key) }),
      ...(trace === undefined ? {} : { trace: name(trace) }),
    }))
}
