import type { ModelCall } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Approval } from '../../core/inspection/approval.ts'
import type { CompiledDetector, Guardrail, GuardrailFacts, GuardrailPolicy } from '../../core/inspection/guardrail.ts'
import { afterApproval } from './approvals.ts'
import type { Inspector } from './inspector.ts'
import { redactedTexts } from './joined/redacted-texts.ts'
import { leftOf } from './needed-detectors.ts'
import type { Redactor } from './redactor.ts'
import { refusalOf } from './refusal.ts'
import type { Place, WireText } from './wire-texts.ts'

export type GuardedCall = Pick<ModelCall, 'id' | 'endpoint' | 'lifetime' | 'emit'>

export interface RequestGuard {
  readonly inspector: Inspector
  readonly policy: GuardrailPolicy
  readonly detectors: ReadonlyMap<string, CompiledDetector>
  readonly active: readonly Guardrail[]
  readonly facts: GuardrailFacts
  readonly redactor: Redactor
  /** The client reads answers of the gateway's own making. */
  readonly canAnswer?: boolean
  /** Of this very call. Absent: nobody can approve it. */
  approving?(): { readonly digest: string | undefined; readonly approval: Approval | undefined }
}

export interface InspectedRequest {
  /** What has to stand in the place of texts, before it may go on. */
  readonly changes: readonly { readonly place: Place; readonly text: string }[]
  /** It does not go on: the client is told this. */
  readonly answer?: string
}

/** Throws where a request may not go on, and nothing can be said in its place. */
export async function inspectedRequest(
  call: Omit<GuardedCall, 'endpoint'>,
  texts: readonly WireText[],
  { inspector, policy, detectors, redactor, canAnswer, approving, ...guard }: RequestGuard,
): Promise<InspectedRequest> {
  const id = `${call.id}:input`
  const facts: GuardrailFacts = { ...guard.facts, direction: 'request' }
  const active = leftOf(guard.active, (guardrail) => policy.applies(guardrail, facts))
  const isAsking = active.some(({ detectorKey }) => detectors.get(detectorKey)?.connected !== undefined)
  const signal = isAsking ? { signal: call.lifetime.signal } : {}
  const inspected = await inspector.inspect(texts, active, { id, facts, ...signal })
  if (call.lifetime.reason !== undefined) throw call.lifetime.reason
  // To know a call again costs as much as to read it: only one that is asked about has to be.
  const isAsked = inspected.effect.kind === 'ask' && approving !== undefined
  const { effect, decisions } = isAsked ? afterApproval(inspected, { ...approving(), policy }) : inspected
  if (decisions.length > 0) call.emit({ type: 'guardrails-judged', decisions })
  if (effect.kind === 'answer' && canAnswer === true) return { changes: [], answer: effect.text }
  const refusal = refusalOf(effect, id)
  if (refusal !== undefined) throw refusal
  if (effect.kind !== 'redact') return { changes: [] }
  const changes = Array.from(redactedTexts(inspected.texts, policy, redactor), ([{ place, isName }, text]) => {
    if (isName === true) throw cannotRedact(call.id)
    return { place, text }
  })
  return { changes }
}

export function cannotRedact(callId: string): GatewayError {
  const message = `A guardrail has to redact something that stands where nothing can be written anew (a file, a form, a name of a field), so the request is refused (decision ${callId}:input).`
  return new GatewayError('guardrail_denied', message)
}
