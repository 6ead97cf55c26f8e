import { accessSync, constants, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Makes the directory, readable by its owner only, and takes it for this process. Throws a sentence that says what to do. */
export function openDataDirectory(path: string): { release(): void } {
  makeDataDirectory(path)
  const lock = takeLock(path)
  const owner = join(path, 'lock')
  writeFileSync(owner, String(process.pid))
  return {
    release() {
      rmSync(owner, { force: true })
      lock.close()
    },
  }
}

/** Readable by its owner only. Throws a sentence that says what to do. */
export function makeDataDirectory(path: string): void {
  try {
    makeFolders(path)
    accessSync(path, constants.W_OK)
  } catch (cause) {
    throw new Error(
      `The data directory ${path} cannot be made or written (${codeOf(cause)}); choose another with --data.`,
      {
        cause,
      },
    )
  }
  if (!statSync(path).isDirectory()) {
    throw new Error(`${path} is a file, not a data directory; choose another with --data.`)
  }
}

/** One by one: a recursive mkdir of Node never ends below `/proc`. */
function makeFolders(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return
  makeFolders(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/**
 * A lock of the system on `lock.db`, which ends with its process however that ends. The process id alone would not do: in a
 * container the same small numbers come back at each start, and two containers on one volume have the same one.
 */
function takeLock(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(path, 'lock.db'))
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;')
    return database
  } catch (cause) {
    database?.close()
    if (errcodeOf(cause) !== SQLITE_BUSY) {
      throw new Error(`The data directory ${path} cannot be locked (${codeOf(cause)}); look at lock.db in it.`, {
        cause,
      })
    }
    const owner = ownerOf(path)
    throw new Error(
      `The data directory ${path} is in use by the gateway${owner === undefined ? '' : ` with process id ${owner}`}; stop it, or choose another with --data.`,
      { cause },
    )
  }
}

/** https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5

function ownerOf(path: string): string | undefined {
  try {
    return /^\d+$/.exec(readFileSync(join(path, 'lock'), 'utf8'))?.[0]
  } catch {
    return undefined
  }
}

function errcodeOf(fault: unknown): number | undefined {
  return fault instanceof Error && 'errcode' in fault ? Number(fault.errcode) & 0xff : undefined
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown fault'
}
