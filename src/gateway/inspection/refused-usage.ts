import type { ModelCall, ModelReply } from '../../core/call.ts'
import type { Usage } from '../../core/model-reply.ts'

/** A reply in one piece of which the client gets nothing: it has to be paid for all the same. What streams is counted as it comes. */
export function emitUsage(call: Pick<ModelCall, 'emit'>, { body }: Pick<ModelReply, 'body'>): void {
  if (body.kind !== 'unary') return
  let usage: Usage | undefined
  for (const part of body.parts) if (part.type === 'usage-report') usage = { ...usage, ...part.usage }
  if (usage !== undefined) call.emit({ type: 'answer-refused', usage })
}
