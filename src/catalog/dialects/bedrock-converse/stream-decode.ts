import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { statusOf } from './errors.ts'
import { toolStart } from './reply-decode.ts'
import { stopSequenceIn } from './stop-sequence.ts'
import { decodeStopReason, decodeUsage } from './usage.ts'

interface Tool {
  readonly index: number
  isWritten: boolean
}

const nothing: readonly ReplyPart[] = []

/**
 * Reads the events of one stream: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html.
 * Unknown events and deltas give nothing.
 */
export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  /** By the position of the content block. */
  const toolOf = new Map<number, Tool>()

  const decodeStart = (at: number, start: JsonValue | undefined): readonly ReplyPart[] => {
    const use = isJsonObject(start) ? start['toolUse'] : undefined
    if (!isJsonObject(use)) return nothing
    const tool: Tool = { index: toolOf.size, isWritten: false }
    toolOf.set(at, tool)
    return [toolStart(tool.index, use['toolUseId'], use['name'])]
  }
  const decodeDelta = (at: number, { text, toolUse, reasoningContent }: JsonObject): readonly ReplyPart[] => {
    if (typeof text === 'string' && text !== '') return [{ type: 'text-delta', choice: 0, text }]
    if (isJsonObject(reasoningContent)) return decodeThought(reasoningContent)
    const json = isJsonObject(toolUse) ? toolUse['input'] : undefined
    const tool = toolOf.get(at)
    if (typeof json !== 'string' || json === '' || tool === undefined) return nothing
    tool.isWritten = true
    return [{ type: 'tool-call-delta', choice: 0, index: tool.index, json }]
  }
  /** A call without arguments has no deltas. */
  const decodeStop = (at: number): readonly ReplyPart[] => {
    const tool = toolOf.get(at)
    if (tool === undefined || tool.isWritten) return nothing
    tool.isWritten = true
    return [{ type: 'tool-call-delta', choice: 0, index: tool.index, json: '{}' }]
  }
  return {
    push({ event = '', data }) {
      if (isException(event)) return [replyError(event, data)]
      const body = data === '' ? {} : parseJson(data)
      if (body === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      if (!isJsonObject(body)) return nothing
      const at = typeof body['contentBlockIndex'] === 'number' ? body['contentBlockIndex'] : 0
      const { start, delta, stopReason, additionalModelResponseFields: fields, usage: counts } = body
      switch (event) {
        case 'messageStart':
          return [{ type: 'reply-start' }]
        case 'contentBlockStart':
          return decodeStart(at, start)
        case 'contentBlockDelta':
          return isJsonObject(delta) ? decodeDelta(at, delta) : nothing
        case 'contentBlockStop':
          return decodeStop(at)
        case 'messageStop': {
          const reason = decodeStopReason(stopReason, toolOf.size > 0)
          return [{ type: 'choice-end', choice: 0, reason, ...stopSequenceIn(fields) }]
        }
        case 'metadata': {
          const usage = decodeUsage(counts)
          return [...(usage === undefined ? [] : [{ type: 'usage-report', usage } as const]), { type: 'reply-end' }]
        }
        default:
          return nothing
      }
    },
  }
}

function decodeThought({ text, signature, redactedContent: data }: JsonObject): readonly ReplyPart[] {
  if (typeof text === 'string' && text !== '') return [{ type: 'reasoning-delta', choice: 0, text }]
  if (typeof signature === 'string' && signature !== '') return [{ type: 'reasoning-signature', choice: 0, signature }]
  return typeof data === 'string' ? [{ type: 'reasoning-redacted', choice: 0, data }] : nothing
}

export function isException(event: string): boolean {
  return event.endsWith('Exception') || event === 'error'
}

/** An exception inside a stream, whichever operation it is of. */
export function replyError(event: string, data: string): ReplyPart {
  const body = parseJson(data)
  const { message, Message = message, code }: JsonObject = isJsonObject(body) ? body : {}
  const type = event === 'error' && typeof code === 'string' ? code : event
  return {
    type: 'reply-error',
    status: statusOf(type),
    message:
      typeof Message === 'string' && Message !== ''
        ? Message.slice(0, 1000)
        : 'The provider reported a fault in place of its reply.',
    vendorType: type,
  }
}
