import type { Frame } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { GatewayError, upstreamErrorCode } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { limitResetSeconds } from '../outbound/limit-reset.ts'
import { retryAfterSeconds } from '../outbound/retry-after.ts'
import type { ProviderHead } from './provider-head.ts'

/** What a provider's error reply means, with its bytes for a client of the same dialect. `body` holds our credential no more. */
export function upstreamError(
  target: Target,
  dialect: Dialect | undefined,
  { status, headers, contentType }: ProviderHead,
  body: Buffer,
): GatewayError {
  if (status === 404 && dialect !== undefined && isMissing(target, dialect, body)) return missing(target, dialect)
  const fault = (dialect ?? target.account.provider.dialect).decodeError(status, body.toString('utf8'), headers)
  const retryAfter = waitOf(status, headers) ?? fault.retryAfterSeconds
  // Only JSON is passed on as it stands: an HTML page of some proxy is no error that a client of the dialect can read.
  const isJson = contentType.toLowerCase().includes('json')
  const code = fault.credential === undefined ? upstreamErrorCode(status) : 'upstream_unauthorized'
  // A client would take it for a fault of its own key.
  const isCredential = code === 'upstream_unauthorized' || code === 'upstream_forbidden'
  const whose = isCredential
    ? ` (The provider said this of the account "${target.account.id}"; the virtual key is fine.)`
    : ''
  return new GatewayError(code, fault.message + whose, {
    // Clients tell a fault of the request from one of a credential by the status.
    status: isCredential && status !== 403 ? 401 : status,
    ...(fault.credential === 'expired' ? { isExpired: true } : {}),
    ...(fault.param === undefined ? {} : { param: fault.param }),
    ...(fault.vendorType === undefined ? {} : { vendorType: fault.vendorType }),
    ...(fault.vendorCode === undefined ? {} : { vendorCode: fault.vendorCode }),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
    ...(dialect === undefined || !isJson
      ? {}
      : {
          wire: {
            dialect: dialect.id,
            contentType,
            headers,
            bytes: body,
            isMisleading: fault.credential !== undefined,
          },
        }),
  })
}

/** Of a second surface that the server at this address may not have: a 404 of its router, in which nothing is said of a model. */
function isMissing({ account: { provider } }: Target, dialect: Dialect, body: Buffer): boolean {
  if (dialect === provider.dialect) return false
  const said = parseJson(body.toString('utf8'))
  return !isJsonObject(said) || said['detail'] === 'Not Found'
}

function missing({ account: { id, provider } }: Target, dialect: Dialect): GatewayError {
  const { title } = provider.dialect
  const message = `The account "${id}" has nothing at this path for ${dialect.title}. If its server speaks ${title} only, name a provider for it that does too, such as \`openai-compatible\`; calls are then translated.`
  return new GatewayError('upstream_not_found', message, { status: 404 })
}

/** What a provider says of the time to wait, in whichever of its ways. */
function waitOf(status: number, headers: ProviderHead['headers']): number | undefined {
  const now = Date.now()
  return retryAfterSeconds(headers, now) ?? (status === 429 ? limitResetSeconds(headers, now) : undefined)
}

/** A provider that is overloaded may say so as the first event of a stream with status 200; it is an error reply all the same. */
export function faultBeforeContent(frame: Frame): GatewayError | undefined {
  if (!frame.saysError) return undefined
  for (const part of frame.readableParts()) {
    if (part.type === 'reply-error') return replyFault(part)
    if (part.type !== 'reply-start' && part.type !== 'usage-report') return undefined
  }
  return undefined
}

export function replyFault({ status, message, vendorType }: ReplyPart & { type: 'reply-error' }): GatewayError {
  return new GatewayError(upstreamErrorCode(status), message, {
    status,
    ...(vendorType === undefined ? {} : { vendorType }),
  })
}
