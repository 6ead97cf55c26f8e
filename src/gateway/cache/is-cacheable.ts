import type { CacheInclude } from '../../core/calls/cache.ts'
import type { FinishReason, ReplyPart } from '../../core/model/model-reply.ts'

/**
 * Whether an answer may be given to somebody else who asks the same. A broken one never; a call of a tool, an answer that was cut
 * off or refused only where the settings include it: the next attempt may do better, and a tool may act.
 */
export function isCacheable(parts: readonly ReplyPart[], includes: ReadonlySet<CacheInclude>): boolean {
  let isWhole = false
  for (const part of parts) {
    const needs = needsOf(part)
    if (needs === 'never' || (needs !== undefined && !includes.has(needs))) return false
    if (part.type === 'reply-end' || part.type === 'choice-end') isWhole = true
  }
  return isWhole
}

function needsOf(part: ReplyPart): CacheInclude | 'never' | undefined {
  switch (part.type) {
    case 'reply-error':
      return 'never'
    case 'tool-call-start':
      return 'tool-calls'
    case 'refusal-delta':
      return 'refusals'
    case 'choice-end':
      return needsOfEnd(part.reason)
    default:
      return undefined
  }
}

function needsOfEnd(reason: FinishReason): CacheInclude | 'never' | undefined {
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
      return undefined
    case 'length':
      return 'truncated'
    case 'tool-calls':
      return 'tool-calls'
    case 'content-filter':
    case 'refusal':
      return 'refusals'
    case 'pause':
    case 'other':
      return 'never'
  }
}
