import { GatewayError, upstreamErrorCode } from '../../../core/errors.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { stringified } from '../../../core/wire/json-depth.ts'
import { statusOf } from './errors.ts'
import { decodeStopReason, decodeUsage } from './usage.ts'

/** Reads a whole reply. Throws `upstream_invalid_reply` when it has no content, and the error that came in place of it. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  if (body['type'] === 'error') {
    const { status, message, vendorType } = replyError(body['error'])
    throw new GatewayError(upstreamErrorCode(status), message, {
      status,
      ...(vendorType === undefined ? {} : { vendorType }),
    })
  }
  const content = body['content']
  if (!Array.isArray(content))
    throw new GatewayError('upstream_invalid_reply', "The provider's reply has no `content`.")
  const parts: ReplyPart[] = [replyStart(body)]
  const ending = endReader()
  let tools = 0
  for (const block of content) {
    if (!isJsonObject(block)) continue
    const { type, text, thinking, signature, data, id, name, input } = block
    if (type === 'text' && typeof text === 'string' && text !== '') {
      ending.said(text)
      parts.push({ type: 'text-delta', choice: 0, text })
    } else if (type === 'thinking') {
      if (typeof thinking === 'string' && thinking !== '')
        parts.push({ type: 'reasoning-delta', choice: 0, text: thinking })
      if (typeof signature === 'string' && signature !== '')
        parts.push({ type: 'reasoning-signature', choice: 0, signature })
    } else if (type === 'redacted_thinking' && typeof data === 'string')
      parts.push({ type: 'reasoning-redacted', choice: 0, data })
    else if (type === 'tool_use') {
      const index = tools++
      ending.called()
      parts.push(toolStart(index, id, name))
      parts.push({ type: 'tool-call-delta', choice: 0, index, json: inputText(input) })
    }
  }
  const usage = decodeUsage(body['usage'])
  if (usage !== undefined) parts.push({ type: 'usage-report', usage })
  parts.push(...ending.end(body), { type: 'reply-end' })
  return parts
}

export function replyStart(message: JsonObject): ReplyPart {
  const { id, model } = message
  return {
    type: 'reply-start',
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
  }
}

export function toolStart(index: number, id: JsonValue | undefined, name: JsonValue | undefined): ReplyPart {
  return {
    type: 'tool-call-start',
    choice: 0,
    index,
    id: typeof id === 'string' && id !== '' ? id : `toolu_${index}`,
    name: typeof name === 'string' ? name : '',
  }
}

export function inputText(input: JsonValue | undefined): string {
  const text = stringified(input)
  if (text === undefined)
    throw new GatewayError('upstream_invalid_reply', 'The arguments of a tool call in the reply are nested too deep.')
  return text
}

/** Keeps of a reply what its end depends on. */
export interface EndReader {
  said(text: string): void
  called(): void
  end(holder: JsonObject): readonly ReplyPart[]
}

/** An explanation is a sentence or two. */
const maxExplanation = 2000

export function endReader(): EndReader {
  let text = ''
  let isCalling = false
  return {
    said(more) {
      if (text.length <= maxExplanation) text += more
    },
    called() {
      isCalling = true
    },
    end({ stop_reason: reason, stop_sequence: sequence, stop_details: details }) {
      const explanation = isJsonObject(details) && details['type'] === 'refusal' ? details['explanation'] : undefined
      // The text may be the explanation already: so an OpenAI refusal is written for clients that do not know the field.
      const isNew = typeof explanation === 'string' && explanation !== '' && explanation !== text
      const decoded = typeof reason === 'string' ? decodeStopReason(reason) : 'other'
      // Servers that only speak Anthropic's dialect may say `end_turn` after a tool call; clients act by the reason.
      const isToolCall = isCalling && (decoded === 'stop' || decoded === 'other')
      return [
        ...(isNew ? [{ type: 'refusal-delta', choice: 0, text: explanation } as const] : []),
        {
          type: 'choice-end',
          choice: 0,
          reason: isToolCall ? 'tool-calls' : decoded,
          ...(typeof sequence === 'string' ? { stopSequence: sequence } : {}),
        },
      ]
    },
  }
}

export function replyError(fault: JsonValue | undefined): ReplyPart & { type: 'reply-error' } {
  const { message, type }: JsonObject = isJsonObject(fault) ? fault : {}
  return {
    type: 'reply-error',
    status: statusOf(typeof type === 'string' ? type : ''),
    message:
      typeof message === 'string' ? message.slice(0, 1000) : 'The provider reported a fault in place of its reply.',
    ...(typeof type === 'string' ? { vendorType: type } : {}),
  }
}
