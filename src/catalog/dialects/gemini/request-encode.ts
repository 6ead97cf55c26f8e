import type { EncodedRequest, ModelRequest, ResponseFormat, ToolDefinition } from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { encodeConversation } from './encode-contents.ts'
import { encodeThinking } from './encode-thinking.ts'
import { type GeminiTraits, geminiTraits } from './gemini-models.ts'

/** Writes a request. What Gemini cannot say is dropped and named as clients of OpenAI and Anthropic know it. */
export function encodeRequest(request: ModelRequest): EncodedRequest {
  const traits = geminiTraits(request.model)
  const dropped = new Set(request.other)
  const { system, contents } = encodeConversation(request.messages, traits, dropped)
  const { instruction, ...format } = encodeFormat(request, traits, dropped)
  const prompt = instruction === undefined ? system : [...system, { text: instruction }]
  const config = { ...encodeConfig(request, traits, dropped), ...format }
  const body: JsonObject = {
    ...(prompt.length === 0 ? {} : { systemInstruction: { parts: prompt } }),
    contents,
    ...encodeTools(request, dropped),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
  }
  for (const [name, value] of unsaid(request)) if (value !== undefined) dropped.add(name)
  return { body, dropped: [...dropped] }
}

/** A value that is the default says nothing. */
function unsaid(request: ModelRequest): readonly (readonly [name: string, value: unknown])[] {
  const isBiased = request.logitBias !== undefined && Object.keys(request.logitBias).length > 0
  return [
    ['logit_bias', isBiased ? request.logitBias : undefined],
    ['parallel_tool_calls', request.parallelToolCalls === false ? false : undefined],
    ['verbosity', request.verbosity],
    ['user', request.endUser],
    ['metadata', request.metadata],
    ['service_tier', isUsualTier(request.serviceTier) ? undefined : request.serviceTier],
    ['cache_control', request.cache],
  ]
}

function isUsualTier(tier: string | undefined): boolean {
  return tier === 'auto' || tier === 'default' || tier === 'standard_only'
}

function encodeConfig(request: ModelRequest, traits: GeminiTraits, dropped: Set<string>): JsonObject {
  const config: JsonObject = {}
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) config[name] = value
  }
  put('temperature', request.temperature)
  put('topP', request.topP)
  put('topK', request.topK)
  put('candidateCount', request.choiceCount)
  // Anthropic's 0 warms the prompt cache and answers nothing; the least that Gemini takes is 1.
  if (request.maxOutputTokens === 0) dropped.add('max_tokens')
  put('maxOutputTokens', request.maxOutputTokens && Math.max(1, request.maxOutputTokens))
  put('stopSequences', encodeStop(request, dropped))
  put('seed', encodeSeed(request, dropped))
  put('presencePenalty', request.presencePenalty)
  put('frequencyPenalty', request.frequencyPenalty)
  if (request.logprobs !== undefined) {
    config['responseLogprobs'] = true
    put('logprobs', request.logprobs.top)
  }
  put('thinkingConfig', request.reasoning && encodeThinking(request.reasoning, traits, dropped))
  return config
}

/** Gemini takes up to five. */
function encodeStop({ stop = [] }: ModelRequest, dropped: Set<string>): string[] | undefined {
  const sayable = stop.filter((text) => text !== '')
  if (sayable.length > 5 || sayable.length < stop.length) dropped.add('stop')
  return sayable.length === 0 ? undefined : sayable.slice(0, 5)
}

/** A number of 32 bits. */
function encodeSeed({ seed }: ModelRequest, dropped: Set<string>): number | undefined {
  if (seed === undefined || (seed | 0) === seed) return seed
  dropped.add('seed')
  return undefined
}

interface EncodedFormat {
  readonly responseMimeType?: string
  readonly responseJsonSchema?: JsonObject
  readonly instruction?: string
}

function encodeFormat(
  { responseFormat: format, tools = [] }: ModelRequest,
  traits: GeminiTraits,
  dropped: Set<string>,
): EncodedFormat {
  if (format === undefined || format.type === 'text') return {}
  const schema = describedSchema(format)
  // "Function calling with a response mime type: 'application/json' is unsupported", up to Gemini 2.5.
  if (tools.length > 0 && !traits.takesToolsWithFormat) {
    dropped.add('response_format')
    const rule = 'Answer with one valid JSON value and nothing else, once no tool is needed.'
    return {
      instruction: schema === undefined ? rule : `${rule} It must follow this JSON Schema:\n${JSON.stringify(schema)}`,
    }
  }
  return { responseMimeType: 'application/json', ...(schema === undefined ? {} : { responseJsonSchema: schema }) }
}

function describedSchema(format: ResponseFormat): JsonObject | undefined {
  if (format.type !== 'json-schema') return undefined
  const { schema, description } = format
  return description === undefined || schema['description'] !== undefined ? schema : { ...schema, description }
}

function encodeTools({ tools = [], toolChoice: choice }: ModelRequest, dropped: Set<string>): JsonObject {
  const isKnown = choice?.type === 'tool' ? tools.some(({ name }) => name === choice.name) : tools.length > 0
  if (!isKnown && (choice?.type === 'required' || choice?.type === 'tool')) dropped.add('tool_choice')
  if (tools.length === 0) return {}
  const mode = isKnown && choice !== undefined ? modes[choice.type] : undefined
  const names = choice?.type === 'tool' ? { allowedFunctionNames: [choice.name] } : {}
  return {
    tools: [{ functionDeclarations: tools.map((tool) => encodeTool(tool, dropped)) }],
    ...(mode === undefined ? {} : { toolConfig: { functionCallingConfig: { mode, ...names } } }),
  }
}

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY', tool: 'ANY' } as const

/** `parametersJsonSchema` takes JSON Schema as it is; `parameters` only a part of it, and refuses the rest. */
function encodeTool(tool: ToolDefinition, dropped: Set<string>): JsonObject {
  const { name, description, parameters, strict, cache } = tool
  if (strict === true) dropped.add('strict')
  if (cache !== undefined) dropped.add('cache_control')
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parametersJsonSchema: { type: 'object', ...parameters } }),
  }
}
