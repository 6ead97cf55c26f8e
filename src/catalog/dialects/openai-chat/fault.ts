import { GatewayError, upstreamErrorCode } from '../../../core/errors.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'

/** A fault that came with status 200: in a stream, or (OpenRouter) in place of a reply. */
function readFault(fault: JsonValue): ReplyPart & { type: 'reply-error' } {
  const { message, type, code, status }: JsonObject = isJsonObject(fault) ? fault : {}
  const number = [status, code].map(Number).find((value) => Number.isInteger(value) && value >= 400 && value < 600)
  const names = [type, code].filter((name) => typeof name === 'string' && name !== '')
  const [name] = names
  return {
    type: 'reply-error',
    status: number ?? statusOf(names.join(' ')),
    message:
      typeof message === 'string' ? message.slice(0, 1000) : 'The provider reported a fault in place of its reply.',
    ...(typeof name === 'string' ? { vendorType: name } : {}),
  }
}

/** The fault of a chunk or reply. Some vendors say it beside choices, or in one of them with the finish reason `error`. */
export function faultIn(body: JsonObject): (ReplyPart & { type: 'reply-error' }) | undefined {
  const { error, choices } = body
  if (saysFault(error)) return readFault(error)
  for (const choice of Array.isArray(choices) ? choices : []) {
    if (!isJsonObject(choice)) continue
    const inner = choice['error']
    if (saysFault(inner)) return readFault(inner)
    if (choice['finish_reason'] === 'error') return readFault(null)
  }
  return undefined
}

/** Some servers have the field in every reply. */
function saysFault(error: JsonValue | undefined): error is JsonValue {
  if (error === undefined || error === null || error === false || error === '') return false
  return !isJsonObject(error) || Object.keys(error).length > 0
}

export function faultError({ status, message, vendorType }: ReplyPart & { type: 'reply-error' }): GatewayError {
  return new GatewayError(upstreamErrorCode(status), message, {
    status,
    ...(vendorType === undefined ? {} : { vendorType }),
  })
}

const statuses: readonly (readonly [names: RegExp, status: number])[] = [
  [/rate_limit|quota|\brequests\b|\btokens\b/, 429],
  [/overloaded/, 529],
  [/authentication|api_key/, 401],
  [/permission/, 403],
  [/not_found/, 404],
  [/timeout/, 504],
  [/invalid|context_length|content_filter|content_policy/, 400],
  [/server_error|internal/, 500],
]

function statusOf(names: string): number {
  return statuses.find(([pattern]) => pattern.test(names))?.[1] ?? 502
}
