/** One person in several writings: what budgets take for one is forgotten as one. */
import { randomBytes } from 'node:crypto'
import type { DataSubject } from '../../../core/record/retention.ts'
import { withoutPerson } from '../../../core/spending/erased-names.ts'
import { plainName } from '../../../core/text/plain-name.ts'
import type { CallDatabase } from './call-database.ts'
import type { InTransaction } from './call-holds.ts'

/** A few milliseconds of work, while which nothing new is stored. */
const NAMES_AT_ONCE = 1000

/** As columns of the record have the name of a person, in alphabetical order. */
export async function writingsOf(inOne: InTransaction, { workspace, user }: DataSubject): Promise<readonly string[]> {
  const plain = plainName(user)
  const found = new Set<string>()
  for (const table of ['calls', 'spans', 'feedback'])
    for (let after = '', isMore = true; isMore; ) {
      const names = await inOne((database) => namesIn(database, table, after))
      isMore = names.length === NAMES_AT_ONCE
      after = names.at(-1) ?? after
      for (const name of names) if (plainName(name) === plain) found.add(name)
    }
  // Calls may have gone with age before their sums.
  await inOne(async ({ all, sql }) => {
    const rows = await all('SELECT DISTINCT "user" FROM rollup_sets WHERE workspace = ? AND "user" IS NOT NULL', [
      sql.name(workspace),
    ])
    for (const { user: name } of rows) if (plainName(String(name)) === plain) found.add(String(name))
    // One that is kept by its hash has no plain form.
    const own = sql.name(user)
    if (own !== user) found.add(own)
  })
  const there: string[] = []
  for (const name of [...found].sort())
    if (await inOne((database) => isNamed(database, workspace, name))) there.push(name)
  return there
}

/** One jump of the index for each name, however many rows name it. */
async function namesIn({ all }: CallDatabase, table: string, after: string): Promise<readonly string[]> {
  const next = `SELECT min("user") FROM ${table} WHERE "user" >`
  const rows = await all(
    `WITH RECURSIVE names(name) AS (
       SELECT (${next} ?) UNION ALL SELECT (${next} names.name) FROM names WHERE names.name IS NOT NULL)
     SELECT name FROM names WHERE name IS NOT NULL LIMIT ?`,
    [after, NAMES_AT_ONCE],
  )
  return rows.map(({ name }) => String(name))
}

/** Other workspaces may know somebody of the same name. */
async function isNamed({ all, sql }: CallDatabase, workspace: string, name: string): Promise<boolean> {
  for (const table of ['calls', 'spans', 'feedback', 'rollup_sets']) {
    const rows = await all(`SELECT 1 FROM ${table} WHERE "user" = ? AND workspace = ? LIMIT 1`, [
      name,
      sql.name(workspace),
    ])
    if (rows.length > 0) return true
  }
  return false
}

/** Takes the name of a person out of what was used of budgets. The sums stay. */
export async function forgetCounted({ each, run }: CallDatabase, user: string): Promise<void> {
  const salt = randomBytes(16).toString('hex')
  for (const table of ['budget_uses', 'budget_buckets']) {
    const renamed = new Map<string, string>()
    await each(`SELECT counter FROM ${table} WHERE counter LIKE '[%'`, [], ({ counter }) => {
      const nameless = withoutPerson(String(counter), user, salt)
      if (nameless !== undefined) renamed.set(String(counter), nameless)
    })
    for (const [counter, nameless] of renamed)
      await run(`UPDATE ${table} SET counter = ? WHERE counter = ?`, [nameless, counter])
  }
}
