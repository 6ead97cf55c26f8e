import type { Asked } from '../../../core/model/dialect.ts'
import type {
  AssistantMessage,
  AssistantPart,
  Message,
  ModelRequest,
  ToolDefinition,
  ToolResultPart,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { decodeSettings } from './decode-settings.ts'
import { imageOf } from './images.ts'
import { ChatRequest, type RequestMessage } from './request-schema.ts'

const unreadIn = unreadFields(ChatRequest)

/** Reads a request of `/api/chat` into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject, { model, stream }: Asked): ModelRequest {
  const request = readWith(ChatRequest, body)
  const other = unreadIn(body)
  const settings = decodeSettings(request, other)
  return {
    model,
    stream,
    messages: decodeMessages(request.messages),
    // The last line of a stream has it, always.
    streamUsage: true,
    other: [...other],
    ...settings,
    ...given({ tools: decodeTools(request) }),
  }
}

function decodeTools({ tools }: ChatRequest): ToolDefinition[] | undefined {
  const decoded = (tools ?? []).map(({ function: { name, description, parameters } }) => ({
    name,
    ...given({ description, parameters: isJsonObject(parameters) ? parameters : undefined }),
  }))
  return decoded.length === 0 ? undefined : decoded
}

/**
 * Calls have no ids as a rule, and a result names its tool only: the first call of that name that has no result yet is the
 * one it answers.
 */
function decodeMessages(messages: readonly RequestMessage[]): Message[] {
  const decoded: Message[] = []
  let open: { readonly id: string; readonly name: string }[] = []
  let calls = 0
  let results: ToolResultPart[] = []
  const assistant = (message: RequestMessage): AssistantMessage => {
    open = []
    const parts: AssistantPart[] = []
    if (message.thinking) parts.push({ type: 'reasoning', text: message.thinking })
    if (message.content) parts.push({ type: 'text', text: message.content })
    for (const { id, function: call } of message.tool_calls ?? []) {
      const part = { id: id || `call_${calls++}`, name: call.name }
      open.push(part)
      parts.push({ type: 'tool-call', ...part, arguments: JSON.stringify(call.arguments ?? {}) })
    }
    return { role: 'assistant', parts }
  }
  const answered = ({ tool_call_id: id, tool_name: name }: RequestMessage): string => {
    const at = open.findIndex((call) => (id ? call.id === id : !name || call.name === name))
    const [call] = at < 0 ? [] : open.splice(at, 1)
    return id || call?.id || `call_${calls++}`
  }
  for (const message of messages) {
    const content = message.content ?? ''
    const images = (message.images ?? []).map(imageOf)
    switch (message.role) {
      case 'system':
        decoded.push({ role: 'system', parts: [{ type: 'text', text: content }] })
        break
      case 'user':
        decoded.push({ role: 'user', parts: [{ type: 'text', text: content }, ...images] })
        break
      case 'assistant':
        decoded.push(assistant(message))
        break
      case 'tool': {
        // Results that stand side by side belong to one turn.
        if (decoded.at(-1)?.role !== 'tool') {
          results = []
          decoded.push({ role: 'tool', parts: results })
        }
        results.push({
          type: 'tool-result',
          toolCallId: answered(message),
          content: [{ type: 'text', text: content }, ...images],
        })
        break
      }
    }
  }
  return decoded
}
