import { AuditEntry } from '../../core/record/audit.ts'
import { isNextOf, readLine } from './chain.ts'
import type { Checkpoint } from './checkpoint.ts'
import { addedNodes, leafHash, treeRoot } from './merkle-tree.ts'

export interface ExportReport {
  /** Entries up to the first fault. */
  readonly entries: number
  /** What is wrong first, in a sentence. Absent: all is as it was written. */
  readonly fault?: string
}

/** Reads an export line by line. What it keeps grows by the logarithm of the entries, but for two hashes of each checkpoint. */
export interface ExportVerifier {
  /** `isWhole`: it ends in a line feed. */
  push(line: Uint8Array, isWhole: boolean): void
  end(): ExportReport
}

export function createExportVerifier(checkpoints: readonly Checkpoint[]): ExportVerifier {
  const bySize = checkpoints.toSorted((one, other) => one.size - other.size)
  const nodes = new Map<string, Buffer>()
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let size = 0
  let previous: string | undefined
  let checked = 0
  let fault: string | undefined
  /** A gap was found: whether its entry comes later decides what the gap is. */
  let gap: string | undefined

  const node = (level: number, place: number): Buffer => {
    const found = nodes.get(`${level} ${place}`)
    if (found === undefined) throw new Error('A node of the tree is missing.')
    return found
  }

  /** Trees of a size are checked as soon as there are so many entries. */
  function checkTrees(): void {
    for (let next = bySize[checked]; next?.size === size && fault === undefined; next = bySize[++checked]) {
      const { root, at } = next
      if (treeRoot(size, node).toString('hex') === root) continue
      const since = bySize.slice(0, checked).findLast((earlier) => earlier.size < size)?.size ?? 0
      fault = `The checkpoint of ${at} does not fit: an entry from ${since} to ${size - 1} was altered, and all after it hashed anew.`
    }
  }

  function take(line: string, entry: AuditEntry): void {
    const leaf = leafHash(line)
    for (const { level, place, hash } of addedNodes(size, leaf, node)) {
      nodes.set(`${level} ${place}`, hash)
      // Only the last subtree of each level is looked at again.
      if (place > 1) nodes.delete(`${level} ${place - 2}`)
    }
    previous = entry.hash
    size++
    checkTrees()
  }

  checkTrees()
  return {
    push(bytes, isWhole) {
      if (fault !== undefined) return
      const line = decoded(decoder, bytes)
      const read = AuditEntry.safeParse(line === undefined ? undefined : readLine(line))
      if (gap !== undefined) {
        if (read.data?.seq === size) fault = `${gap} stands later: the entries were reordered.`
        return
      }
      if (line === undefined || !read.success) {
        fault = `Entry ${size} was altered: line ${size + 1} is not as it was written.`
      } else if (!isWhole) {
        fault = `Entry ${size} is cut off: line ${size + 1} does not end.`
      } else if (read.data.seq < size) {
        fault = `Entry ${size} is not in its place: entry ${read.data.seq} stands a second time in line ${size + 1}.`
      } else if (read.data.seq > size) {
        gap = `Entry ${size} is not in its place: entry ${read.data.seq} stands there, and it`
      } else if (!isNextOf(previous, read.data)) {
        fault =
          size === 0
            ? 'Entry 0 was altered: it names an entry before it.'
            : `Entry ${size - 1} was altered and hashed anew, or entry ${size} was: one does not follow from the other.`
      } else {
        take(line, read.data)
      }
    },
    end() {
      if (fault === undefined && gap !== undefined) fault = `Entry ${size} is missing.`
      const beyond = bySize[checked]
      if (fault === undefined && beyond !== undefined) {
        const { at, size: signed } = bySize.at(-1) ?? beyond
        fault = `Entry ${size} is missing: the export ends there, while the checkpoint of ${at} signs ${signed} entries. It was truncated, or made before.`
      }
      return { entries: size, ...(fault === undefined ? {} : { fault }) }
    },
  }
}

function decoded(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
