import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { ModelRequest, ReasoningOptions, ResponseFormat } from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { effortOfBudget, nearestEffort } from '../nearest-effort.ts'

/** What both endpoints take beside what they are asked. What they cannot say is named in `dropped`. */
export function encodeSettings(request: ModelRequest, traits: TargetTraits, dropped: Set<string>): JsonObject {
  const { choiceCount, parallelToolCalls, logprobs, responseFormat, reasoning, cache } = request
  if (choiceCount !== undefined && choiceCount > 1) dropped.add('n')
  if (parallelToolCalls === false) dropped.add('parallel_tool_calls')
  if (request.logitBias !== undefined) dropped.add('logit_bias')
  if (request.verbosity !== undefined) dropped.add('verbosity')
  if (request.endUser !== undefined) dropped.add('user')
  if (request.metadata !== undefined) dropped.add('metadata')
  if (request.serviceTier !== undefined) dropped.add('service_tier')
  if (cache !== undefined) dropped.add('cache_control')
  const options = encodeOptions(request)
  const think = reasoning === undefined ? undefined : encodeThink(reasoning, request.model, traits, dropped)
  return {
    ...(responseFormat === undefined ? {} : encodeFormat(responseFormat)),
    ...(think === undefined ? {} : { think }),
    ...(logprobs === undefined ? {} : { logprobs: true, ...defined('top_logprobs', logprobs.top) }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  }
}

function encodeOptions(request: ModelRequest): JsonObject {
  return {
    ...defined('num_predict', request.maxOutputTokens),
    ...defined('temperature', request.temperature),
    ...defined('top_p', request.topP),
    ...defined('top_k', request.topK),
    ...defined('seed', request.seed),
    ...defined('presence_penalty', request.presencePenalty),
    ...defined('frequency_penalty', request.frequencyPenalty),
    ...defined('stop', request.stop && [...request.stop]),
  }
}

function defined(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value }
}

function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'text') return {}
  return { format: format.type === 'json' ? 'json' : format.schema }
}

/** https://docs.ollama.com/capabilities/thinking: on or off; GPT-OSS takes three levels and cannot be without. */
function encodeThink(
  { mode, effort, budgetTokens }: ReasoningOptions,
  model: string,
  { supportsReasoning }: TargetTraits,
  dropped: Set<string>,
): JsonValue | undefined {
  if (supportsReasoning === false) {
    if (mode !== 'off') dropped.add('thinking')
    return undefined
  }
  if (!model.includes('gpt-oss')) {
    // A client that named only how much, and not whether, leaves it to the model.
    return mode === 'off' ? false : mode === 'adaptive' ? undefined : true
  }
  if (mode === 'off') {
    dropped.add('thinking')
    return 'low'
  }
  const wanted = effort ?? (budgetTokens === undefined ? 'medium' : effortOfBudget(budgetTokens))
  return nearestEffort(wanted, ['low', 'medium', 'high'])
}
