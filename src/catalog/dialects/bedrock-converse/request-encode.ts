import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest, ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { encodeFormat, encodeSampling } from '../anthropic-messages/request-encode.ts'
import { conversationNames } from './conversation-names.ts'
import { type ContentContext, cachePoint } from './encode-content.ts'
import { calledTools, encodeConversation, encodeTurn, endTurns, type Turn } from './encode-messages.ts'
import { encodeReasoning } from './encode-reasoning.ts'
import { encodeTools } from './encode-tools.ts'
import { type ModelFamily, modelFamily } from './model-family.ts'
import { stopSequencePath } from './stop-sequence.ts'

/** Writes a Converse request; the model stands in its path. What Bedrock cannot say is dropped, and named as other clients know it. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const family = modelFamily(request.model)
  const dropped = new Set(request.other)
  const context: ContentContext = { family, names: conversationNames(), dropped }
  const { system, turns } = encodeConversation(request.messages, context)
  const { fields, effort, maxTokens, isThinking } = encodeReasoning(request, turns, family, traits, dropped)
  const { schema, instruction } = encodeFormat(request, family, dropped)
  const { toolConfig, tool_choice: claudeChoice } = encodeTools(request, calledTools(turns), context)
  const { temperature, topP, ...sampling } = sampled(request, family, isThinking, dropped)
  const stop = request.stop?.filter((text) => text.trim() !== '')
  if (stop !== undefined && stop.length < (request.stop?.length ?? 0)) dropped.add('stop')
  const hasStop = stop !== undefined && stop.length > 0
  const prompt = instruction === undefined ? system : [...system, { text: instruction }]
  const body: JsonObject = {}
  const put = (name: string, value: JsonValue | undefined): void => {
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
    if (value !== undefined && !isEmpty) body[name] = value
  }
  put('system', [...prompt])
  body['messages'] = marked(endTurns(turns, family.takesPrefill && !isThinking), request, context).map(encodeTurn)
  put('inferenceConfig', present({ maxTokens, temperature, topP, stopSequences: hasStop ? stop : undefined }))
  put('toolConfig', toolConfig)
  put('outputConfig', present({ textFormat: schema && textFormat(schema, request), effort }))
  put('additionalModelRequestFields', present({ ...fields, ...sampling, tool_choice: claudeChoice }))
  put('additionalModelResponseFieldPaths', hasStop && family.claude !== undefined ? [stopSequencePath] : undefined)
  put('requestMetadata', requestMetadata(request, dropped))
  put('serviceTier', serviceTier(request, dropped))
  for (const [name, value] of unsaid(request)) if (value !== undefined) dropped.add(name)
  return { body, dropped: [...dropped] }
}

function present(fields: Readonly<Record<string, JsonValue | readonly string[] | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject
}

function sampled(
  request: ModelRequest,
  family: ModelFamily,
  isThinking: boolean,
  dropped: Set<string>,
): { readonly temperature?: number; readonly topP?: number } & JsonObject {
  if (family.claude !== undefined) {
    const { temperature, top_p: topP, ...rest } = encodeSampling(request, family.claude, isThinking, dropped)
    return {
      ...rest,
      ...(typeof temperature === 'number' ? { temperature } : {}),
      ...(typeof topP === 'number' ? { topP } : {}),
    }
  }
  const { temperature, topP, topK } = request
  // Converse takes temperatures up to 1: the nearest value is sent, and the parameter named as changed.
  if (temperature !== undefined && temperature > 1) dropped.add('temperature')
  if (topK !== undefined && family.topK === 'none') dropped.add('top_k')
  return {
    ...(temperature === undefined ? {} : { temperature: Math.min(temperature, 1) }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined || family.topK !== 'field' ? {} : { top_k: topK }),
    ...(topK === undefined || family.topK !== 'inference-config' ? {} : { inferenceConfig: { topK } }),
  }
}

/** Bedrock takes the schema as text. */
function textFormat({ schema }: JsonObject, { responseFormat: format }: ModelRequest): JsonObject {
  const name = format?.type === 'json-schema' ? format.name : undefined
  return {
    type: 'json_schema',
    structure: { jsonSchema: { schema: JSON.stringify(schema), ...(name === undefined ? {} : { name }) } },
  }
}

/** A mark on the whole prompt is one at the end of what the user says. */
function marked(turns: readonly Turn[], { cache }: ModelRequest, context: ContentContext): readonly Turn[] {
  const last = turns.findLastIndex(({ role }) => role === 'user')
  const point = cachePoint(cache, context)
  return turns.map((turn, index) => (index === last ? { ...turn, content: [...turn.content, ...point] } : turn))
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, `requestMetadata`. */
const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/
const maxMetadata = 16

function requestMetadata({ metadata }: ModelRequest, dropped: Set<string>): JsonObject | undefined {
  if (metadata === undefined) return undefined
  const entries = Object.entries(metadata)
  const fits = entries.every(([name, value]) => name !== '' && metadataText.test(name) && metadataText.test(value))
  if (fits && entries.length <= maxMetadata) return Object.fromEntries(entries)
  dropped.add('metadata')
  return undefined
}

const tiers: Readonly<Record<string, string>> = {
  default: 'default',
  standard_only: 'default',
  flex: 'flex',
  priority: 'priority',
  reserved: 'reserved',
}

function serviceTier({ serviceTier: tier }: ModelRequest, dropped: Set<string>): JsonObject | undefined {
  // `auto` leaves it to the vendor, as no tier does.
  if (tier === undefined || tier === 'auto') return undefined
  const type = Object.hasOwn(tiers, tier) ? tiers[tier] : undefined
  if (type === undefined) dropped.add('service_tier')
  return type === undefined ? undefined : { type }
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
    ['user', request.endUser],
  ]
}
