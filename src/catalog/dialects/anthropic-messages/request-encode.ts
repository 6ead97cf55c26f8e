import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest, ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { opaqueId } from '../opaque-id.ts'
import { type ClaudeTraits, claudeTraits } from './claude-models.ts'
import { cacheControl, plain } from './encode-content.ts'
import { calledTools, encodeConversation, encodeTurn, endTurns, isToolLoopWithoutThinking } from './encode-messages.ts'
import { encodeThinking } from './encode-reasoning.ts'
import { encodeTools, isToolForced } from './encode-tools.ts'
import { outputSchema } from './output-schema.ts'

/** Writes a Messages request. What Anthropic cannot say is dropped and named as a client of OpenAI knows it. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const claude = claudeTraits(request.model)
  const dropped = new Set(request.other)
  const { system, turns } = encodeConversation(request.messages, claude, dropped)
  const { thinking, effort, maxTokens, isDropped } = encodeThinking(request, claude, traits, {
    // A tool that must be called is a promise to the client's code, thinking a wish: Anthropic takes only one of them.
    think: !(isToolForced(request) && claude.takesForcedTool),
    useBudget: !isToolLoopWithoutThinking(turns),
  })
  if (isDropped === true) dropped.add('reasoning_effort')
  if (request.maxOutputTokens !== undefined && maxTokens < request.maxOutputTokens) dropped.add('max_tokens')
  const isThinking = thinking !== undefined && thinking['type'] !== 'disabled'
  const { schema, instruction } = encodeFormat(request, claude, dropped)
  const config = { ...(effort === undefined ? {} : { effort }), ...(schema === undefined ? {} : { format: schema }) }
  const body: JsonObject = { model: request.model, max_tokens: maxTokens }
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) body[name] = value
  }
  const prompt = instruction === undefined ? [...system] : [...system, { type: 'text', text: instruction }]
  put('system', prompt.length === 0 ? undefined : plain(prompt))
  body['messages'] = endTurns(turns, claude.takesPrefill && !isThinking).map(encodeTurn)
  if (request.stream) body['stream'] = true
  put('stop_sequences', encodeStop(request, dropped))
  put('metadata', request.endUser === undefined ? undefined : { user_id: encodeUser(request.endUser) })
  Object.assign(body, encodeSampling(request, claude, isThinking, dropped))
  Object.assign(body, encodeTools(request, calledTools(turns), claude, dropped))
  put('cache_control', request.cache && cacheControl(request.cache))
  put('thinking', thinking)
  put('output_config', Object.keys(config).length === 0 ? undefined : config)
  put('service_tier', encodeServiceTier(request, dropped))
  for (const [name, value] of unsaid(request)) if (value !== undefined) dropped.add(name)
  return { body, dropped: [...dropped] }
}

/** A value that is the default says nothing. */
function unsaid(request: ModelRequest): readonly (readonly [name: string, value: unknown])[] {
  const isBiased = request.logitBias !== undefined && Object.keys(request.logitBias).length > 0
  return [
    ['n', request.choiceCount === 1 ? undefined : request.choiceCount],
    ['seed', request.seed],
    ['frequency_penalty', request.frequencyPenalty === 0 ? undefined : request.frequencyPenalty],
    ['presence_penalty', request.presencePenalty === 0 ? undefined : request.presencePenalty],
    ['logit_bias', isBiased ? request.logitBias : undefined],
    ['logprobs', request.logprobs],
    ['top_logprobs', request.logprobs?.top],
    ['verbosity', request.verbosity],
    ['metadata', request.metadata],
  ]
}

/** Anthropic refuses ids that tell who it is, and long ones. Only sameness matters, and a hash keeps it. */
function encodeUser(id: string): string {
  if (id.length > 256) return opaqueId(id)
  const tells = /\S@\S+\.\S/.test(id) || /^(?=.*[+\s().-])\+?[\d\s().-]{7,20}$/.test(id)
  return tells ? opaqueId(id) : id
}

/** "each stop sequence must contain non-whitespace" */
function encodeStop({ stop = [] }: ModelRequest, dropped: Set<string>): string[] | undefined {
  const sayable = stop.filter((text) => text.trim() !== '')
  if (sayable.length < stop.length) dropped.add('stop')
  return sayable.length === 0 ? undefined : sayable
}

/** Which of the three Claude takes. */
export function encodeSampling(
  { temperature, topP, topK }: ModelRequest,
  claude: ClaudeTraits,
  isThinking: boolean,
  dropped: Set<string>,
): JsonObject {
  const wanted: { temperature?: number; top_p?: number; top_k?: number } = {}
  // OpenAI's temperature goes up to 2, Anthropic's to 1: the nearest value is sent, and the parameter named as changed.
  if (temperature !== undefined) wanted.temperature = Math.min(temperature, 1)
  if (temperature !== undefined && temperature > 1) dropped.add('temperature')
  if (topP !== undefined) wanted.top_p = topP
  if (topK !== undefined) wanted.top_k = topK
  const drop = (name: keyof typeof wanted): void => {
    const value = wanted[name]
    if (value === undefined) return
    delete wanted[name]
    // 1 is the default of both, and leaving it out the same.
    if (value !== 1 || name === 'top_k') dropped.add(name)
  }
  // https://platform.claude.com/docs/en/build-with-claude/extended-thinking#feature-compatibility
  if (isThinking) {
    drop('top_k')
    if (wanted.temperature !== 1) drop('temperature')
    if (wanted.top_p !== undefined && wanted.top_p < 0.95) drop('top_p')
  }
  if (claude.sampling === 'none') for (const name of ['temperature', 'top_p', 'top_k'] as const) drop(name)
  if (claude.sampling === 'one' && wanted.temperature !== undefined && wanted.top_p !== undefined)
    drop(wanted.temperature === 1 ? 'temperature' : 'top_p')
  return wanted
}

/** OpenAI's JSON mode promises an object and no more; Anthropic has no switch for it, so the model is told. */
const jsonInstruction = 'Answer with one valid JSON object and nothing else.'

/** The form of the answer as a schema, where the model takes one, else in words. */
export function encodeFormat(
  { responseFormat: format }: ModelRequest,
  claude: Pick<ClaudeTraits, 'takesSchemas'>,
  dropped: Set<string>,
): { readonly schema?: JsonObject; readonly instruction?: string } {
  if (format?.type === 'json') return { instruction: jsonInstruction }
  if (format?.type !== 'json-schema') return {}
  const { description, schema } = format
  const described =
    description === undefined || schema['description'] !== undefined ? schema : { ...schema, description }
  const fitted = claude.takesSchemas ? outputSchema(described) : undefined
  if (fitted !== undefined) return { schema: { type: 'json_schema', schema: fitted } }
  dropped.add('response_format')
  return {
    instruction: `Answer with one valid JSON value and nothing else. It must follow this JSON Schema:\n${JSON.stringify(described)}`,
  }
}

/** `default` is OpenAI's name for the tier without priority. */
function encodeServiceTier({ serviceTier: tier }: ModelRequest, dropped: Set<string>): string | undefined {
  if (tier === 'auto' || tier === 'standard_only') return tier
  if (tier === 'default') return 'standard_only'
  if (tier !== undefined) dropped.add('service_tier')
  return undefined
}
