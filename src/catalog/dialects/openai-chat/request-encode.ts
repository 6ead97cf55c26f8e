import type { TargetTraits } from '../../../core/model/dialect.ts'
import type {
  EncodedRequest,
  ModelRequest,
  ReasoningOptions,
  ResponseFormat,
  ToolDefinition,
} from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { effortOfBudget, nearestEffort } from '../nearest-effort.ts'
import { opaqueId } from '../opaque-id.ts'
import { encodeMessage, noteCache } from './encode-messages.ts'
import { effortsOf } from './openai-models.ts'
import { isStrictSchema } from './strict-schema.ts'

/** Writes a Chat Completions request. What OpenAI cannot say is dropped and named as a client of Anthropic knows it. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  const body: JsonObject = {
    model: request.model,
    messages: request.messages.flatMap((message) => encodeMessage(message, traits, dropped)),
  }
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) body[name] = value
  }
  if (request.stream) {
    body['stream'] = true
    // Always: without it the stream has no usage, and the call no exact price.
    body['stream_options'] = { include_usage: true }
  }
  put(traits.maxTokensField ?? 'max_completion_tokens', encodeMaxTokens(request, dropped))
  put('temperature', sampling('temperature', request.temperature, traits, dropped))
  put('top_p', sampling('top_p', request.topP, traits, dropped))
  put('n', request.choiceCount)
  put('stop', encodeStop(request, dropped))
  put('seed', request.seed)
  put('frequency_penalty', request.frequencyPenalty)
  put('presence_penalty', request.presencePenalty)
  put('logit_bias', request.logitBias === undefined ? undefined : { ...request.logitBias })
  if (request.logprobs !== undefined) {
    body['logprobs'] = true
    put('top_logprobs', request.logprobs.top)
  }
  put('response_format', request.responseFormat && encodeFormat(request.responseFormat))
  Object.assign(body, encodeTools(request, dropped))
  put('reasoning_effort', request.reasoning && encodeEffort(request.reasoning, request.model, traits, dropped))
  put('verbosity', request.verbosity)
  put('user', request.endUser === undefined ? undefined : encodeUser(request.endUser))
  put('metadata', request.metadata && { ...request.metadata })
  put('service_tier', request.serviceTier === 'standard_only' ? 'default' : request.serviceTier)
  if (request.topK !== undefined) dropped.add('top_k')
  // OpenAI answers an assistant's message at the end instead of going on with it.
  if (request.messages.at(-1)?.role === 'assistant') dropped.add('prefill')
  if (request.cache !== undefined) dropped.add('cache_control')
  for (const name of traits.unsupported ?? []) {
    if (!(name in body)) continue
    delete body[name]
    if (name !== 'stream_options') dropped.add(name)
  }
  return { body, dropped: [...dropped] }
}

/** Anthropic's 0 warms the prompt cache and answers nothing; the least that OpenAI takes is 1. */
function encodeMaxTokens({ maxOutputTokens: tokens }: ModelRequest, dropped: Set<string>): number | undefined {
  if (tokens === 0) dropped.add('max_tokens')
  return tokens === undefined ? undefined : Math.max(1, tokens)
}

export function sampling(
  name: string,
  value: number | undefined,
  { supportsSampling }: TargetTraits,
  dropped: Set<string>,
): number | undefined {
  if (supportsSampling !== false || value === undefined) return value
  // 1 is the default, and leaving it out the same.
  if (value !== 1) dropped.add(name)
  return undefined
}

/** OpenAI takes up to four. */
function encodeStop({ stop = [] }: ModelRequest, dropped: Set<string>): string[] | undefined {
  if (stop.length > 4) dropped.add('stop_sequences')
  return stop.length === 0 ? undefined : stop.slice(0, 4)
}

/** OpenAI refuses ids over 64 characters, and Claude Code's are longer. Only sameness matters, and a hash keeps it. */
export function encodeUser(id: string): string {
  return id.length <= 64 ? id : opaqueId(id)
}

/** OpenAI refuses a choice where there is nothing to choose. */
function encodeTools({ tools, toolChoice, parallelToolCalls }: ModelRequest, dropped: Set<string>): JsonObject {
  if (tools === undefined || tools.length === 0) {
    if (toolChoice?.type === 'required' || toolChoice?.type === 'tool') dropped.add('tool_choice')
    return {}
  }
  const fields: JsonObject = { tools: tools.map((tool) => encodeTool(tool, dropped)) }
  if (toolChoice?.type === 'tool') {
    const { name } = toolChoice
    if (tools.some((tool) => tool.name === name)) fields['tool_choice'] = { type: 'function', function: { name } }
    else dropped.add('tool_choice')
  } else if (toolChoice !== undefined) fields['tool_choice'] = toolChoice.type
  if (parallelToolCalls !== undefined) fields['parallel_tool_calls'] = parallelToolCalls
  return fields
}

function encodeTool(tool: ToolDefinition, dropped: Set<string>): JsonObject {
  noteCache(tool, dropped)
  const { name, description, parameters, strict } = tool
  const isStrict = strict === true && parameters !== undefined && isStrictSchema(parameters)
  if (strict === true && !isStrict) dropped.add('strict')
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
      ...(isStrict || strict === false ? { strict } : {}),
    },
  }
}

function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json') return { type: 'json_object' }
  const { name, description, schema } = format
  // Anthropic's schemas always bind, so absence means strict where OpenAI can.
  const strict = format.strict ?? (isStrictSchema(schema) ? true : undefined)
  return {
    type: 'json_schema',
    json_schema: {
      // OpenAI requires a name.
      name: name ?? 'response',
      ...(description === undefined ? {} : { description }),
      schema,
      ...(strict === undefined ? {} : { strict }),
    },
  }
}

export function encodeEffort(
  { mode, effort, budgetTokens }: ReasoningOptions,
  model: string,
  traits: TargetTraits,
  dropped: Set<string>,
): string | undefined {
  const known = traits.reasoningEfforts ?? (traits.supportsReasoning === false ? [] : effortsOf(model))
  const name = mode === undefined ? 'output_config.effort' : 'thinking'
  if (known?.length === 0) {
    if (mode !== 'off') dropped.add(name)
    return undefined
  }
  const budgeted = budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens)
  const wanted = mode === 'off' ? 'none' : (effort ?? budgeted ?? (mode === 'on' ? 'medium' : undefined))
  const nearest = wanted === undefined ? undefined : nearestEffort(wanted, known ?? [])
  if (mode === 'off' && nearest !== 'none') dropped.add(name)
  return nearest
}
