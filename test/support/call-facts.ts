import type { RequestFacts, RouteFacts } from '../../src/core/calls/route-plan.ts'

/** What a route sees of a plain call that asks for this. */
export function factsOf(request: Partial<RequestFacts>): RouteFacts {
  return {
    request: {
      model: 'auto',
      endpoint: '/v1/chat/completions',
      stream: false,
      messages: 1,
      tools: 0,
      hasImages: false,
      hasDocuments: false,
      hasAudio: false,
      wantsReasoning: false,
      wantsJson: false,
      estimatedTokens: 0,
      maxOutputTokens: 0,
      text: '',
      earlierTexts: [],
      ...request,
    },
    metadata: {},
    budget: { left: 1 },
    principal: { key: 'key', workspace: 'default' },
    time: { hour: 0, weekday: 1 },
  }
}
