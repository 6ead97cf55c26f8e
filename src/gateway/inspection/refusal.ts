import { GatewayError } from '../../core/errors.ts'
import type { GuardrailEffect } from '../../core/inspection/guardrail.ts'

/** What the client is told: which guardrail, and the decision to ask about; nothing of what was found. */
export function refusalOf(effect: GuardrailEffect, id: string): GatewayError | undefined {
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

function approvable(id: string): string {
  return id.endsWith(':output') ? '' : ` Ask for \`portcullis approvals approve ${id}\`, then send the same again.`
}

function whatOf(id: string): string {
  return id.endsWith(':output') ? 'the answer' : 'the request'
}
