import { GatewayError } from '../../core/errors.ts'
import type { DetectorFault, GuardrailEffect } from '../../core/inspection/guardrail.ts'

/** A detector that was late or ended has another chance by then. */
const RETRY_AFTER_SECONDS = 2

/** What the client is told: which guardrail, and the decision to ask about; nothing of what was found. */
export function refusalOf(effect: GuardrailEffect, id: string): GatewayError | undefined {
  if (effect.kind === 'deny' && effect.fault !== undefined) return notLooked(effect.guardrail, effect.fault, id)
  // Where nothing else can be said, nothing is.
  if (effect.kind === 'deny' || effect.kind === 'answer')
    return new GatewayError(
      'guardrail_denied',
      `The guardrail "${effect.guardrail}" refused ${whatOf(id)} (decision ${id}).`,
    )
  if (effect.kind === 'ask') {
    const message = `The guardrail "${effect.guardrail}" wants somebody to allow ${whatOf(id)} (decision ${id}).${approvable(id)}`
    return new GatewayError('guardrail_approval_required', message)
  }
  return undefined
}

export function cannotRedactAnswer(id: string): GatewayError {
  const message = `A guardrail has to redact something in an answer that stands where nothing can be written anew (a file, a name of a field, or what was sent before), so the answer is refused (decision ${id}).`
  return new GatewayError('guardrail_denied', message)
}

/** Nothing is known against what was sent: the client is not told that there is. */
function notLooked(guardrail: string, fault: DetectorFault, id: string): GatewayError {
  if (fault === 'unreadable') {
    const message = `The guardrail "${guardrail}" cannot read a document of ${whatOf(id)}, which is refused for that (decision ${id}).`
    return new GatewayError('guardrail_denied', message)
  }
  const why = fault === 'timed-out' ? 'did not come to an end in time' : 'could not look'
  const message = `The guardrail "${guardrail}" ${why}, and without it ${whatOf(id)} does not go on (decision ${id}).`
  return new GatewayError('guardrail_unavailable', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

function approvable(id: string): string {
  return id.endsWith(':output') ? '' : ` Ask for \`portcullis approvals approve ${id}\`, then send the same again.`
}

function whatOf(id: string): string {
  return id.endsWith(':output') ? 'the answer' : 'the request'
}
