import { GatewayError } from '../../../core/errors.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/json.ts'
import type { ReplyPart } from '../../../core/model-reply.ts'
import type { ServerSentEvent } from '../../../core/sse.ts'
import type { StreamTransform } from '../../../core/stream.ts'
import { choiceIndex, decodeReasoning, replyStart, textOf } from './reply.ts'
import { decodeFinishReason, decodeUsage } from './usage.ts'

/** Reads the chunks of one stream. `data` that is not JSON throws `upstream_invalid_reply`. */
export function decodeEvents(): StreamTransform<ServerSentEvent, ReplyPart> {
  let isStarted = false
  const callsOf = new Map<number, ToolCalls>()
  return {
    push({ data }) {
      if (data === '[DONE]') return [{ type: 'reply-end' }]
      if (data === '') return []
      const chunk = parseJson(data)
      if (chunk === undefined)
        throw new GatewayError('upstream_invalid_reply', 'The provider sent a stream event that is not JSON.')
      if (!isJsonObject(chunk)) return []
      const fault = chunk['error']
      if (fault !== undefined && fault !== null && !Array.isArray(chunk['choices'])) return [replyError(fault)]
      const parts: ReplyPart[] = []
      if (!isStarted) {
        isStarted = true
        parts.push(replyStart(chunk))
      }
      const choices = chunk['choices']
      if (Array.isArray(choices)) {
        for (const choice of choices) if (isJsonObject(choice)) decodeChoice(choice, callsOf, parts)
      }
      // Groq has it under a name of its own (https://console.groq.com/docs/api-reference#chat-create).
      const groq = chunk['x_groq']
      const usage = decodeUsage(chunk['usage']) ?? (isJsonObject(groq) ? decodeUsage(groq['usage']) : undefined)
      if (usage !== undefined) parts.push({ type: 'usage-report', usage })
      return parts
    },
  }
}

function replyError(fault: unknown): ReplyPart {
  const { message, type, code, status }: JsonObject = isJsonObject(fault) ? fault : { message: String(fault) }
  const number = [status, code].map(Number).find((value) => Number.isInteger(value) && value >= 400 && value < 600)
  const name = typeof type === 'string' ? type : typeof code === 'string' ? code : undefined
  return {
    type: 'reply-error',
    status: number ?? (name?.includes('rate_limit') === true ? 429 : name === 'invalid_request_error' ? 400 : 502),
    message: typeof message === 'string' ? message.slice(0, 1000) : 'The provider reported a fault inside its stream.',
    ...(name === undefined ? {} : { vendorType: name }),
  }
}

function decodeChoice(choice: JsonObject, callsOf: Map<number, ToolCalls>, parts: ReplyPart[]): void {
  const index = choiceIndex(choice['index'], 0)
  const delta = choice['delta']
  if (isJsonObject(delta)) {
    decodeReasoning(delta, index, parts)
    const text = textOf(delta['content'])
    if (text !== '') parts.push({ type: 'text-delta', choice: index, text })
    const { refusal, tool_calls: calls, function_call: legacy } = delta
    if (typeof refusal === 'string' && refusal !== '')
      parts.push({ type: 'refusal-delta', choice: index, text: refusal })
    if (Array.isArray(calls)) {
      for (const call of calls) if (isJsonObject(call)) toolCallsOf(callsOf, index).decode(call, parts)
    } else if (isJsonObject(legacy)) toolCallsOf(callsOf, index).decode({ index: 0, function: legacy }, parts)
  }
  const reason = choice['finish_reason']
  if (typeof reason === 'string' && reason !== '')
    parts.push({ type: 'choice-end', choice: index, reason: decodeFinishReason(reason) })
}

function toolCallsOf(callsOf: Map<number, ToolCalls>, choice: number): ToolCalls {
  let calls = callsOf.get(choice)
  if (calls === undefined) {
    calls = toolCalls(choice)
    callsOf.set(choice, calls)
  }
  return calls
}

interface ToolCalls {
  decode(call: JsonObject, parts: ReplyPart[]): void
}

/**
 * Numbers the tool calls of a choice from 0. Vendors number them, do not number them (Gemini), repeat the id in each
 * delta, or send only the first one with a name.
 */
function toolCalls(choice: number): ToolCalls {
  const indexOf = new Map<string, number>()
  let last = -1
  return {
    decode(call, parts) {
      const { index, id } = call
      const definition = isJsonObject(call['function']) ? call['function'] : {}
      const { name, arguments: json } = definition
      const hasId = typeof id === 'string' && id !== ''
      const hasName = typeof name === 'string' && name !== ''
      const key = typeof index === 'number' ? `#${index}` : hasId ? id : undefined
      let known = key === undefined ? (hasName ? undefined : last) : indexOf.get(key)
      if (known === undefined || known < 0) {
        known = ++last
        if (key !== undefined) indexOf.set(key, known)
        parts.push({
          type: 'tool-call-start',
          choice,
          index: known,
          id: hasId ? id : `call_${choice}_${known}`,
          name: hasName ? name : '',
        })
      }
      const text = typeof json === 'string' ? json : isJsonObject(json) ? JSON.stringify(json) : ''
      if (text !== '') parts.push({ type: 'tool-call-delta', choice, index: known, json: text })
    },
  }
}
