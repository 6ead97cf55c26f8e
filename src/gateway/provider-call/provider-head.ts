import { GatewayError } from '../../core/errors.ts'
import type { Framing } from '../../core/model/framing.ts'
import type { CredentialFilter } from '../credentials/credential-filter.ts'
import { replyHeaders } from '../outbound/headers.ts'

/** What the head of a provider's reply says. */
export interface ProviderHead {
  readonly status: number
  /** Those that may go to the client. */
  readonly headers: Readonly<Record<string, string>>
  readonly contentType: string
  /** In lower case; empty when there is none. */
  readonly encoding: string
  /** `unsure`: a stream was asked for and is not labelled as one; the first bytes tell. */
  readonly form: 'stream' | 'unary' | 'unsure'
}

/** Success without the body that a model's reply is, and parts that nobody asked for: RFC 9110, section 15.3. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 206, 304])

/** Throws `upstream_redirect` or `upstream_invalid_reply` for what no model's reply begins with. */
export function providerHead(
  status: number,
  received: Readonly<Record<string, string>>,
  account: string,
  credential: CredentialFilter,
  framing: Framing,
  wantsStream: boolean,
  mayBeEmpty = false,
): ProviderHead {
  if (status > 599 || (bodiless.has(status) && !(mayBeEmpty && status === 204))) {
    throw new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${account}" answered with the status ${status}, which no reply of a model has.`,
    )
  }
  if (status >= 300 && status < 400) {
    throw new GatewayError(
      'upstream_redirect',
      `The provider account "${account}" answered with a redirect (${status}).`,
    )
  }
  const headers = replyHeaders(received)
  for (const name in headers) headers[name] = credential.text(headers[name] ?? '')
  const encoding = credential.text(received['content-encoding'] ?? '').toLowerCase()
  const isPlain = encoding === '' || encoding === 'identity'
  const contentType = credential.text(received['content-type'] ?? '')
  const label = framing.contentType
  const isStream = status < 300 && contentType.slice(0, label.length).toLowerCase() === label
  if (isStream && !isPlain) {
    throw new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${account}" compressed a stream although it was asked not to.`,
    )
  }
  const isUnsure = wantsStream && framing.beginsAsStream !== undefined && status < 300 && isPlain
  const form = isStream ? 'stream' : isUnsure ? 'unsure' : 'unary'
  return { status, headers, contentType, encoding: isPlain ? '' : encoding, form }
}
