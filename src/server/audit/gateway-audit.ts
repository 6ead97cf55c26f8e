import type { AuditDraft } from '../../core/record/audit.ts'
import type { Audit } from './audit.ts'
import { createRefusals, type Refusals } from './refusals.ts'

/** What a running gateway writes down beside what its control plane does. */
export interface GatewayAudit {
  readonly refusals: Refusals
  /** For what has happened already: where it cannot be written down, the log says so. */
  note(draft: AuditDraft): Promise<void>
  close(): Promise<void>
}

/** Begins with the start, and ends with the stop. Rejects where the start cannot be written down: it does not happen then. */
export async function beginGatewayAudit(
  { append }: Pick<Audit, 'append'>,
  started: Pick<AuditDraft, 'subject' | 'details'>,
  log: (message: string) => void,
): Promise<GatewayAudit> {
  const { pid } = process
  await append({ ...started, actor: 'cli', action: 'gateway-started', details: { ...started.details, pid } })
  const refusals = createRefusals(append)
  const note = (draft: AuditDraft): Promise<void> =>
    append(draft).then(
      () => undefined,
      (fault: Error) => log(`Not in the audit log (${draft.action}): ${fault.message}`),
    )
  return {
    refusals,
    note,
    async close() {
      await refusals.close()
      await note({ actor: 'gateway', action: 'gateway-stopped', subject: '', details: { pid } })
    },
  }
}
