import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest, ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { encodeUser } from '../openai-chat/request-encode.ts'
import { encodePrompt } from './encode-prompt.ts'

/** OpenAI ends an answer after 16 tokens where no limit is given, which no client of another dialect expects. */
const defaultMaxTokens = 1024

/** Writes a request with the conversation as one prompt. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  const body: JsonObject = { model: request.model, prompt: encodePrompt(request.messages, dropped) }
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) body[name] = value
  }
  if (request.stream) {
    body['stream'] = true
    // Always: without it the stream has no usage, and the call no exact price.
    body['stream_options'] = { include_usage: true }
  }
  const { maxOutputTokens = defaultMaxTokens, stop = [] } = request
  // Anthropic's 0 warms the prompt cache and answers nothing; here it would too, without the cache.
  if (maxOutputTokens === 0) dropped.add('max_tokens')
  body['max_tokens'] = Math.max(1, maxOutputTokens)
  put('temperature', request.temperature)
  put('top_p', request.topP)
  put('n', request.choiceCount)
  if (stop.length > 4) dropped.add('stop')
  put('stop', stop.length === 0 ? undefined : stop.slice(0, 4))
  put('seed', request.seed)
  put('frequency_penalty', request.frequencyPenalty)
  put('presence_penalty', request.presencePenalty)
  put('logit_bias', request.logitBias === undefined ? undefined : { ...request.logitBias })
  put('user', request.endUser === undefined ? undefined : encodeUser(request.endUser))
  for (const [name, value] of unsaid(request)) if (value !== undefined) dropped.add(name)
  for (const name of traits.unsupported ?? []) {
    if (!(name in body)) continue
    delete body[name]
    if (name !== 'stream_options') dropped.add(name)
  }
  return { body, dropped: [...dropped] }
}

/** A value that is the default says nothing. */
function unsaid(request: ModelRequest): readonly (readonly [name: string, value: unknown])[] {
  const { toolChoice: choice, responseFormat: format, reasoning, serviceTier: tier } = request
  return [
    ['tools', request.tools],
    ['tool_choice', choice?.type === 'required' || choice?.type === 'tool' ? choice : undefined],
    ['response_format', format?.type === 'text' ? undefined : format],
    ['reasoning_effort', reasoning?.mode === 'off' ? undefined : reasoning],
    ['top_k', request.topK],
    ['logprobs', request.logprobs],
    ['verbosity', request.verbosity],
    ['metadata', request.metadata],
    ['service_tier', tier === 'auto' || tier === 'default' ? undefined : tier],
    ['cache_control', request.cache],
  ]
}
