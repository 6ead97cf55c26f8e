import * as z from 'zod'
import { Approval } from '../../core/inspection/approval.ts'
import { parseJson } from '../../core/wire/json.ts'
import type { Actor } from '../../registry/access.ts'
import { type Audit, audited, signedBy } from '../audit/audit.ts'
import type { ControlStore } from '../control-records/control-store.ts'

export interface ApprovalsApi {
  readonly approvals: {
    /** Those that are not over. */
    list(): readonly Approval[]
    decide(by: Actor, said: Omit<Approval, 'by' | 'at'>): Promise<Approval>
  }
}

interface ApprovalsOptions {
  readonly store: Pick<ControlStore, 'setting' | 'setSetting'>
  readonly append: Audit['append']
  now(): number
  changed(): void
}

const name = 'approvals'
/** Of one workspace; the oldest go first, and are asked about again. */
const MAX_KEPT = 200
const Kept = z.array(Approval)

/** What people say of calls that guardrails ask about. It outlives the process. */
export function createApprovals({ store, append, now, changed }: ApprovalsOptions): ApprovalsApi['approvals'] {
  return {
    list: () => approvalsIn(store, now()),
    async decide(by, said) {
      const { id, verdict, workspace, key, guardrails, reason, expiresAt } = said
      const draft = signedBy(by, {
        action: verdict === 'approved' ? 'call-approved' : 'call-rejected',
        subject: id,
        details: { workspace, key, guardrails, expiresAt: new Date(expiresAt).toISOString(), reason: reason ?? null },
      })
      const approval: Approval = { ...said, by: draft.actor, at: now() }
      await audited(append, draft, async () => {
        const before = store.setting(name)
        const others = approvalsIn(store, now()).filter(({ digest }) => digest !== said.digest)
        const own = others.filter((other) => other.workspace === workspace)
        const elsewhere = others.filter((other) => other.workspace !== workspace)
        const kept = [...elsewhere, ...own.slice(1 - MAX_KEPT), approval]
        await store.setSetting(name, JSON.stringify(kept), before)
      })
      changed()
      return approval
    },
  }
}

/** What cannot be read has let nothing pass. */
export function approvalsIn(store: Pick<ControlStore, 'setting'>, now: number): readonly Approval[] {
  const text = store.setting(name)
  if (text === undefined) return []
  const read = Kept.safeParse(parseJson(text))
  return read.success ? read.data.filter(({ expiresAt }) => expiresAt > now) : []
}
