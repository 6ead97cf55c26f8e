import { GatewayError } from '../../../core/errors.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { faultIn } from '../openai-chat/fault.ts'
import {
  betweenParts,
  callArguments,
  callStart,
  faultOf,
  isCall,
  proofOf,
  replyEnd,
  replyStart,
  saidBy,
} from './reply-decode.ts'

/** An item of the output, by its `output_index`. */
interface Item {
  /** Of a call: counts from 0 among the calls. */
  readonly call: number | undefined
  /** Something of it came in deltas; what stands in its end is a repetition. */
  isTold: boolean
  /** Part of the summary that was told last. */
  part: JsonValue | undefined
}

const nothing: readonly ReplyPart[] = []

/** Reads the events of one stream: https://platform.openai.com/docs/api-reference/responses-streaming. Unknown events give nothing. */
export function decodeEvents(): StreamTransform<WireEvent, ReplyPart> {
  const items = new Map<JsonValue | undefined, Item>()
  let calls = 0
  let isStarted = false

  const start = (response: JsonValue | undefined): readonly ReplyPart[] => {
    if (isStarted || !isJsonObject(response)) return nothing
    isStarted = true
    return [replyStart(response)]
  }
  const itemAt = (index: JsonValue | undefined): Item => {
    const known = items.get(index)
    if (known !== undefined) return known
    const item = { call: undefined, isTold: false, part: undefined }
    items.set(index, item)
    return item
  }
  const itemAdded = (index: JsonValue | undefined, item: JsonValue | undefined): readonly ReplyPart[] => {
    if (!isJsonObject(item) || items.has(index)) return nothing
    const call = isCall(item) ? calls++ : undefined
    items.set(index, { call, isTold: false, part: undefined })
    return call === undefined ? nothing : callStart(item, call)
  }
  /** Some servers send only the ends of their items. */
  const itemDone = (index: JsonValue | undefined, item: JsonValue | undefined): readonly ReplyPart[] => {
    if (!isJsonObject(item)) return nothing
    const added = itemAdded(index, item)
    const { call, isTold } = itemAt(index)
    if (call !== undefined) return isTold ? nothing : [...added, ...callArguments(item, call)]
    if (!isTold) return saidBy(item)
    return item['type'] === 'reasoning' ? proofOf(item) : nothing
  }
  const told = (
    type: 'text-delta' | 'refusal-delta',
    { output_index: index, delta: text }: JsonObject,
  ): readonly ReplyPart[] => {
    if (typeof text !== 'string' || text === '') return nothing
    itemAt(index).isTold = true
    return [{ type, choice: 0, text }]
  }
  const thought = (event: JsonObject, part: JsonValue | undefined): readonly ReplyPart[] => {
    const { output_index: index, delta: text } = event
    if (typeof text !== 'string' || text === '') return nothing
    const item = itemAt(index)
    const isNext = item.isTold && item.part !== part
    item.isTold = true
    item.part = part
    return [{ type: 'reasoning-delta', choice: 0, text: isNext ? betweenParts + text : text }]
  }
  const argumentsTold = ({ output_index: index, delta: json }: JsonObject): readonly ReplyPart[] => {
    const item = itemAt(index)
    if (item.call === undefined || typeof json !== 'string' || json === '') return nothing
    item.isTold = true
    return [{ type: 'tool-call-delta', choice: 0, index: item.call, json }]
  }
  const ended = (response: JsonValue | undefined): readonly ReplyPart[] => {
    if (!isJsonObject(response)) return nothing
    const fault = faultOf(response)
    return fault === undefined ? [...start(response), ...replyEnd(response)] : [fault]
  }

  return {
    push({ data }) {
      if (data === '' || data.trim() === '[DONE]') return nothing
      const event = parseJson(data)
      if (event === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      if (!isJsonObject(event)) return nothing
      const { output_index: index, item, response } = event
      switch (event['type']) {
        case 'response.created':
        case 'response.in_progress':
          return start(response)
        case 'response.output_item.added':
          return itemAdded(index, item)
        case 'response.output_item.done':
          return itemDone(index, item)
        case 'response.output_text.delta':
          return told('text-delta', event)
        case 'response.refusal.delta':
          return told('refusal-delta', event)
        case 'response.reasoning_summary_text.delta':
          return thought(event, event['summary_index'])
        case 'response.reasoning_text.delta':
          return thought(event, event['content_index'])
        case 'response.function_call_arguments.delta':
          return argumentsTold(event)
        case 'response.completed':
        case 'response.incomplete':
        case 'response.failed':
          return ended(response)
        case 'error':
          return [streamFault(event)]
        default:
          return nothing
      }
    },
  }
}

/** In the event itself, as the API reference has it, or in its `error`. */
function streamFault({ error, code, message, status }: JsonObject): ReplyPart {
  const fault = isJsonObject(error) ? error : { code: code ?? 'unknown', message, status }
  return faultIn({ error: fault }) ?? { type: 'reply-error', status: 502, message: 'The provider reported a fault.' }
}
