import { GatewayError } from '../../core/errors.ts'
import { type AuditDraft, AuditEntry, type AuditStore } from '../../core/record/audit.ts'
import { chainedLine, readLine } from './chain.ts'
import { addedNodes, consistencyProof, inclusionProof, leafHash, treeRoot } from './merkle-tree.ts'

/** Hashes are in lower-case hex. `size`: the tree of so many entries; absent: of all that there are. */
export interface AuditLog {
  /** What is returned is on the disk. Throws `audit_unavailable`. */
  append(draft: AuditDraft, now: number): AuditEntry
  size(): number
  /** Throws `audit_unavailable` where one of them was altered. */
  entries(from: number, limit: number): readonly AuditEntry[]
  /** As they stand in the store, altered or not: for who is to judge them. */
  lines(from: number, limit: number): readonly string[]
  root(size: number): string
  /** That an entry is in the tree. Throws `not_found`, or `invalid_request` for a size that is none. */
  inclusion(seq: number, size?: number): Inclusion
  /** That the tree of `to` entries begins with that of `from`. Throws `invalid_request`. */
  consistency(from: number, to?: number): Consistency
}

export interface Inclusion {
  readonly entry: AuditEntry
  readonly size: number
  readonly leafHash: string
  readonly path: readonly string[]
}

export interface Consistency {
  readonly from: number
  readonly to: number
  readonly proof: readonly string[]
}

export function auditLogIn(store: AuditStore): AuditLog {
  const hex = (hashes: readonly Buffer[]): readonly string[] => hashes.map((hash) => hash.toString('hex'))
  const sizeUpTo = (size: number | undefined, param: string): number => {
    const all = store.size()
    if (size === undefined || size <= all) return size ?? all
    throw new GatewayError('invalid_request', `\`${param}\` is more than the ${all} entries that there are.`, { param })
  }
  return {
    append(draft, now) {
      const line = store.append(({ size, lastLine, node }) => {
        // Nobody would notice a chain that goes on from an altered end.
        const last = lastLine === undefined ? undefined : entryOf(lastLine)
        const previous = last === undefined ? {} : { previous: last.hash }
        const next = chainedLine(draft, { seq: size, at: new Date(now).toISOString(), ...previous })
        return { line: next, nodes: addedNodes(size, leafHash(next), node) }
      })
      return entryOf(line)
    },
    size: () => store.size(),
    entries: (from, limit) => store.lines(from, limit).map(entryOf),
    lines: store.lines,
    root: (size) => treeRoot(size, store.node).toString('hex'),
    inclusion(seq, wanted) {
      const size = sizeUpTo(wanted, 'size')
      const [line] = store.lines(seq, 1)
      if (line === undefined) throw new GatewayError('not_found', `There is no entry ${seq}.`)
      if (seq >= size) {
        throw new GatewayError('invalid_request', `Entry ${seq} is not among the first ${size}.`, { param: 'size' })
      }
      const path = hex(inclusionProof(seq, size, store.node))
      return { entry: entryOf(line), size, leafHash: leafHash(line).toString('hex'), path }
    },
    consistency(from, wanted) {
      const to = sizeUpTo(wanted, 'to')
      if (from > to) throw new GatewayError('invalid_request', '`from` is more than `to`.', { param: 'from' })
      return { from, to, proof: hex(consistencyProof(from, to, store.node)) }
    },
  }
}

function entryOf(line: string): AuditEntry {
  const read = AuditEntry.safeParse(readLine(line))
  if (read.success) return read.data
  const message = 'audit.db holds an altered entry; `portcullis audit export` and `audit verify` say which.'
  throw new GatewayError('audit_unavailable', message)
}
