import type { CacheSettings } from '../../core/calls/cache.ts'
import type { ModelCall, ModelReply } from '../../core/calls/call.ts'
import { fitToolNames } from '../provider-call/tool-names.ts'
import type { KeepRules } from './kept-reply.ts'

/**
 * What is kept of a reply. Not the call of a tool that was renamed for its target: the bytes have a name that no client gave,
 * and who asks the same in the target's own dialect gets them as they are.
 */
export function keepRules(
  call: ModelCall,
  { dialect }: ModelReply,
  { includes, maxEntryBytes }: CacheSettings,
): KeepRules {
  const { endpoint } = call
  const rule = endpoint.kind === 'dialect' && endpoint.dialect !== dialect ? dialect?.toolNames : undefined
  if (rule === undefined || !includes.has('tool-calls') || fitToolNames(call.request(), rule) === undefined)
    return { includes, maxEntryBytes }
  return { includes: new Set([...includes].filter((kind) => kind !== 'tool-calls')), maxEntryBytes }
}
