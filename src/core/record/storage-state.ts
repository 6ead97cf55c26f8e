/** What is wrong with the files of the data directory that calls can do without, by their names. */
export interface StorageState {
  /** How one of them went: its sentence, or nothing when it is well. */
  teller(name: string): StorageTeller
  /** Sentences for `/readyz`. */
  reasons(): readonly string[]
}

export type StorageTeller = (sentence: string | undefined) => void

export function createStorageState(): StorageState {
  const faults = new Map<string, string>()
  return {
    teller: (name) => (sentence) => {
      if (sentence === undefined) faults.delete(name)
      else faults.set(name, sentence)
    },
    reasons: () => [...faults.values()],
  }
}

/** What follows the name of the file; `undefined` for a fault that is not of the disk or of SQLite. */
export function storageFault(fault: unknown): string | undefined {
  if (!(fault instanceof Error)) return undefined
  if ('errcode' in fault) {
    // https://www.sqlite.org/rescode.html; the low byte is the primary code.
    const code = Number(fault.errcode) & 0xff
    return ofSqlite.get(code) ?? `cannot be read or written (SQLite code ${code}); look at the disk and its permissions`
  }
  if (!('code' in fault) || typeof fault.code !== 'string' || !('syscall' in fault)) return undefined
  return ofSystem.get(fault.code) ?? `cannot be read or written (${fault.code}); look at the disk and its permissions`
}

const locked = 'is locked by another process; try again'
const full = 'cannot grow: the disk is full; make room'
const damaged = 'is damaged or no database; move it away, and a new one is made'
const readOnly = 'is read-only; let this user write it'
const notOpened = 'cannot be opened; check that this user may read and write it and its directory'

const ofSqlite: ReadonlyMap<number, string> = new Map([
  [5, locked],
  [6, locked],
  [8, readOnly],
  [11, damaged],
  [13, full],
  [14, notOpened],
  [26, damaged],
])

const ofSystem: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', full],
  ['EDQUOT', full],
  ['EROFS', readOnly],
  ['EACCES', notOpened],
  ['EPERM', notOpened],
  ['ENOENT', 'is gone; make it anew, or start the gateway again'],
  ['ENOTDIR', 'is no directory; make it anew, or start the gateway again'],
])
