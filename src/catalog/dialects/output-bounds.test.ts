import { describe, expect, it } from 'vitest'
import { dialects } from '../dialects.generated.ts'

const cases: readonly (readonly [keyof typeof dialects, object, object])[] = [
  ['openai-chat', {}, { tokens: undefined, thinkingTokens: 0, answers: 1 }],
  ['openai-chat', { max_tokens: 5, max_completion_tokens: 7, n: 3 }, { tokens: 7, thinkingTokens: 0, answers: 3 }],
  ['openai-chat', { max_tokens: '90' }, { tokens: 90, thinkingTokens: 0, answers: 1 }],
  ['openai-chat', { max_tokens: null, n: -4, reasoning: [] }, { tokens: undefined, thinkingTokens: 0, answers: 1 }],
  ['openai-chat', { reasoning: { max_tokens: 50 } }, { tokens: undefined, thinkingTokens: 50, answers: 1 }],
  ['openai-responses', { max_output_tokens: 5 }, { tokens: 5, thinkingTokens: 0, answers: 1 }],
  [
    'openai-completions',
    { prompt: ['a', 'b'], max_tokens: 5, best_of: 4, n: 2 },
    { tokens: 5, thinkingTokens: 0, answers: 8 },
  ],
  ['openai-completions', { prompt: [1, 2, 3] }, { tokens: undefined, thinkingTokens: 0, answers: 1 }],
  [
    'anthropic-messages',
    { max_tokens: 9, thinking: { budget_tokens: 4 } },
    { tokens: 9, thinkingTokens: 4, answers: 1 },
  ],
  ['bedrock-converse', { inferenceConfig: { maxTokens: 3 } }, { tokens: 3, thinkingTokens: 0, answers: 1 }],
  ['cohere', { max_tokens: 3, thinking: { token_budget: 2 } }, { tokens: 3, thinkingTokens: 2, answers: 1 }],
  [
    'gemini',
    { generation_config: { maxOutputTokens: 3, thinking_config: { thinkingBudget: 2 }, candidate_count: 2 } },
    { tokens: 3, thinkingTokens: 2, answers: 2 },
  ],
  ['ollama', { options: { num_predict: 3 } }, { tokens: 3, thinkingTokens: 0, answers: 1 }],
]

describe('how long an answer may become', () => {
  it.each(cases)('%s says it with %j', (id, body, bounds) => {
    expect(dialects[id].outputBounds(body as never)).toEqual(bounds)
  })

  it.each(Object.keys(dialects))('%s reads it from any body', (id) => {
    const dialect = dialects[id as keyof typeof dialects]
    for (const body of [{ generationConfig: 7, options: [], thinking: 'x', prompt: [] }, { max_tokens: Number.NaN }])
      expect(dialect.outputBounds(body as never).answers).toBeGreaterThanOrEqual(1)
  })
})
