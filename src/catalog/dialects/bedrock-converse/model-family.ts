import { type ClaudeTraits, claudeTraits } from '../anthropic-messages/claude-models.ts'

/** What a family of models takes through Converse. Bedrock refuses with 400 what it does not. */
export interface ModelFamily {
  /** Absent for other vendors' models. */
  readonly claude?: ClaudeTraits
  /** `cachePoint` in messages and `system`; in `tools` only Claude has it. */
  readonly takesCachePoints: boolean
  /** Where it is told how much to think. */
  readonly reasoning: 'claude' | 'nova' | 'effort' | 'none'
  /** Where it takes `top_k`. */
  readonly topK: 'field' | 'inference-config' | 'none'
  /** `outputConfig.textFormat` and `strict` tools. */
  readonly takesSchemas: boolean
  /** The last message may be the beginning of the answer. */
  readonly takesPrefill: boolean
  /** Signed or encrypted reasoning goes back to it. */
  readonly takesReasoning: boolean
  readonly hears: boolean
}

/**
 * By the model's id, an inference profile (`us.anthropic.…`) or the ARN of either. An application's own profile does not
 * tell its model: it gets what all models take.
 * Sources: "Prompt caching", "Structured output" and "Inference parameters" in https://docs.aws.amazon.com/bedrock/latest/userguide/,
 * "Extended thinking" in https://docs.aws.amazon.com/nova/latest/nova2-userguide/.
 */
export function modelFamily(model: string): ModelFamily {
  if (model.includes('claude')) {
    const claude = claudeTraits(model)
    const { takesSchemas, takesPrefill } = claude
    return { ...plain, claude, takesCachePoints: true, reasoning: 'claude', topK: 'field', takesSchemas, takesPrefill }
  }
  if (/\bnova-/.test(model)) {
    const reasoning = /\bnova-(?:\w+-)?2\b/.test(model) ? 'nova' : 'none'
    return { ...plain, takesCachePoints: true, reasoning, topK: 'inference-config', takesPrefill: true, hears: true }
  }
  if (/\bopenai\./.test(model)) return { ...plain, reasoning: 'effort', takesSchemas: true }
  const isForeign = /\b(?:meta|mistral|cohere|ai21|deepseek|qwen|writer|google|minimax|moonshot\w*|nvidia|zai)\./.test(
    model,
  )
  if (!isForeign) return plain
  const takesSchemas = /\b(?:qwen|deepseek|google|minimax|moonshot\w*|nvidia)\./.test(model)
  return {
    ...plain,
    takesReasoning: false,
    takesSchemas,
    topK: /\bmistral\./.test(model) ? 'field' : 'none',
    hears: true,
  }
}

const plain: ModelFamily = {
  takesCachePoints: false,
  reasoning: 'none',
  topK: 'none',
  takesSchemas: false,
  takesPrefill: false,
  takesReasoning: true,
  hears: false,
}
