import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { encodeThinking } from '../anthropic-messages/encode-reasoning.ts'
import { isToolForced } from '../anthropic-messages/encode-tools.ts'
import { effortOfBudget, nearestEffort } from '../nearest-effort.ts'
import { isToolLoopWithoutThinking, type Turn } from './encode-messages.ts'
import type { ModelFamily } from './model-family.ts'

export interface EncodedReasoning {
  /** For `additionalModelRequestFields`. */
  readonly fields: JsonObject
  /** For `outputConfig`. */
  readonly effort?: string
  readonly maxTokens?: number
  readonly isThinking: boolean
}

/** How the model shall think, in the words of its vendor. */
export function encodeReasoning(
  request: ModelRequest,
  turns: readonly Turn[],
  family: ModelFamily,
  traits: TargetTraits,
  dropped: Set<string>,
): EncodedReasoning {
  const { reasoning, maxOutputTokens } = request
  const limit = maxOutputTokens === undefined ? {} : { maxTokens: maxOutputTokens }
  if (family.claude !== undefined) {
    const { claude } = family
    const { thinking, effort, maxTokens, isDropped } = encodeThinking(request, claude, traits, {
      think: !(isToolForced(request) && claude.takesForcedTool),
      useBudget: !isToolLoopWithoutThinking(turns),
    })
    if (isDropped === true) dropped.add('reasoning_effort')
    if (maxOutputTokens !== undefined && maxTokens < maxOutputTokens) dropped.add('max_tokens')
    const needsLimit = maxOutputTokens !== undefined || thinking?.['budget_tokens'] !== undefined
    return {
      fields: thinking === undefined ? {} : { thinking },
      ...(effort === undefined ? {} : { effort }),
      // Without one, Converse takes the most that the model can write.
      ...(needsLimit ? { maxTokens } : {}),
      isThinking: thinking !== undefined && thinking['type'] !== 'disabled',
    }
  }
  if (reasoning === undefined) return { fields: {}, ...limit, isThinking: false }
  const { mode, budgetTokens } = reasoning
  const wanted = reasoning.effort ?? (budgetTokens === undefined ? 'medium' : effortOfBudget(budgetTokens))
  const effort = nearestEffort(wanted, ['low', 'medium', 'high'])
  if (family.reasoning === 'nova') {
    const config = mode === 'off' ? { type: 'disabled' } : { type: 'enabled', maxReasoningEffort: effort }
    return { fields: { reasoningConfig: config }, ...limit, isThinking: mode !== 'off' }
  }
  if (family.reasoning === 'effort' && mode !== 'off')
    return { fields: { reasoning_effort: effort }, ...limit, isThinking: true }
  // A model that does not think is one that was told not to.
  if (mode !== 'off' || family.reasoning === 'effort') dropped.add('reasoning_effort')
  return { fields: {}, ...limit, isThinking: false }
}
