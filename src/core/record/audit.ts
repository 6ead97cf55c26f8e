/** What the audit log consists of. `observe/audit/` makes the chain and the tree of it. */
import * as z from 'zod'

/** `cli`: a command beside the gateway, on its data directory. `unknown`: someone who has not proved who it is. */
export type AuditActor = 'admin-token' | `management-key:${string}` | 'cli' | 'file' | 'gateway' | 'unknown'

export type AuditAction =
  | 'gateway-started'
  | 'gateway-stopped'
  | 'config-loaded'
  | 'config-refused'
  | 'key-created'
  | 'key-changed'
  | 'key-rotated'
  | 'key-revoked'
  | 'key-pair-shown'
  | 'key-suspended'
  | 'key-resumed'
  | 'key-held'
  | 'key-approved'
  | 'consumption-lifted'
  | 'consumption-noticed'
  | 'management-key-created'
  | 'credential-added'
  | 'credential-replaced'
  | 'credential-removed'
  | 'credentials-rekeyed'
  | 'management-key-revoked'
  | 'call-approved'
  | 'call-rejected'
  | 'cache-purged'
  | 'answer-reported'
  | 'call-read'
  | 'span-read'
  | 'calls-searched'
  | 'calls-exported'
  | 'admin-token-refused'
  | 'permission-refused'
  | 'calls-expired'
  | 'filter-saved'
  | 'filter-removed'
  | 'hold-placed'
  | 'hold-released'
  | 'erasure-begun'
  | 'subject-erased'
  /** What the entry says that `details.entry` names did not happen after all. */
  | 'change-failed'

/** What happened, or is about to. No secret, prompt or reply belongs here: an entry can never be taken out. */
export interface AuditDraft {
  readonly actor: AuditActor
  readonly action: AuditAction
  /** What it happened to: the id of a key, of a call, a file, a workspace. */
  readonly subject: string
  readonly details: Readonly<Record<string, unknown>>
}

export const sha256Pattern = /^[0-9a-f]{64}$/
const sha256 = z.string().regex(sha256Pattern)

/** An entry as it is kept and shown. Names of actors and actions of later versions are read too. */
export const AuditEntry = z.looseObject({
  /** Its place, from 0 on. */
  seq: z.int().nonnegative(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
  /** `hash` of the entry before it; zeros for the first. */
  previous: sha256,
  /** SHA-256 of the canonical JSON of all other fields. */
  hash: sha256,
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** The hash of a complete subtree: of the leaves from `place * 2 ** level` on, `2 ** level` of them. */
export interface TreeNode {
  readonly level: number
  readonly place: number
  readonly hash: Buffer
}

/** May throw `audit_unavailable`. */
export type NodeAt = (level: number, place: number) => Buffer

/** How far a log has come. */
export interface AuditEnd {
  readonly size: number
  /** The last entry; absent: there is none yet. */
  readonly lastLine: string | undefined
  readonly node: NodeAt
}

/** Entries as lines of canonical JSON, and the nodes of the tree above them. All of it may throw `audit_unavailable`. */
export interface AuditStore {
  /** One at a time, whoever has the store open. What is returned is on the disk. */
  append(make: (end: AuditEnd) => { readonly line: string; readonly nodes: readonly TreeNode[] }): string
  size(): number
  /** Entries from `from` on, at most `limit`, in their order. */
  lines(from: number, limit: number): readonly string[]
  readonly node: NodeAt
  close(): void
}
