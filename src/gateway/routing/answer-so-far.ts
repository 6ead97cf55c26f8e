import type { Stretch } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { estimatePrompt } from '../../core/model/estimate-prompt.ts'
import { estimateTokens } from '../../core/model/estimate-tokens.ts'
import type { ReplyPart, Usage } from '../../core/model/model-reply.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'

/** Follows an answer while it comes: whether another target could go on from here, and what was used until here. */
export interface AnswerSoFar {
  /** The next target begins, with this request. */
  begin(target: Target, request: ModelRequest): void
  take(part: ReplyPart): void
  /** Something of it could not be read. */
  spoil(): void
  /** Text and nothing else, and not at its end. */
  canGoOn(): boolean
  readonly isEnded: boolean
  readonly text: string
  /** As the provider said, where it said it. */
  readonly start: (ReplyPart & { type: 'reply-start' }) | undefined
  stretches(): readonly Stretch[]
}

interface Open {
  readonly target: Target
  readonly request: ModelRequest
  text: string
  usage: Usage
  isEnded: boolean
}

/** More text than any model writes at once. */
const maxTextLength = 1 << 20

export function followAnswer(): AnswerSoFar {
  const stretches: Open[] = []
  let text = ''
  let isTextOnly = true
  let start: (ReplyPart & { type: 'reply-start' }) | undefined
  const current = (): Open | undefined => stretches.at(-1)
  return {
    begin: (target, request) => void stretches.push({ target, request, text: '', usage: {}, isEnded: false }),
    take(part) {
      const stretch = current()
      if (stretch === undefined) return
      switch (part.type) {
        case 'reply-start':
          start ??= part
          break
        case 'text-delta':
          text += part.text
          stretch.text += part.text
          if (part.choice !== 0 || text.length > maxTextLength) isTextOnly = false
          break
        case 'usage-report':
          stretch.usage = { ...stretch.usage, ...part.usage }
          break
        case 'choice-end':
        case 'reply-end':
          stretch.isEnded = true
          break
        case 'reply-error':
          break
        default:
          isTextOnly = false
      }
    },
    spoil() {
      isTextOnly = false
    },
    // Blank text is no beginning that a model could go on from.
    canGoOn: () => isTextOnly && current()?.isEnded === false && text.trim() !== '',
    get isEnded() {
      return current()?.isEnded === true
    },
    get text() {
      return text
    },
    get start() {
      return start
    },
    stretches: () => stretches.map(stretchOf),
  }
}

/** A stream that broke off has only a first, low figure for its output: its text says more. */
function stretchOf({ target, request, text, usage, isEnded }: Open): Stretch {
  const { outputTokens: reported, reasoningTokens, billed, ...input } = usage
  if (isEnded && reported !== undefined && usage.inputTokens !== undefined) return { target, usage, isEstimated: false }
  return {
    target,
    usage: { ...input, inputTokens: usage.inputTokens ?? estimatePrompt(request), outputTokens: estimateTokens(text) },
    isEstimated: true,
  }
}

/** Of all stretches together. */
export function summedUsage(usages: readonly Usage[]): Usage {
  const sum: { -readonly [Name in keyof Usage]: Usage[Name] } = {}
  for (const { billed: _, ...usage } of usages)
    for (const name of tokenCounts) {
      const value = usage[name]
      if (value !== undefined) sum[name] = (sum[name] ?? 0) + value
    }
  return sum
}

const tokenCounts = [
  'inputTokens',
  'cachedInputTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'outputTokens',
  'reasoningTokens',
] as const

/** Whether any target could go on with the answer to this: one answer, of free text. */
export function mayBeContinued(request: ModelRequest): boolean {
  const { choiceCount = 1, responseFormat, reasoning, logprobs, messages } = request
  const isFree = responseFormat === undefined || responseFormat.type === 'text'
  const thinks = reasoning !== undefined && reasoning.mode !== 'off'
  return choiceCount === 1 && isFree && !thinks && logprobs === undefined && messages.at(-1)?.role !== 'assistant'
}

/** The conversation with the answer so far, so that the next words are the ones that come behind it. */
export function continuedRequest(request: ModelRequest, text: string): ModelRequest {
  const { maxOutputTokens } = request
  const left = maxOutputTokens === undefined ? undefined : Math.max(1, maxOutputTokens - estimateTokens(text))
  return {
    ...request,
    messages: [...request.messages, { role: 'assistant', parts: [{ type: 'text', text }] }],
    ...(left === undefined ? {} : { maxOutputTokens: left }),
    streamUsage: true,
  }
}

/**
 * Takes away from a text that comes in pieces what was said before: `echo`, where a provider begins with it, and `blanks`, which
 * were left out of what the target was given, as some refuse text that ends with them.
 */
export function withoutBeginning(beginning: string): (piece: string) => string {
  let left = beginning
  return (piece) => {
    let same = 0
    while (same < piece.length && same < left.length && piece[same] === left[same]) same++
    left = same === piece.length ? left.slice(same) : ''
    return piece.slice(same)
  }
}
