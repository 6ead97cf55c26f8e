import type { DatabaseSync } from 'node:sqlite'

const PAGE_BYTES = 4096
/** The bounds are looked at when so much of the room was written. */
const SHARE_BETWEEN_LOOKS = 16

export interface RoomOptions {
  readonly maxBytes: number
  /** Whose rows take most room, and how many they are, as `workspace` and `count`. */
  readonly largest: string
  /** Takes the oldest rows of a workspace away: parameters are the workspace and how many. */
  readonly removeOldest: string
  removeExpired(): void
}

/** A file grows to twice its bound at most, whatever is written at once. */
export function boundFile(database: DatabaseSync, maxBytes: number): void {
  database.exec(`PRAGMA max_page_count = ${Math.ceil((2 * maxBytes) / PAGE_BYTES)}`)
}

/**
 * Makes room in a file that all workspaces share, before so many bytes are written. Where there is none, the oldest of whoever has
 * most goes: no workspace pushes out what another one keeps.
 */
export function roomIn(database: DatabaseSync, options: RoomOptions): (bytes: number) => void {
  const { maxBytes, removeExpired } = options
  const largest = database.prepare(options.largest)
  const removeOldest = database.prepare(options.removeOldest)
  const pages = database.prepare(
    'SELECT page_count - freelist_count AS used FROM pragma_page_count, pragma_freelist_count',
  )
  const isFull = (): boolean => Number(pages.get()?.['used'] ?? 0) * PAGE_BYTES > maxBytes
  // The first writer looks: the process before may have left the file full.
  let written = maxBytes
  return (bytes) => {
    written += bytes
    if (written < maxBytes / SHARE_BETWEEN_LOOKS) return
    written = 0
    removeExpired()
    while (isFull()) {
      const { workspace, count } = largest.get() ?? {}
      if (workspace === undefined) return
      removeOldest.run(workspace, 1 + Math.floor(Number(count) / 10))
    }
  }
}
