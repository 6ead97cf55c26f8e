import { createHmac } from 'node:crypto'
import type { ModelCall } from '../../core/calls/call.ts'
import { agentIn, userIn } from '../../core/calls/caller-names.ts'
import type { Approval } from '../../core/inspection/approval.ts'
import type { GuardrailDecision, GuardrailEffect, GuardrailPolicy, Judgement } from '../../core/inspection/guardrail.ts'
import { canonicalJson } from '../../core/wire/canonical-json.ts'
import { textsBeside } from './call-texts.ts'
import type { InspectedTexts } from './inspector.ts'

export interface Approvals {
  /** `undefined`: what the call says is not here as a whole, so that no other call is known to be the same. */
  digest(call: ModelCall): string | undefined
  find(digest: string, now: number): Approval | undefined
}

export function createApprovals(all: readonly Approval[], secret: Uint8Array): Approvals {
  const approved = new Map(
    all.filter(({ verdict }) => verdict === 'approved').map((approval) => [approval.digest, approval]),
  )
  return {
    digest(call) {
      const { principal, endpoint, model, wire, labels } = call
      if (wire.contentType !== undefined || wire.upload !== undefined) return undefined
      const beside = textsBeside(call).map(({ text }) => text)
      // Headers name an agent and a user, too, and whoever approves goes by them.
      const named = labels === undefined ? {} : { agent: agentIn(labels), user: userIn(labels) }
      const said = [principal.workspace, principal.key, named, endpoint.path, model, beside, wire.json]
      const written = inOneSpelling(said)
      return written === undefined ? undefined : createHmac('sha256', secret).update(written).digest('base64url')
    },
    find(digest, now) {
      const approval = approved.get(digest)
      return approval !== undefined && approval.expiresAt > now ? approval : undefined
    },
  }
}

/** Half of a surrogate pair has none, so that nobody can tell whether another call says the same. */
function inOneSpelling(value: unknown): string | undefined {
  try {
    return canonicalJson(value)
  } catch (fault) {
    if (fault instanceof TypeError) return undefined
    throw fault
  }
}

/** The same, where somebody has approved all that guardrails ask about; else with what it takes to approve it. */
export function afterApproval(
  inspected: InspectedTexts,
  { digest, approval, policy }: ApprovalOf,
): Pick<InspectedTexts, 'effect' | 'decisions'> {
  const { effect, decisions, texts } = inspected
  if (effect.kind !== 'ask' || digest === undefined) return inspected
  const judgements = texts.flatMap((text) => text.judgements)
  const asking = judgements.filter(asks)
  const isApproved = asking.every(({ guardrail }) => approval?.guardrails.includes(guardrail.id) === true)
  const added = isApproved && approval !== undefined ? { approvedBy: approval.by } : { approval: digest }
  const said = decisions.map((one): GuardrailDecision => (isAsked(one) ? { ...one, ...added } : one))
  const rest: GuardrailEffect = isApproved ? policy.effectOf(judgements.filter((one) => !asks(one))) : effect
  return { effect: rest, decisions: said }
}

interface ApprovalOf {
  readonly digest: string | undefined
  readonly approval: Approval | undefined
  readonly policy: Pick<GuardrailPolicy, 'effectOf'>
}

/** A detector that failed has found nothing that somebody could approve. */
function asks({ guardrail, findings, fault }: Judgement): boolean {
  return guardrail.state === 'enforce' && guardrail.action === 'ask' && findings.length > 0 && fault === undefined
}

function isAsked({ state, action, findings, fault }: GuardrailDecision): boolean {
  return state === 'enforce' && action === 'ask' && findings.length > 0 && fault === undefined
}
