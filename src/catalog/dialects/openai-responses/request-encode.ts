import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest, ModelRequest, ResponseFormat, ToolDefinition } from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { effortsOf } from '../openai-chat/openai-models.ts'
import { encodeEffort, encodeUser, sampling } from '../openai-chat/request-encode.ts'
import { isStrictSchema } from '../openai-chat/strict-schema.ts'
import { encodeMessage } from './encode-items.ts'

/** OpenAI's least: https://platform.openai.com/docs/api-reference/responses/create#responses-create-max_output_tokens */
const minOutputTokens = 16

/**
 * Writes a Responses request. The client has the whole conversation itself, so nothing is stored at the provider, and
 * its reasoning comes encrypted, for the client to bring back.
 */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  const body: JsonObject = {
    model: request.model,
    input: request.messages.flatMap((message) => encodeMessage(message, dropped)),
    store: false,
  }
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) body[name] = value
  }
  if (request.stream) body['stream'] = true
  put('max_output_tokens', encodeLimit(request, dropped))
  put('temperature', sampling('temperature', request.temperature, traits, dropped))
  put('top_p', sampling('top_p', request.topP, traits, dropped))
  put('text', encodeText(request))
  Object.assign(body, encodeTools(request, dropped))
  const effort = request.reasoning && encodeEffort(request.reasoning, request.model, traits, dropped)
  put('reasoning', effort === undefined ? undefined : { effort })
  if (thinks(request.model, traits)) body['include'] = ['reasoning.encrypted_content']
  put('user', request.endUser === undefined ? undefined : encodeUser(request.endUser))
  put('metadata', request.metadata && { ...request.metadata })
  put('service_tier', request.serviceTier === 'standard_only' ? 'default' : request.serviceTier)
  for (const [name, isSaid] of unsaid(request)) if (isSaid) dropped.add(name)
  for (const name of traits.unsupported ?? []) {
    if (!(name in body)) continue
    delete body[name]
    if (name !== 'include' && name !== 'store') dropped.add(name)
  }
  return { body, dropped: [...dropped] }
}

/** OpenAI refuses to give the encrypted reasoning of a model that does not reason. */
function thinks(model: string, { supportsReasoning, reasoningEfforts = effortsOf(model) }: TargetTraits): boolean {
  return supportsReasoning ?? (reasoningEfforts?.length ?? 0) > 0
}

function encodeLimit({ maxOutputTokens: tokens }: ModelRequest, dropped: Set<string>): number | undefined {
  if (tokens !== undefined && tokens < minOutputTokens) dropped.add('max_tokens')
  return tokens === undefined ? undefined : Math.max(minOutputTokens, tokens)
}

/** Chat Completions and Messages have these; Responses does not. */
function unsaid(request: ModelRequest): readonly (readonly [name: string, isSaid: boolean])[] {
  return [
    ['stop', (request.stop?.length ?? 0) > 0],
    ['n', (request.choiceCount ?? 1) > 1],
    ['seed', request.seed !== undefined],
    ['top_k', request.topK !== undefined],
    ['frequency_penalty', (request.frequencyPenalty ?? 0) !== 0],
    ['presence_penalty', (request.presencePenalty ?? 0) !== 0],
    ['logit_bias', Object.keys(request.logitBias ?? {}).length > 0],
    ['logprobs', request.logprobs !== undefined],
    ['cache_control', request.cache !== undefined],
    // OpenAI answers an assistant's message at the end instead of going on with it.
    ['prefill', request.messages.at(-1)?.role === 'assistant'],
  ]
}

function encodeText({ responseFormat, verbosity }: ModelRequest): JsonObject | undefined {
  if (responseFormat === undefined && verbosity === undefined) return undefined
  return {
    ...(responseFormat === undefined ? {} : { format: encodeFormat(responseFormat) }),
    ...(verbosity === undefined ? {} : { verbosity }),
  }
}

function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return { type: 'text' }
  if (format.type === 'json') return { type: 'json_object' }
  const { name = 'response', description, schema } = format
  // Anthropic's schemas always bind, so absence means strict where OpenAI can.
  const strict = format.strict ?? (isStrictSchema(schema) ? true : undefined)
  return {
    type: 'json_schema',
    name,
    ...(description === undefined ? {} : { description }),
    schema,
    ...(strict === undefined ? {} : { strict }),
  }
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
    if (tools.some((tool) => tool.name === name)) fields['tool_choice'] = { type: 'function', name }
    else dropped.add('tool_choice')
  } else if (toolChoice !== undefined) fields['tool_choice'] = toolChoice.type
  if (parallelToolCalls !== undefined) fields['parallel_tool_calls'] = parallelToolCalls
  return fields
}

/** `strict` is on where nothing is said, so what is not strict has to say so. */
function encodeTool(tool: ToolDefinition, dropped: Set<string>): JsonObject {
  const { name, description, parameters, strict, cache } = tool
  if (cache !== undefined) dropped.add('cache_control')
  const isStrict = strict === true && parameters !== undefined && isStrictSchema(parameters)
  if (strict === true && !isStrict) dropped.add('strict')
  return {
    type: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    parameters: parameters ?? null,
    strict: isStrict,
  }
}
