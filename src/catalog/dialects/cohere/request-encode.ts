import type { TargetTraits } from '../../../core/model/dialect.ts'
import type {
  EncodedRequest,
  ModelRequest,
  ReasoningOptions,
  ResponseFormat,
  ToolDefinition,
} from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { nearestEffort } from '../nearest-effort.ts'
import { noteCache } from '../openai-chat/encode-messages.ts'
import { encodeMessage } from './encode-messages.ts'

/** Writes a chat request. Cohere answers 422 to a field that it does not know, so what it has no word for is dropped and named. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  const body: JsonObject = {
    model: request.model,
    messages: request.messages.flatMap((message) => encodeMessage(message, traits, dropped)),
  }
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) body[name] = value
  }
  if (request.stream) body['stream'] = true
  put('max_tokens', encodeMaxTokens(request, dropped))
  put('temperature', request.temperature)
  // The ranges of https://docs.cohere.com/reference/chat: the nearest value is sent, and the parameter named as changed.
  put('p', within(0.01, 0.99, 'top_p', request.topP, dropped))
  put('k', within(0, 500, 'top_k', request.topK, dropped))
  put('seed', within(0, Number.MAX_SAFE_INTEGER, 'seed', request.seed, dropped))
  put('frequency_penalty', within(0, 1, 'frequency_penalty', request.frequencyPenalty, dropped))
  put('presence_penalty', within(0, 1, 'presence_penalty', request.presencePenalty, dropped))
  put('stop_sequences', encodeStop(request, dropped))
  put('logprobs', request.logprobs === undefined ? undefined : true)
  const tools = encodeTools(request, dropped)
  Object.assign(body, tools)
  put('response_format', encodeFormat(request.responseFormat, tools['tools'] !== undefined, dropped))
  put('thinking', request.reasoning && encodeThinking(request.reasoning, traits, dropped))
  for (const [name, value] of unsaid(request)) if (value !== undefined) dropped.add(name)
  return { body, dropped: [...dropped] }
}

/** A value that is the default says nothing. */
function unsaid(request: ModelRequest): readonly (readonly [name: string, value: unknown])[] {
  const isBiased = request.logitBias !== undefined && Object.keys(request.logitBias).length > 0
  const isTier = request.serviceTier !== undefined && !['auto', 'default'].includes(request.serviceTier)
  return [
    ['n', request.choiceCount === 1 ? undefined : request.choiceCount],
    ['logit_bias', isBiased ? request.logitBias : undefined],
    ['top_logprobs', request.logprobs?.top],
    ['parallel_tool_calls', request.parallelToolCalls === false ? false : undefined],
    ['verbosity', request.verbosity],
    ['user', request.endUser],
    ['metadata', request.metadata],
    ['service_tier', isTier ? request.serviceTier : undefined],
    ['cache_control', request.cache],
  ]
}

/** Anthropic's 0 warms the prompt cache and answers nothing. */
function encodeMaxTokens({ maxOutputTokens: tokens }: ModelRequest, dropped: Set<string>): number | undefined {
  if (tokens === 0) dropped.add('max_tokens')
  return tokens === undefined ? undefined : Math.max(1, tokens)
}

function within(
  least: number,
  most: number,
  name: string,
  value: number | undefined,
  dropped: Set<string>,
): number | undefined {
  if (value === undefined) return undefined
  const nearest = Math.min(Math.max(value, least), most)
  if (nearest !== value) dropped.add(name)
  return nearest
}

/** Up to five. */
function encodeStop({ stop = [] }: ModelRequest, dropped: Set<string>): string[] | undefined {
  if (stop.length > 5) dropped.add('stop')
  return stop.length === 0 ? undefined : stop.slice(0, 5)
}

/** There is no choice of one tool: it must be called where it is the only one. */
function encodeTools({ tools = [], toolChoice: choice }: ModelRequest, dropped: Set<string>): JsonObject {
  const named = choice?.type === 'tool' ? tools.filter(({ name }) => name === choice.name) : []
  const offered = named.length > 0 ? named : tools
  if (offered.length === 0) {
    if (choice?.type === 'required' || choice?.type === 'tool') dropped.add('tool_choice')
    return {}
  }
  const isStrict = offered.every(isStrictTool)
  if (!isStrict && offered.some(({ strict }) => strict === true)) dropped.add('strict')
  const isForced = choice?.type === 'required' || named.length > 0
  if (choice?.type === 'tool' && !isForced) dropped.add('tool_choice')
  return {
    tools: offered.map((tool) => encodeTool(tool, dropped)),
    ...(isStrict ? { strict_tools: true } : {}),
    ...(isForced ? { tool_choice: 'REQUIRED' } : choice?.type === 'none' ? { tool_choice: 'NONE' } : {}),
  }
}

/** One switch for all tools, and each must have a required parameter: https://docs.cohere.com/docs/tool-use-parameter-types */
function isStrictTool({ strict, parameters }: ToolDefinition): boolean {
  const required = parameters?.['required']
  return strict === true && Array.isArray(required) && required.length > 0
}

function encodeTool(tool: ToolDefinition, dropped: Set<string>): JsonObject {
  noteCache(tool, dropped)
  const { name, description, parameters = { type: 'object', properties: {} } } = tool
  return { type: 'function', function: { name, ...(description === undefined ? {} : { description }), parameters } }
}

/** Cohere refuses a form of the answer beside tools. */
function encodeFormat(
  format: ResponseFormat | undefined,
  hasTools: boolean,
  dropped: Set<string>,
): JsonObject | undefined {
  if (format === undefined || format.type === 'text') return format && { type: 'text' }
  if (hasTools) {
    dropped.add('response_format')
    return undefined
  }
  if (format.type === 'json') return { type: 'json_object' }
  const { description, schema } = format
  const isDescribed = description === undefined || schema['description'] !== undefined
  return { type: 'json_object', json_schema: isDescribed ? schema : { ...schema, description } }
}

/** Of the efforts only the lower ones need a number: without one the model thinks as long as it likes. */
const budgets: ReadonlyMap<string, number> = new Map([
  ['low', 2048],
  ['medium', 8192],
])

/** https://docs.cohere.com/docs/reasoning: models that reason do so unless they are told not to. */
function encodeThinking(
  { mode, effort, budgetTokens }: ReasoningOptions,
  { supportsReasoning }: TargetTraits,
  dropped: Set<string>,
): JsonObject | undefined {
  if (supportsReasoning === false) {
    if (mode !== 'off') dropped.add('reasoning_effort')
    return undefined
  }
  if (mode === 'off') return { type: 'disabled' }
  const budget =
    budgetTokens ?? (effort === undefined ? undefined : budgets.get(nearestEffort(effort, ['low', 'medium', 'high'])))
  if (mode === 'adaptive' && budget === undefined) return undefined
  return { type: 'enabled', ...(budget === undefined || budget < 1 ? {} : { token_budget: budget }) }
}
