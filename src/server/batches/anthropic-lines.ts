import { anthropicMessages } from '../../catalog/dialects/anthropic-messages.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import type { LineFormat, LineOutcome } from './line-format.ts'

/** Requests and results of Message Batches: https://docs.anthropic.com/en/api/creating-message-batches */
export const anthropicLines: LineFormat = {
  maxLines: 100_000,
  hasErrorFile: false,
  ownsFile: true,
  bodyField: 'params',
  subject: () => 'The request',
  faultOf: () => undefined,
  result: (outcome) => JSON.stringify({ custom_id: outcome.customId ?? null, result: resultOf(outcome) }),
}

function resultOf({ response, error }: LineOutcome): JsonObject {
  if (response !== undefined) {
    const { status, body, callId } = response
    if (status < 400) return { type: 'succeeded', message: body }
    const told = isJsonObject(body) ? body : errorOf('internal_error', 'The error of the call cannot be shown.')
    return { type: 'errored', error: { request_id: callId, ...told } }
  }
  if (error?.code === 'batch_expired') return { type: 'expired' }
  if (error?.code === 'batch_cancelled') return { type: 'canceled' }
  const code = error?.code === 'invalid_batch_line' ? 'invalid_request' : 'internal_error'
  return { type: 'errored', error: errorOf(code, error?.message ?? 'There is no result.') }
}

function errorOf(code: 'invalid_request' | 'internal_error', message: string): JsonObject {
  return anthropicMessages.encodeError(new GatewayError(code, message))
}
