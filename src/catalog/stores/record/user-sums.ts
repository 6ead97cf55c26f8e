/** Sums by end user, when the person is to be forgotten or the calls are too old. Within a transaction. */
import type { CallDatabase } from './call-database.ts'
import { userLevels } from './rollup-families.ts'

/**
 * Takes the name of an end user out of all sums, whose calls now have none. `isNamedStill`: some of them keep it, and which is
 * for the calls to tell.
 */
export async function eraseUser(
  { run, sql }: CallDatabase,
  workspace: string,
  user: string,
  isNamedStill: boolean,
): Promise<void> {
  // Sets without a user are one group wherever they are read, however many they are here.
  await run(
    `UPDATE rollup_sets SET "user" = NULL, tuple = 'erased ' || id${isNamedStill ? ', folded = 1' : ''}
     WHERE workspace = ? AND "user" = ?`,
    [workspace, sql.name(user)],
  )
}

/** Takes away sums by end user of before a time, as the calls are; those that name nobody stay. */
export async function expireUsers({ run }: CallDatabase, workspace: string, before: number): Promise<void> {
  for (const { level, bucketMs } of userLevels) {
    await run('DELETE FROM rollups WHERE level = ? AND workspace = ? AND bucket <= ?', [
      level,
      workspace,
      before - bucketMs,
    ])
  }
  await run(
    `DELETE FROM rollup_sets WHERE workspace = ? AND "user" IS NOT NULL AND id NOT IN (
       SELECT set_id FROM rollups WHERE workspace = ? AND level IN (${userLevels.map(({ level }) => level).join(', ')}))`,
    [workspace, workspace],
  )
}
