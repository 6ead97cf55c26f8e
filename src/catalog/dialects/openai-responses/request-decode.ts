import { GatewayError } from '../../../core/errors.ts'
import type { Message, ModelRequest, ReasoningOptions, ResponseFormat } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { decodeItems } from './decode-items.ts'
import { decodeTools } from './decode-tools.ts'
import { refuseKept } from './kept-replies.ts'
import { ResponsesRequest } from './request-schema.ts'

const unreadIn = unreadFields(ResponsesRequest)

/**
 * Reads a Responses request into the neutral form. Throws `invalid_request` for a wrong type, and for what only the
 * server that holds it can know: a conversation, a prompt template, an earlier response.
 */
export function decodeRequest(body: JsonObject): ModelRequest {
  const request = readWith(ResponsesRequest, body)
  const other = unreadIn(body)
  refuseKept(body)
  const { safety_identifier: safetyId, user } = request
  if (safetyId && user && safetyId !== user) other.add('user')
  for (const name of unkept(request)) other.add(name)
  const { tools, toolChoice } = decodeTools(request, other)
  return {
    model: request.model,
    stream: request.stream ?? false,
    messages: decodeConversation(request, other),
    streamUsage: true,
    ...given({
      tools,
      toolChoice,
      reasoning: decodeReasoning(request),
      maxOutputTokens: request.max_output_tokens,
      endUser: safetyId ?? user,
      parallelToolCalls: request.parallel_tool_calls,
      temperature: request.temperature,
      topP: request.top_p,
      responseFormat: decodeFormat(request),
      verbosity: request.text?.verbosity,
      metadata: request.metadata,
      serviceTier: request.service_tier,
    }),
    other: [...other],
  }
}

function decodeConversation({ instructions, input }: ResponsesRequest, other: Set<string>): Message[] {
  const messages = decodeItems(input ?? [], other)
  if (instructions) messages.unshift({ role: 'system', parts: [{ type: 'text', text: instructions }] })
  if (messages.length > 0) return messages
  throw new GatewayError('invalid_request', '`input` is missing.', { param: 'input' })
}

/** What changes the answer or the way to get it, and cannot be kept. */
function unkept({ truncation, background, include, prompt_cache_key: cacheKey }: ResponsesRequest): string[] {
  return [
    ...(truncation && truncation !== 'disabled' ? ['truncation'] : []),
    ...(background === true ? ['background'] : []),
    ...(cacheKey ? ['prompt_cache_key'] : []),
    // Encrypted reasoning is always given, and an image is the client's own.
    ...(include ?? [])
      .filter((name) => name !== 'reasoning.encrypted_content' && name !== 'message.input_image.image_url')
      .map((name) => `include.${name}`),
  ]
}

function decodeFormat({ text }: ResponsesRequest): ResponseFormat | undefined {
  const format = text?.format
  if (format === undefined || format === null) return undefined
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json_object') return { type: 'json' }
  const { name, description, strict, schema } = format
  return isJsonObject(schema)
    ? { type: 'json-schema', schema, ...given({ name, description, strict }) }
    : { type: 'json' }
}

/** Clients ask for summaries in each call, whether the model thinks or not: alone that is no wish for thinking. */
function decodeReasoning({ reasoning }: ResponsesRequest): ReasoningOptions | undefined {
  const effort = reasoning?.effort ?? undefined
  if (effort === undefined) return undefined
  return effort === 'none' ? { mode: 'off' } : { mode: 'on', effort }
}
