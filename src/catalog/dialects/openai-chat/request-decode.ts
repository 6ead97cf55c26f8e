import type { ModelRequest, ReasoningOptions, ResponseFormat } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeTools } from './decode-tools.ts'
import { isLegacy } from './legacy-functions.ts'
import { ChatRequest } from './request-schema.ts'

const unreadIn = unreadFields(ChatRequest)

/** Reads a Chat Completions request into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject): ModelRequest {
  const request = readWith(ChatRequest, body)
  const other = unreadIn(body)
  const { safety_identifier: safetyId, user, max_completion_tokens: maxTokens, max_tokens: oldMaxTokens } = request
  if (safetyId && user && safetyId !== user) other.add('user')
  if (maxTokens && oldMaxTokens && maxTokens !== oldMaxTokens) other.add('max_tokens')
  const { tools, toolChoice } = decodeTools(request, other)
  const messages = decodeMessages(request.messages, other)
  return {
    model: request.model,
    stream: request.stream ?? false,
    messages,
    other: [...other],
    ...given({
      tools,
      toolChoice,
      reasoning: decodeReasoning(request),
      maxOutputTokens: maxTokens ?? oldMaxTokens,
      endUser: safetyId ?? user,
      stop: typeof request.stop === 'string' ? [request.stop] : request.stop,
      // The older form has a place for one call, and a second would be lost.
      parallelToolCalls: request.parallel_tool_calls ?? (isLegacy(body) ? false : undefined),
      temperature: request.temperature,
      topP: request.top_p,
      topK: request.top_k,
      seed: request.seed,
      frequencyPenalty: request.frequency_penalty,
      presencePenalty: request.presence_penalty,
      logitBias: request.logit_bias,
      choiceCount: request.n,
      logprobs: request.logprobs === true ? given({ top: request.top_logprobs }) : undefined,
      responseFormat: decodeFormat(request),
      verbosity: request.verbosity,
      metadata: request.metadata,
      serviceTier: request.service_tier,
      streamUsage: request.stream_options?.include_usage,
    }),
  }
}

function decodeFormat(request: ChatRequest): ResponseFormat | undefined {
  const format = request.response_format
  if (format === undefined || format === null) return undefined
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json_object') return { type: 'json' }
  const { name, description, strict, schema } = format.json_schema
  if (!isJsonObject(schema)) return { type: 'json' }
  return { type: 'json-schema', schema, ...given({ name, description, strict }) }
}

function decodeReasoning({ reasoning, reasoning_effort: effort, thinking }: ChatRequest): ReasoningOptions | undefined {
  if (thinking) {
    const mode = thinking.type === 'disabled' ? 'off' : thinking.type === 'adaptive' ? 'adaptive' : 'on'
    return { mode, ...given({ budgetTokens: thinking.budget_tokens, effort: effort === 'none' ? undefined : effort }) }
  }
  const wanted = effort ?? reasoning?.effort
  if (wanted === 'none' || reasoning?.enabled === false) return { mode: 'off' }
  if (wanted === undefined && !reasoning) return undefined
  if (wanted === null && !reasoning) return undefined
  return { mode: 'on', ...given({ effort: wanted, budgetTokens: reasoning?.max_tokens }) }
}
