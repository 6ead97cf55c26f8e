import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { GatewayError } from '../../core/errors.ts'
import { controlCopyAt } from './control-copy.ts'
import { type ControlEngine, type ControlStatement, controlTables } from './control-engine.ts'
import { type ControlStore, createControlStore } from './control-store.ts'
import { openSqliteControl } from './sqlite-engine.ts'

export interface ControlPlace {
  readonly dataDirectory: string
  readonly environment: NodeJS.ProcessEnv
  log(message: string): void
}

/** `control.db` alone, whatever the environment says. */
export function openControlFile(path: string): ControlStore {
  return createControlStore(openSqliteControl(path))
}

/** Records of a gateway: in the database that `DATABASE_URL` names, or in its data directory. */
export async function openControlStore({ dataDirectory, environment, log }: ControlPlace): Promise<ControlStore> {
  const file = join(dataDirectory, 'control.db')
  const url = urlOf(environment)
  if (url === undefined) return openControlFile(file)
  const { openPostgresControl } = await import('./postgres-engine.ts')
  const copy = controlCopyAt(join(dataDirectory, 'control-copy.json'))
  const engine = await openPostgresControl({ url, copy, log })
  try {
    if (existsSync(file) && engine.reasons().length === 0) await takeOver(file, engine, log)
    return createControlStore(engine)
  } catch (fault) {
    await engine.close()
    throw fault
  }
}

/** The same for a command beside a gateway. Throws a sentence where there is none. */
export async function openControlBeside(dataDirectory: string, environment: NodeJS.ProcessEnv): Promise<ControlStore> {
  const url = urlOf(environment)
  const file = join(dataDirectory, url === undefined ? 'control.db' : 'audit.db')
  if (!existsSync(file))
    throw new Error(`There is no gateway's data in ${dataDirectory}; name its directory with --data.`)
  if (url === undefined) return openControlFile(file)
  const { openPostgresControl } = await import('./postgres-engine.ts')
  return createControlStore(await openPostgresControl({ url, log: () => undefined }))
}

function urlOf(environment: NodeJS.ProcessEnv): string | undefined {
  return environment['DATABASE_URL'] || undefined
}

/** The first gateway that gets a database brings its records along; whoever comes later says that its own are not used. */
async function takeOver(file: string, engine: ControlEngine, log: (message: string) => void): Promise<void> {
  if (Object.values(engine.rows()).some((rows) => rows.length > 0)) {
    log(`Records of control.db are not used: those of ${engine.name} are.`)
    return
  }
  const before = openSqliteControl(file)
  try {
    const all = before.rows()
    const inserts = controlTables.flatMap((table) => all[table].map((row) => insertOf(table, row)))
    if (inserts.length === 0) return
    await engine.change([stillEmpty, ...inserts])
    log(`The records of control.db were taken over into ${engine.name}; the file is not used any more.`)
  } finally {
    await before.close()
  }
}

const stillEmpty: ControlStatement = {
  sql: 'SELECT 1 AS one WHERE NOT EXISTS (SELECT 1 FROM virtual_key) AND NOT EXISTS (SELECT 1 FROM setting)',
  values: [],
  otherwise: () =>
    new GatewayError('conflict', 'Another gateway brought its records along at the same moment; start this one again.'),
}

function insertOf(table: string, row: Readonly<Record<string, unknown>>): ControlStatement {
  const columns = Object.keys(row)
  return {
    sql: `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) RETURNING 1 AS one`,
    values: Object.values(row).map((value) => (typeof value === 'number' || value === null ? value : String(value))),
  }
}
