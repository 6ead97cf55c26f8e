import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { effortOfBudget, nearestEffort } from '../nearest-effort.ts'
import type { ClaudeTraits } from './claude-models.ts'

export interface Thinking {
  readonly thinking?: JsonObject
  readonly effort?: string
  readonly maxTokens: number
  /** Nothing of the wish could be kept. */
  readonly isDropped?: true
}

/** Anthropic requires `max_tokens`. Where neither the client nor the catalogue names one, what every Claude model can write. */
const defaultMaxTokens = 4096
/** Anthropic's least. It counts towards `max_tokens`. */
const minBudget = 1024
/** Left for the answer when the budget is ours to choose. */
const answerTokens = 1024

const budgets: ReadonlyMap<string, number> = new Map([
  ['minimal', 1024],
  ['low', 2048],
  ['medium', 8192],
  ['high', 16_384],
  ['xhigh', 32_768],
  ['max', 32_768],
])

/**
 * Decides how the model shall think. The client's limit of output counts thinking too, in both dialects, so it is never
 * raised: the budget shrinks to fit, or there is no thinking. `may` tells what Anthropic would refuse.
 */
export function encodeThinking(
  { reasoning, maxOutputTokens }: ModelRequest,
  claude: ClaudeTraits,
  traits: TargetTraits,
  may: { readonly useBudget: boolean; readonly think: boolean },
): Thinking {
  const most = traits.maxOutputTokens
  const limit = maxOutputTokens === undefined ? undefined : Math.min(maxOutputTokens, most ?? maxOutputTokens)
  const maxTokens = limit ?? most ?? defaultMaxTokens
  if (reasoning === undefined) return { maxTokens }
  const { mode, budgetTokens } = reasoning
  const wanted = reasoning.effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens))
  const effort =
    wanted === undefined || claude.efforts.length === 0 ? {} : { effort: nearestEffort(wanted, claude.efforts) }
  const dropped: Thinking = { maxTokens, isDropped: true }
  if (mode === undefined) return effort.effort === undefined ? dropped : { maxTokens, ...effort }
  if (mode === 'off') {
    if (claude.thinking === 'none') return { maxTokens }
    if (!claude.canDisableThinking) return dropped
    // Without thinking, newer models take no more than `high`.
    const calm = effort.effort === undefined ? {} : { effort: nearestEffort(effort.effort, ['low', 'medium', 'high']) }
    return { maxTokens, thinking: { type: 'disabled' }, ...calm }
  }
  if (claude.thinking === 'none' || !may.think) return dropped
  if (claude.thinking === 'adaptive' || (claude.thinking === 'both' && budgetTokens === undefined)) {
    const display = claude.hidesThinking ? { display: 'summarized' } : {}
    return { maxTokens, thinking: { type: 'adaptive', ...display }, ...effort }
  }
  if (!may.useBudget) return dropped
  const asked = Math.max(minBudget, budgetTokens ?? budgets.get(reasoning.effort ?? 'medium') ?? 8192)
  const isOpen = limit === undefined && most === undefined
  const room = isOpen ? asked : maxTokens - (budgetTokens === undefined || limit === undefined ? answerTokens : 1)
  const budget = Math.min(asked, room)
  if (budget < minBudget) return dropped
  return {
    maxTokens: isOpen ? budget + defaultMaxTokens : maxTokens,
    thinking: { type: 'enabled', budget_tokens: budget },
  }
}
