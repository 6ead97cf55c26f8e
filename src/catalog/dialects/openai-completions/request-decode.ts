import { GatewayError } from '../../../core/errors.ts'
import type { ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { CompletionsRequest } from './request-schema.ts'

const unreadIn = unreadFields(CompletionsRequest)

/** Reads a request for another dialect, in which the prompt is what a user says. Throws `invalid_request` for what has no such form. */
export function decodeRequest(body: JsonObject): ModelRequest {
  const request = readWith(CompletionsRequest, body)
  const other = unreadIn(body)
  if (request.suffix) other.add('suffix')
  if (request.echo === true) other.add('echo')
  if (request.best_of && request.best_of > (request.n ?? 1)) other.add('best_of')
  // What it is in a reply has another form, too.
  if (request.logprobs !== undefined && request.logprobs !== null && request.logprobs !== false) other.add('logprobs')
  return {
    model: request.model,
    stream: request.stream ?? false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: onePrompt(request) }] }],
    ...given({
      maxOutputTokens: request.max_tokens,
      choiceCount: request.n,
      stop: typeof request.stop === 'string' ? [request.stop] : request.stop,
      temperature: request.temperature,
      topP: request.top_p,
      topK: request.top_k,
      seed: request.seed,
      frequencyPenalty: request.frequency_penalty,
      presencePenalty: request.presence_penalty,
      logitBias: request.logit_bias,
      endUser: request.user,
      streamUsage: request.stream_options?.include_usage,
    }),
    other: [...other],
  }
}

function onePrompt({ prompt }: CompletionsRequest): string {
  if (typeof prompt === 'string') return prompt
  const [first, ...more] = prompt ?? []
  if (first === undefined) throw refusal('is missing.')
  if (typeof first !== 'string')
    throw refusal('holds tokens, which mean nothing to a model that is spoken to in another dialect: send text.')
  if (more.length > 0)
    throw refusal(
      `holds ${more.length + 1} prompts, and a model that is spoken to in another dialect takes one: send a request for each.`,
    )
  return first
}

function refusal(why: string): GatewayError {
  return new GatewayError('invalid_request', `\`prompt\` ${why}`, { param: 'prompt' })
}
