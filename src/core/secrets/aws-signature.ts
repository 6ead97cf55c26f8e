/**
 * Signature Version 4 of AWS, for requests that go out and those that come in:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHmac, hash } from 'node:crypto'

/** What is signed of a request. */
export interface SignableRequest {
  readonly method: string
  /** As it stands in the request line, with its query. */
  readonly path: string
  /** Those that are signed: names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 of the body in lower-case hex, or the word that stands for it. */
  readonly payloadHash: string
}

export interface SigningScope {
  /** `20150830T123600Z` */
  readonly time: string
  readonly region: string
  readonly service: string
}

const signatureAlgorithm = 'AWS4-HMAC-SHA256'

/** In lower-case hex. */
export function signatureOf(request: SignableRequest, scope: SigningScope, secretAccessKey: string): string {
  const { time, region, service } = scope
  const date = time.slice(0, 8)
  const credentialScope = `${date}/${region}/${service}/aws4_request`
  const canonical = hash('sha256', canonicalRequest(request), 'hex')
  const text = `${signatureAlgorithm}\n${time}\n${credentialScope}\n${canonical}`
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  return createHmac('sha256', key).update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function signedHeaderNames(headers: Readonly<Record<string, string>>): string {
  return Object.keys(headers).sort().join(';')
}

export function canonicalRequest({ method, path, headers, payloadHash }: SignableRequest): string {
  const mark = path.indexOf('?')
  const [plain, query] = mark < 0 ? [path, ''] : [path.slice(0, mark), path.slice(mark + 1)]
  const lines = Object.keys(headers)
    .sort()
    .map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
  return [
    method,
    canonicalPath(plain),
    canonicalQuery(query),
    lines.join(''),
    signedHeaderNames(headers),
    payloadHash,
  ].join('\n')
}

/** Encoded once more than in the request, as every service but S3 wants it, and without empty and dot segments. */
function canonicalPath(path: string): string {
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const end = segments.length > 0 && /\/\.{0,2}$/.test(path) ? '/' : ''
  return `/${segments.map(percentEncoded).join('/')}${end}`
}

function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
      return [percentEncoded(decoded(name)), percentEncoded(decoded(value))] as const
    })
  pairs.sort(([name, value], [other, otherValue]) => order(name, other) || order(value, otherValue))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 3986: all but unreserved characters, which are fewer than those that JavaScript leaves. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export interface AwsCredential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The headers that sign a request: time, token and signature. `headers` are signed beside them. `payloadHash`: SHA-256 of the body, in hex. */
export function signedHeaders(
  request: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> },
  payloadHash: string,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredential,
  { region, service }: Omit<SigningScope, 'time'>,
  now: Date,
): Readonly<Record<string, string>> {
  const time = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const own = {
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const headers = { ...request.headers, ...own }
  const signable = { ...request, headers, payloadHash }
  const signature = signatureOf(signable, { time, region, service }, secretAccessKey)
  const credential = `${accessKeyId}/${time.slice(0, 8)}/${region}/${service}/aws4_request`
  return {
    ...own,
    authorization: `${signatureAlgorithm} Credential=${credential}, SignedHeaders=${signedHeaderNames(headers)}, Signature=${signature}`,
  }
}
