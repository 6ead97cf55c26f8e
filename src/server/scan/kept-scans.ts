/** Answers of the scan API, for who asks for them again: in the memory of this process, of each workspace apart. */
import type { JsonObject } from '../../core/wire/json.ts'

export interface KeptScan {
  readonly scanId: string
  readonly reportId: string
  /** As `/v1/scan/results` shows them. */
  readonly results: readonly JsonObject[]
  /** As `/v1/scan/reports` shows them. */
  readonly reports: readonly JsonObject[]
}

export interface KeptScans {
  keep(workspace: string, scan: KeptScan): void
  /** By the id of the scan, or of its report. */
  find(workspace: string, id: string): KeptScan | undefined
}

export interface KeptScansOptions {
  now(): number
  readonly maxScans?: number
  readonly maxBytes?: number
  readonly maxWorkspaces?: number
}

const TTL_MS = 3_600_000

interface Shelf {
  readonly scans: Map<string, KeptScan & { readonly bytes: number; readonly until: number }>
  bytes: number
}

/** Bounds are of a workspace: none can push out what is of another, but for the one that was used longest ago. */
export function createKeptScans({
  now,
  maxScans = 1000,
  maxBytes = 4 << 20,
  maxWorkspaces = 64,
}: KeptScansOptions): KeptScans {
  const shelves = new Map<string, Shelf>()

  function shelfOf(workspace: string): Shelf {
    const shelf = shelves.get(workspace) ?? { scans: new Map(), bytes: 0 }
    shelves.delete(workspace)
    shelves.set(workspace, shelf)
    const [oldest] = shelves.keys()
    if (shelves.size > maxWorkspaces && oldest !== undefined) shelves.delete(oldest)
    return shelf
  }

  function tidy(shelf: Shelf): void {
    for (const [id, { bytes, until }] of shelf.scans) {
      if (until > now() && shelf.scans.size <= maxScans && shelf.bytes <= maxBytes) return
      shelf.scans.delete(id)
      shelf.bytes -= bytes
    }
  }

  return {
    keep(workspace, scan) {
      const bytes = Buffer.byteLength(JSON.stringify(scan))
      const shelf = shelfOf(workspace)
      shelf.scans.set(scan.scanId, { ...scan, bytes, until: now() + TTL_MS })
      shelf.bytes += bytes
      tidy(shelf)
    },
    find(workspace, id) {
      const shelf = shelves.get(workspace)
      if (shelf === undefined) return undefined
      tidy(shelf)
      return shelf.scans.get(id.startsWith('R') ? id.slice(1) : id)
    },
  }
}
