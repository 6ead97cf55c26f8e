import type { Dialect } from '../core/dialect.ts'
import { GatewayError, upstreamErrorCode } from '../core/errors.ts'
import type { ReplyPart } from '../core/model-reply.ts'
import type { Target } from '../core/registry.ts'
import { retryAfterSeconds } from './outbound/network-error.ts'

/** What a provider's error reply means, with its bytes for a client of the same dialect. Our credential is cut out of both. */
export function upstreamError(
  target: Target,
  dialect: Dialect | undefined,
  status: number,
  contentType: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): GatewayError {
  const received = body.toString('utf8')
  const text = withoutSecret(received, target.account.secret)
  const fault = (dialect ?? target.account.provider.dialect).decodeError(status, text)
  const retryAfter = retryAfterSeconds(headers, Date.now())
  // Only JSON is passed on as it stands: an HTML page of some proxy is no error that a client of the dialect can read.
  const isJson = contentType.includes('json')
  return new GatewayError(upstreamErrorCode(status), fault.message, {
    status,
    ...(fault.param === undefined ? {} : { param: fault.param }),
    ...(fault.vendorType === undefined ? {} : { vendorType: fault.vendorType }),
    ...(fault.vendorCode === undefined ? {} : { vendorCode: fault.vendorCode }),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
    ...(dialect === undefined || !isJson
      ? {}
      : { wire: { dialect: dialect.id, contentType, headers, bytes: text === received ? body : Buffer.from(text) } }),
  })
}

/** The same for a fault that a provider reports inside its stream. */
export function replyFault(part: ReplyPart & { type: 'reply-error' }): GatewayError {
  return new GatewayError(upstreamErrorCode(part.status), part.message, {
    status: part.status,
    ...(part.vendorType === undefined ? {} : { vendorType: part.vendorType }),
  })
}

/** A provider, or whoever answers at a mistyped base URL, may echo the credential. */
function withoutSecret(text: string, secret: string | undefined): string {
  return secret === undefined || secret === '' || !text.includes(secret)
    ? text
    : text.replaceAll(secret, '[credential]')
}
