import { estimatePrompt } from '../model/estimate-prompt.ts'
import type { Message, ModelRequest } from '../model/model-request.ts'
import type { Principal } from './registry.ts'
import type { RequestFacts, RouteFacts } from './route-plan.ts'

/** What a client's headers and path say of a request. */
export interface RequestOutline {
  readonly model: string
  readonly endpoint: string
  readonly stream: boolean
}

/** Of a request that is not read as a dialect's only the outline is known. */
export function requestFacts({ model, endpoint, stream }: RequestOutline, request?: ModelRequest): RequestFacts {
  const messages = request?.messages ?? []
  const format = request?.responseFormat?.type
  const [text = '', ...earlierTexts] = lastUserTexts(messages)
  return {
    model,
    endpoint,
    stream,
    messages: messages.length,
    tools: request?.tools?.length ?? 0,
    hasImages: hasPart(messages, 'image'),
    hasDocuments: hasPart(messages, 'document'),
    hasAudio: hasPart(messages, 'audio'),
    wantsReasoning: request?.reasoning !== undefined,
    wantsJson: format !== undefined && format !== 'text',
    estimatedTokens: request === undefined ? 0 : estimatePrompt(request),
    maxOutputTokens: request?.maxOutputTokens ?? 0,
    text,
    earlierTexts,
  }
}

/** What conditions of routes see of a call that came at `at`. `budgetLeft`: from 0 to 1. */
export function routeFacts(
  request: RequestFacts,
  { key, workspace }: Principal,
  metadata: RouteFacts['metadata'],
  at: Date,
  budgetLeft = 1,
): RouteFacts {
  // ISO 8601 ends the week with Sunday.
  const time = { hour: at.getUTCHours(), weekday: at.getUTCDay() || 7 }
  return { request, metadata, principal: { key, workspace }, budget: { left: budgetLeft }, time }
}

function hasPart(messages: readonly Message[], type: string): boolean {
  return messages.some(({ parts }) => parts.some((part) => part.type === type))
}

/** What the user said in the last three turns, the latest first; the texts of one turn as lines. */
function lastUserTexts(messages: readonly Message[]): string[] {
  const texts: string[] = []
  for (let index = messages.length - 1; index >= 0 && texts.length < 3; index--) {
    const message = messages[index]
    if (message?.role !== 'user') continue
    texts.push(message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'))
  }
  return texts
}
