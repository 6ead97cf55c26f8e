import type { ReasoningOptions } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { effortOfBudget, nearestEffort } from '../nearest-effort.ts'
import type { GeminiTraits } from './gemini-models.ts'

/** Google's own, for clients of its OpenAI-compatible endpoint: https://ai.google.dev/gemini-api/docs/openai#thinking */
const budgets: ReadonlyMap<string, number> = new Map([
  ['minimal', 1024],
  ['low', 1024],
  ['medium', 8192],
  ['high', 24_576],
])

/** `thinkingConfig`; `undefined` where there is nothing to say, or nothing that can be said. */
export function encodeThinking(
  { mode, effort, budgetTokens }: ReasoningOptions,
  { thinking }: GeminiTraits,
  dropped: Set<string>,
): JsonObject | undefined {
  if (thinking.by === 'none') {
    if (mode !== 'off') dropped.add('reasoning_effort')
    return undefined
  }
  // Whoever asks for thinking in another dialect is shown it.
  const shown = mode === undefined || mode === 'off' ? {} : { includeThoughts: true }
  if (thinking.by === 'level') {
    const [least = 'low'] = thinking.levels
    // The least level is as near to none as these models come.
    if (mode === 'off') dropped.add('reasoning_effort')
    const wanted =
      mode === 'off' ? least : (effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens)))
    const level = wanted === undefined ? undefined : nearestEffort(wanted, thinking.levels)
    if (level !== undefined && !thinking.levels.includes(level)) dropped.add('reasoning_effort')
    else if (level !== undefined) return { thinkingLevel: level.toUpperCase(), ...shown }
    return mode === undefined ? undefined : shown
  }
  if (mode === 'off') {
    if (!thinking.canDisable) dropped.add('reasoning_effort')
    return { thinkingBudget: thinking.canDisable ? 0 : thinking.least }
  }
  const wanted =
    budgetTokens ?? (effort === undefined ? undefined : budgets.get(nearestEffort(effort, [...budgets.keys()])))
  if (wanted === undefined && effort !== undefined) dropped.add('reasoning_effort')
  const budget = wanted === undefined ? -1 : Math.min(Math.max(wanted, thinking.least), thinking.most)
  return { thinkingBudget: budget, ...shown }
}
