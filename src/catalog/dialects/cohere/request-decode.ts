import type {
  ModelRequest,
  ReasoningOptions,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { decodeMessages } from './decode-messages.ts'
import { ChatRequest } from './request-schema.ts'

const unreadIn = unreadFields(ChatRequest)

/** Reads a chat request into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject): ModelRequest {
  const request = readWith(ChatRequest, body)
  const other = unreadIn(body)
  return {
    model: request.model,
    stream: request.stream ?? false,
    messages: decodeMessages(request.messages),
    // Cohere counts in each stream.
    streamUsage: true,
    ...given({
      tools: decodeTools(request, other),
      toolChoice: decodeToolChoice(request, other),
      maxOutputTokens: request.max_tokens,
      temperature: request.temperature,
      topP: request.p,
      topK: request.k,
      stop: request.stop_sequences,
      seed: request.seed,
      frequencyPenalty: request.frequency_penalty,
      presencePenalty: request.presence_penalty,
      logprobs: request.logprobs === true ? {} : undefined,
      responseFormat: decodeFormat(request, other),
      reasoning: decodeReasoning(request, other),
    }),
    other: [...other],
  }
}

function decodeTools(request: ChatRequest, other: Set<string>): ToolDefinition[] | undefined {
  const strict = request.strict_tools === true ? true : undefined
  const tools: ToolDefinition[] = []
  for (const { type, function: definition } of request.tools ?? []) {
    if (!definition) {
      other.add(`tools[].${type ?? 'function'}`)
      continue
    }
    const { name, description } = definition
    const parameters = isJsonObject(definition.parameters) ? definition.parameters : undefined
    tools.push({ name, ...given({ description, parameters, strict }) })
  }
  return tools.length === 0 ? undefined : tools
}

function decodeToolChoice({ tool_choice: choice }: ChatRequest, other: Set<string>): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'REQUIRED') return { type: 'required' }
  if (choice === 'NONE') return { type: 'none' }
  other.add('tool_choice')
  return undefined
}

function decodeFormat({ response_format: format }: ChatRequest, other: Set<string>): ResponseFormat | undefined {
  if (!format) return undefined
  if (format.type === 'text') return { type: 'text' }
  const schema: unknown = format.json_schema
  if (format.type === 'json_object') return isJsonObject(schema) ? { type: 'json-schema', schema } : { type: 'json' }
  other.add('response_format')
  return undefined
}

function decodeReasoning({ thinking }: ChatRequest, other: Set<string>): ReasoningOptions | undefined {
  if (!thinking) return undefined
  if (thinking.type === 'disabled') return { mode: 'off' }
  if (thinking.type === 'enabled') return { mode: 'on', ...given({ budgetTokens: thinking.token_budget }) }
  other.add('thinking')
  return undefined
}
