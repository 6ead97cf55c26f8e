import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { ShortLivedSecret, TokenReply } from '../../core/secrets/credential.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'

/** RFC 6749, section 5.1; some vendors write the seconds as text. */
const TokenBody = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().nullish() })
/** RFC 6749 only recommends `expires_in`. */
const assumedLifetimeSeconds = 300
/** Whatever a token endpoint says, a token is asked for anew once a day. */
const longestLifetimeSeconds = 24 * 3600

/** Reads what a token endpoint answered. Throws a `GatewayError` that quotes nothing but well-known codes. */
export function readTokenReply({ status, body }: TokenReply, nowMs: number): ShortLivedSecret {
  if (status < 200 || status >= 300) throw refusal(status, body)
  const parsed = TokenBody.safeParse(parseJson(body))
  if (!parsed.success) {
    throw new GatewayError('upstream_invalid_reply', 'The token endpoint answered with something that holds no token.')
  }
  const { access_token: secret, expires_in: given } = parsed.data
  const seconds = Math.min(given ?? assumedLifetimeSeconds, longestLifetimeSeconds)
  return { secret, expiresAtMs: nowMs + seconds * 1000 }
}

/** What passes by itself, and says nothing of the credential. `who` is asked. */
export function passingFault(status: number, who: string): GatewayError | undefined {
  if (status === 429) return new GatewayError('upstream_rate_limited', `${who} wants fewer requests (429).`)
  if (status >= 500) return new GatewayError('upstream_unreachable', `${who} failed (${status}).`)
  return undefined
}

function refusal(status: number, body: string): GatewayError {
  const passing = passingFault(status, 'The token endpoint')
  if (passing !== undefined) return passing
  if (status < 400) {
    return new GatewayError(
      'upstream_invalid_reply',
      `The token endpoint answered with the status ${status}; redirects are not followed.`,
    )
  }
  const codes = [String(status), ...knownCodes(parseJson(body))].join(', ')
  return new GatewayError('upstream_unauthorized', `The token endpoint refused the credential (${codes}).`)
}

/** RFC 6749, section 5.2. */
const oauthCodes: ReadonlySet<unknown> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
])
/** Numbers that Microsoft Entra (AADSTS…) and IBM IAM (BXNIM…) give their faults, which their documentation explains. */
const vendorCode = /\b(?:AADSTS\d{4,9}|BXNIM\d{4}[A-Z])\b/

/** A token endpoint may echo what it was sent, so its own words stay here. */
function knownCodes(reply: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(reply)) return []
  const { error, error_description: description, errorCode } = reply
  const found = vendorCode.exec(`${typeof description === 'string' ? description : ''} ${String(errorCode)}`)
  return [...(oauthCodes.has(error) ? [String(error)] : []), ...(found === null ? [] : [found[0]])]
}
