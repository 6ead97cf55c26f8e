/** What a client gets nothing of has to be paid for all the same. */
import type { Frame, ModelCall, ModelReply } from '../../core/calls/call.ts'
import { estimateTokens } from '../../core/model/estimate-tokens.ts'
import type { ReplyPart, Usage } from '../../core/model/model-reply.ts'

/** Of a reply in one piece. A stream is counted as it comes. */
export function refusedReply(call: Pick<ModelCall, 'emit'>, { body }: Pick<ModelReply, 'body'>): void {
  if (body.kind !== 'unary') return
  const usage = usageIn(body.parts)
  if (usage !== undefined) call.emit({ type: 'answer-refused', usage, isWhole: true })
}

/** Of the end of a stream, which was held back. */
export function refusedEnd(call: Pick<ModelCall, 'emit'>, held: readonly Frame[]): void {
  const parts = held.flatMap((frame) => frame.readableParts())
  const usage = usageIn(parts)
  const isWhole = parts.some(({ type }) => type === 'choice-end')
  const unsentTokens = isWhole && usage?.outputTokens !== undefined ? 0 : estimateTokens(parts.map(textOf).join(''))
  call.emit({ type: 'answer-refused', ...(usage === undefined ? {} : { usage }), isWhole, unsentTokens })
}

function usageIn(parts: readonly ReplyPart[]): Usage | undefined {
  let usage: Usage | undefined
  for (const part of parts) if (part.type === 'usage-report') usage = { ...usage, ...part.usage }
  return usage
}

function textOf(part: ReplyPart): string {
  if (part.type === 'tool-call-delta') return part.json
  return part.type === 'text-delta' || part.type === 'reasoning-delta' ? part.text : ''
}
