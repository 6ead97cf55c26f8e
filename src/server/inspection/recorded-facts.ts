import type { CallerLabels } from '../../core/calls/call.ts'
import { agentIn, userIn } from '../../core/calls/caller-names.ts'
import type { GuardrailFacts } from '../../core/inspection/guardrail.ts'

/**
 * What guardrails of some models, agents or users go by, of a call on record: the same as while it was served. Of requests that
 * name no model (raw ones) nobody knew any of it.
 */
export function recordedFacts(
  model: string | undefined,
  labels: Pick<CallerLabels, 'metadata' | 'user'>,
): Pick<GuardrailFacts, 'model' | 'agent' | 'user'> {
  return model === undefined ? {} : { model, agent: agentIn(labels) ?? null, user: userIn(labels) ?? null }
}
