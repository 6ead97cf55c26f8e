import { GatewayError } from '../../core/errors.ts'
import type { AuditDraft, AuditEntry } from '../../core/record/audit.ts'
import type { Consistency, Inclusion } from '../../observe/audit/audit-log.ts'
import type { Checkpoint } from '../../observe/audit/checkpoint.ts'
import type { Actor } from '../../registry/access.ts'
import { openThreadQuestions } from '../process/thread-questions.ts'
import type { AuditAnswer, AuditQuestion } from './audit-thread.ts'

/** The audit log of a running gateway. All of it may throw `audit_unavailable`. */
export interface Audit {
  /** What it resolves to is on the disk. */
  append(draft: AuditDraft): Promise<AuditEntry>
  size(): Promise<number>
  entries(from: number, limit: number): Promise<readonly AuditEntry[]>
  inclusion(seq: number, size?: number): Promise<Inclusion>
  consistency(from: number, to?: number): Promise<Consistency>
  checkpoint(size?: number): Promise<Checkpoint>
}

export interface RunningAudit extends Audit {
  /** Sentences for `/readyz`, until an entry could be written again. */
  reasons(): readonly string[]
  close(): Promise<void>
}

const CLOSE_MS = 3000

export function openAuditThread(dataDirectory: string): RunningAudit {
  const { ask, close } = openThreadQuestions<AuditQuestion, AuditAnswer>({
    name: 'audit-thread',
    beside: import.meta.url,
    data: { dataDirectory },
    code: 'audit_unavailable',
    who: 'The audit log',
  })
  let fault: string | undefined
  return {
    async append(draft) {
      try {
        const entry = (await ask({ type: 'append', draft })) as AuditEntry
        fault = undefined
        return entry
      } catch (thrown) {
        fault = thrown instanceof GatewayError ? thrown.message : 'The audit log fails.'
        throw thrown
      }
    },
    // The thread answers each question in its own kind.
    size: () => ask({ type: 'size' }) as Promise<number>,
    entries: (from, limit) => ask({ type: 'entries', from, limit }) as Promise<readonly AuditEntry[]>,
    inclusion: (seq, size) => ask({ type: 'inclusion', seq, size }) as Promise<Inclusion>,
    consistency: (from, to) => ask({ type: 'consistency', from, to }) as Promise<Consistency>,
    checkpoint: (size) => ask({ type: 'checkpoint', size }) as Promise<Checkpoint>,
    reasons: () => (fault === undefined ? [] : [`Changes are refused: ${fault}`]),
    close: () => close(CLOSE_MS),
  }
}

/** An entry names the key that acts, and who answers for it. */
export function signedBy({ name, owner }: Actor, draft: Omit<AuditDraft, 'actor'>): AuditDraft {
  return { ...draft, actor: name, details: owner === undefined ? draft.details : { ...draft.details, by: owner } }
}

/**
 * Does what an entry says, once the entry is on the disk; without it, nothing is done. What then fails after all has another
 * entry that says so, as far as that can be written.
 */
export async function audited<Result>(
  append: (draft: AuditDraft) => AuditEntry | Promise<AuditEntry>,
  draft: AuditDraft,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const { seq } = await append(draft)
  try {
    return await work()
  } catch (fault) {
    const errorCode = fault instanceof GatewayError ? fault.code : 'internal_error'
    const failed = { ...draft, action: 'change-failed', details: { entry: seq, errorCode } } as const
    // The fault itself is what the caller has to hear.
    await Promise.resolve(append(failed)).catch(() => undefined)
    throw fault
  }
}
