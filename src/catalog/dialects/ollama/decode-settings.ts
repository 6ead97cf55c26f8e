import type { ModelRequest, ReasoningOptions, ResponseFormat } from '../../../core/model/model-request.ts'
import { isJsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import type { Settings } from './request-schema.ts'

/** What both endpoints say of sampling, format and thinking, in the neutral form. */
export function decodeSettings(request: Settings, other: Set<string>): Partial<ModelRequest> {
  const { options, logprobs, top_logprobs: top } = request
  const stop = typeof options?.stop === 'string' ? [options.stop] : options?.stop
  const limit = options?.num_predict
  // -1 is no limit, -2 what the context still holds.
  const maxOutputTokens = typeof limit === 'number' && limit >= 0 ? limit : undefined
  if (typeof limit === 'number' && limit < -1) other.add('options.num_predict')
  return given({
    maxOutputTokens,
    temperature: options?.temperature,
    topP: options?.top_p,
    topK: options?.top_k,
    seed: options?.seed,
    presencePenalty: options?.presence_penalty,
    frequencyPenalty: options?.frequency_penalty,
    stop: stop !== undefined && stop !== null && stop.length > 0 ? stop : undefined,
    logprobs: logprobs === true ? given({ top }) : undefined,
    responseFormat: decodeFormat(request.format, other),
    reasoning: decodeThink(request.think),
  })
}

function decodeFormat(format: Settings['format'], other: Set<string>): ResponseFormat | undefined {
  if (format === undefined || format === null || format === '') return undefined
  if (format === 'json') return { type: 'json' }
  if (isJsonObject(format)) return { type: 'json-schema', schema: format }
  other.add('format')
  return undefined
}

function decodeThink(think: Settings['think']): ReasoningOptions | undefined {
  if (think === undefined || think === null) return undefined
  if (typeof think === 'string') return think === 'false' ? { mode: 'off' } : { mode: 'on', effort: think }
  return { mode: think ? 'on' : 'off' }
}
