import { hash, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '../core/errors.ts'
import { signatureOf } from '../core/secrets/aws-signature.ts'

/** A request before its body is there. */
export interface RequestHead {
  readonly method: string
  /** As it stands in the request line, with its query. */
  readonly url: string
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>
}

/** What a signed request says of itself. Nothing of it is proved. */
export interface Claim {
  readonly accessKeyId: string
  readonly time: string
  readonly region: string
  readonly service: string
  readonly signature: string
  /** Names in lower case. */
  readonly signedHeaders: Readonly<Record<string, string>>
  /** As a header says it. */
  readonly payloadHash: string | undefined
}

export function isSignedRequest({ headers }: Pick<RequestHead, 'headers'>): boolean {
  const { authorization } = headers
  return typeof authorization === 'string' && authorization.startsWith('AWS4-')
}

const form =
  /^AWS4-HMAC-SHA256 +Credential=(\w{1,128})\/(\d{8})\/([\w-]{1,64})\/([\w-]{1,64})\/aws4_request, *SignedHeaders=([!#$%&'*+.^`|~\w;-]{1,4096}), *Signature=([0-9a-f]{64})$/
/** As AWS has it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const maxSkewMs = 5 * 60_000

/** Reads and checks all that does not need the secret. Throws `missing_key`, `conflicting_keys` or `invalid_signature`. */
export function readClaim({ headers, url }: RequestHead, nowMs: number): Claim {
  const [, accessKeyId, date, region, service, names, signature] = form.exec(textOf(headers['authorization'])) ?? []
  if (accessKeyId === undefined || region === undefined || service === undefined || signature === undefined)
    throw new GatewayError('missing_key', 'The `Authorization` header is not of the form that AWS signs with.')
  for (const other of ['x-api-key', 'x-goog-api-key', 'api-key', 'x-portkey-api-key'])
    if (textOf(headers[other]) !== '')
      throw new GatewayError('conflicting_keys', 'The request is signed and holds a key as well.')
  const signedHeaders: Record<string, string> = Object.create(null)
  for (const name of (names ?? '').split(';')) {
    if (!Object.hasOwn(headers, name)) throw invalid(`The signed header \`${name}\` is missing.`)
    signedHeaders[name] = textOf(headers[name])
  }
  // Signatures leave out empty and dot segments, and with them another model could be named than the one that was signed.
  if (/\/\.{0,2}(?:\/|$)/.test(url.split('?', 1)[0] ?? '')) throw invalid('The path has empty or dot segments.')
  // Whatever AWS acts on must be signed; so it is here.
  const mustSign = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-')), 'x-amz-date']
  for (const name of mustSign)
    if (signedHeaders[name] === undefined) throw invalid(`The signature does not cover the header \`${name}\`.`)
  const time = signedHeaders['x-amz-date'] ?? ''
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!/^\d{8}T\d{6}Z$/.test(time) || Number.isNaN(signedAt) || !time.startsWith(date ?? '-'))
    throw invalid('`x-amz-date` is not a time of the day in the credential.')
  if (Math.abs(nowMs - signedAt) > maxSkewMs)
    throw invalid('The request was signed more than five minutes before or after the time of this gateway.')
  const payloadHash = signedHeaders['x-amz-content-sha256']
  // AWS takes a body that is not signed for S3 only.
  if (payloadHash !== undefined && !/^[0-9a-f]{64}$/.test(payloadHash))
    throw invalid('`x-amz-content-sha256` must be the SHA-256 of the body.')
  return { accessKeyId, time, region, service, signature, signedHeaders, payloadHash }
}

/** Throws `invalid_signature` unless the request was signed with this secret. */
export function checkSignature(
  { method, url }: RequestHead,
  { time, region, service, signature, signedHeaders }: Claim,
  payloadHash: string,
  secretAccessKey: string,
): void {
  const signable = { method, path: url, headers: signedHeaders, payloadHash }
  const expected = signatureOf(signable, { time, region, service }, secretAccessKey)
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(expected, 'hex')))
    throw invalid('The signature is not that of this request with this key.')
}

/** Throws `invalid_signature` for a body that is not the one that the header speaks of. */
export function checkPayload(body: Buffer, payloadHash: string): void {
  if (hash('sha256', body, 'hex') !== payloadHash) throw invalid('The body is not the one that was signed.')
}

function textOf(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(', ') ?? '')
}

function invalid(message: string): GatewayError {
  return new GatewayError('invalid_signature', message)
}
