import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { customNames } from './custom-tools.ts'
import { keptReplies } from './kept-replies.ts'
import { type Emit, outputWriter } from './output-writer.ts'
import { encodeUsage } from './usage.ts'

/** Makes one response, piece by piece, and tells the events of its stream. */
export interface ResponseWriter {
  push(part: ReplyPart): void
  /** As it stands now. */
  response(): JsonObject
}

/** Of a response that the gateway writes itself. */
export function responseId(callId: string): string {
  return `resp_${callId}`
}

/** A response has one answer, so of several choices only the first can be said. */
export function responseWriter(context: ReplyContext, emit: Emit): ResponseWriter {
  const { body = {} } = context
  const writer = outputWriter(context.callId, customNames(body['tools']), emit)
  const echo = echoed(body)
  let usage: Usage | undefined
  let reason: FinishReason | undefined
  let isStarted = false
  let isEnded = false

  const response = (): JsonObject => {
    const cut = reason === undefined ? undefined : cutReason(reason)
    return {
      id: responseId(context.callId),
      object: 'response',
      created_at: context.createdAt,
      status: !isEnded ? 'in_progress' : cut === undefined ? 'completed' : 'incomplete',
      background: false,
      error: null,
      incomplete_details: cut === undefined ? null : { reason: cut },
      model: context.model,
      output: writer.output,
      ...echo,
      ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
    }
  }
  const start = (): void => {
    if (isStarted) return
    isStarted = true
    emit('response.created', { response: response() })
    emit('response.in_progress', { response: response() })
  }
  const end = (): void => {
    const isCut = reason !== undefined && cutReason(reason) !== undefined
    writer.close(isCut)
    isEnded = true
    emit(isCut ? 'response.incomplete' : 'response.completed', { response: response() })
  }
  return {
    push(part) {
      if (isEnded || ('choice' in part && part.choice !== 0)) return
      switch (part.type) {
        case 'usage-report':
          usage = { ...usage, ...part.usage }
          break
        case 'reply-error':
          break
        case 'choice-end':
          start()
          reason ??= part.reason
          writer.close(cutReason(part.reason) !== undefined)
          break
        case 'reply-end':
          start()
          end()
          break
        default:
          start()
          writer.write(part)
      }
    },
    response,
  }
}

/** Why a response is not complete: https://platform.openai.com/docs/api-reference/responses/object. */
function cutReason(reason: FinishReason): string | undefined {
  if (reason === 'length') return 'max_output_tokens'
  return reason === 'content-filter' || reason === 'refusal' ? 'content_filter' : undefined
}

/** What a response repeats of its request, with OpenAI's defaults. */
const defaults: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
}

function echoed(body: JsonObject): JsonObject {
  const echo: JsonObject = {}
  for (const [name, value] of Object.entries(defaults)) echo[name] = body[name] ?? value
  const conversation = keptReplies.conversationOf(body)
  return conversation === undefined ? echo : { ...echo, conversation: { id: conversation } }
}
