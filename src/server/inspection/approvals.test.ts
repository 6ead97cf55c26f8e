import { expect, it } from 'vitest'
import type { AuditDraft, AuditEntry } from '../../core/record/audit.ts'
import { createApprovals } from './approvals.ts'

const by = { name: 'admin-token', permissions: new Set<never>() } as const

it('a workspace that approves much loses its oldest approvals, and no other workspace loses one', async () => {
  const settings = new Map<string, string>()
  const store = {
    setting: (name: string) => settings.get(name),
    setSetting: async (name: string, text: string) => void settings.set(name, text),
  }
  const append = async (draft: AuditDraft) => ({ ...draft, seq: 1 }) as unknown as AuditEntry
  const approvals = createApprovals({ store, append, now: () => 1000, changed: () => undefined })
  const approve = (workspace: string, digest: string) =>
    approvals.decide(by, {
      id: `${digest}:input`,
      verdict: 'approved',
      workspace,
      key: 'k',
      guardrails: ['g'],
      digest,
      expiresAt: 2000,
    })
  await approve('quiet', 'first')
  for (let index = 0; index < 250; index++) await approve('busy', `d${index}`)
  const kept = approvals.list().map(({ digest }) => digest)
  expect(kept).toContain('first')
  expect(kept).not.toContain('d0')
  expect(kept).toContain('d249')
  expect(kept).toHaveLength(201)
})
