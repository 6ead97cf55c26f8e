import type { WireEvent } from '../../../core/model/framing.ts'
import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'

/** How an endpoint writes a piece of what the model said: `{"message":{…}}` or `{"response":…}`. */
export type ContentWriter = (content: string, more: JsonObject) => JsonObject

export const chatWriter: ContentWriter = (content, more) => ({ message: { role: 'assistant', content, ...more } })
export const generateWriter: ContentWriter = (content, more) => ({ response: content, ...more })

interface Call {
  readonly id: string
  readonly name: string
  json: string
}

/** Writes a stream of lines. A tool call is one object, so its pieces are gathered; the last line has usage and times. */
export function encodeEvents(write: ContentWriter): (context: ReplyContext) => StreamTransform<ReplyPart, WireEvent> {
  return (context) => {
    const head = { model: context.model, created_at: timeOf(context) }
    const calls = new Map<number, Call>()
    let usage: Usage | undefined
    let reason: FinishReason = 'stop'
    const line = (content: string, more: JsonObject): WireEvent[] => [
      { data: JSON.stringify({ ...head, ...write(content, more), done: false }) },
    ]
    const flush = (): WireEvent[] => {
      if (calls.size === 0) return []
      const list = toolCalls([...calls.values()])
      calls.clear()
      return line('', { tool_calls: list })
    }
    return {
      push(part) {
        // Clients of this dialect can ask for one answer only.
        if ('choice' in part && part.choice !== 0) return []
        switch (part.type) {
          case 'text-delta':
          case 'refusal-delta':
            return line(part.text, {})
          case 'reasoning-delta':
            return line('', { thinking: part.text })
          case 'tool-call-start':
            calls.set(part.index, { id: part.id, name: part.name, json: '' })
            return []
          case 'tool-call-delta': {
            const call = calls.get(part.index)
            if (call !== undefined) call.json += part.json
            return []
          }
          case 'usage-report':
            usage = { ...usage, ...part.usage }
            return []
          case 'choice-end':
            reason = part.reason
            return flush()
          case 'reply-end':
            return [
              ...flush(),
              { data: JSON.stringify({ ...head, ...write('', {}), ...ending(reason, usage, context) }) },
            ]
          default:
            return []
        }
      },
    }
  }
}

export function encodeReply(write: ContentWriter): (parts: readonly ReplyPart[], context: ReplyContext) => JsonObject {
  return (parts, context) => {
    let content = ''
    let thinking = ''
    let usage: Usage | undefined
    let reason: FinishReason = 'stop'
    const calls = new Map<number, Call>()
    for (const part of parts) {
      if ('choice' in part && part.choice !== 0) continue
      if (part.type === 'text-delta' || part.type === 'refusal-delta') content += part.text
      else if (part.type === 'reasoning-delta') thinking += part.text
      else if (part.type === 'tool-call-start') calls.set(part.index, { id: part.id, name: part.name, json: '' })
      else if (part.type === 'tool-call-delta') {
        const call = calls.get(part.index)
        if (call !== undefined) call.json += part.json
      } else if (part.type === 'usage-report') usage = { ...usage, ...part.usage }
      else if (part.type === 'choice-end') reason = part.reason
    }
    const more = {
      ...(thinking === '' ? {} : { thinking }),
      ...(calls.size === 0 ? {} : { tool_calls: toolCalls([...calls.values()]) }),
    }
    return {
      model: context.model,
      created_at: timeOf(context),
      ...write(content, more),
      ...ending(reason, usage, context),
    }
  }
}

function timeOf({ createdAt }: ReplyContext): string {
  return new Date(createdAt * 1000).toISOString()
}

function toolCalls(calls: readonly Call[]): JsonObject[] {
  return calls.map(({ id, name, json }, index) => {
    const given = parseJson(json)
    return { id, function: { index, name, arguments: isJsonObject(given) ? given : {} } }
  })
}

/** Durations are in nanoseconds. What only a server that runs the model could measure is 0. */
function ending(reason: FinishReason, usage: Usage | undefined, context: ReplyContext): JsonObject {
  return {
    done: true,
    done_reason: reason === 'length' ? 'length' : 'stop',
    total_duration: Math.round((context.elapsedMs?.() ?? 0) * 1e6),
    load_duration: 0,
    prompt_eval_count: usage?.inputTokens ?? 0,
    prompt_eval_duration: 0,
    eval_count: usage?.outputTokens ?? 0,
    eval_duration: 0,
  }
}
