import { hash, randomBytes } from 'node:crypto'
import type { VirtualKey } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import { keyPairOf } from './key-pairs.ts'
import { checkPayload, checkSignature, isSignedRequest, type RequestHead, readClaim } from './signed-request.ts'

/** A new key: 256 random bits, so that its plain SHA-256 is as hard to reverse as any slow hash. */
export function generateKey(): string {
  return `pcl_${randomBytes(32).toString('base64url')}`
}

export function hashKey(key: string): string {
  return hash('sha256', key, 'hex')
}

/**
 * Virtual keys by hash, in memory: no store is asked on the request path. Built anew when keys change. Of several entries
 * with one value a revoked one decides, then the first: the file may restrict the key that the environment holds.
 */
export interface KeyRing {
  /**
   * Whose request this is, though that key may be over: `checkLife` says so once the record knows whose call it is.
   * Throws `missing_key`, `conflicting_keys` or `unknown_key`.
   */
  identify(headers: Readonly<NodeJS.Dict<string | string[]>>): VirtualKey
  /**
   * The same, when it is signed as AWS has it; `undefined` for any other. Throws as `identify` does, and
   * `invalid_signature`.
   */
  identifySigned(request: RequestHead, nowMs: number): SignedCaller | undefined
  /** The key whose value has this hash. Throws as `identify` does. */
  withHash(hash: string): VirtualKey
  readonly size: number
}

/** Who a signed request says that it comes from. It is proved when the body has been checked. */
export interface SignedCaller {
  readonly key: VirtualKey
  /** The signature is right, and only the body could still be another. */
  readonly isProved: boolean
  /** Throws `invalid_signature`. */
  check(body: Buffer): void
}

/** `pairSecret`: what the key pairs of this gateway are derived with; without it no signature is taken. */
export function createKeyRing(
  keys: readonly VirtualKey[],
  { pairSecret }: { readonly pairSecret?: string | undefined } = {},
): KeyRing {
  const byHash = new Map<string, VirtualKey>()
  for (const key of keys.flatMap(withEarlier))
    if (!byHash.has(key.hash) || key.revokedAt !== undefined) byHash.set(key.hash, key)
  /** By access key id; made when the first signed request comes, since most gateways never see one. */
  let pairs: ReadonlyMap<string, { readonly key: VirtualKey; readonly secretAccessKey: string }> | undefined
  const pairOf = (accessKeyId: string) => {
    pairs ??= new Map(
      pairSecret === undefined
        ? []
        : [...byHash.values()].map((key) => {
            const pair = keyPairOf(key, pairSecret)
            return [pair.accessKeyId, { key, secretAccessKey: pair.secretAccessKey }]
          }),
    )
    return pairs.get(accessKeyId)
  }
  const withHash = (hashed: string): VirtualKey => {
    const found = byHash.get(hashed)
    if (found === undefined)
      throw new GatewayError('unknown_key', 'This virtual key is not known; check it, or ask for a new one.')
    return found
  }
  return {
    withHash,
    identifySigned(request, nowMs) {
      if (!isSignedRequest(request)) return undefined
      const claim = readClaim(request, nowMs)
      const pair = pairOf(claim.accessKeyId)
      if (pair === undefined) throw new GatewayError('unknown_key', 'This access key is not known.')
      const { key, secretAccessKey } = pair
      const { payloadHash } = claim
      // A client that says the hash of its body is known before the body is read.
      if (payloadHash !== undefined) checkSignature(request, claim, payloadHash, secretAccessKey)
      return {
        key,
        isProved: payloadHash !== undefined,
        check(body) {
          if (payloadHash !== undefined) checkPayload(body, payloadHash)
          else checkSignature(request, claim, hash('sha256', body, 'hex'), secretAccessKey)
        },
      }
    },
    size: keys.filter(({ revokedAt }) => revokedAt === undefined).length,
    identify(headers) {
      if (isSignedRequest({ headers })) throw signedElsewhere()
      return withHash(hashKey(presentedKey(headers, (key) => byHash.has(hashKey(key)))))
    },
  }
}

/** Only models are called by clients that sign. */
function signedElsewhere(): GatewayError {
  const message = 'This path takes no request that is signed as AWS has it; send the virtual key itself.'
  return new GatewayError('missing_key', message)
}

/** Throws `revoked_key` or `expired_key`. */
export function checkLife({ revokedAt, expiresAt }: VirtualKey, nowMs: number): void {
  if (revokedAt !== undefined) throw new GatewayError('revoked_key', 'This virtual key was revoked; ask for a new one.')
  if (expiresAt !== undefined && nowMs >= expiresAt)
    throw new GatewayError('expired_key', 'This virtual key has expired; ask for a new one.')
}

/** The value before is the same key for a while. */
function withEarlier(key: VirtualKey): VirtualKey[] {
  const { earlier, expiresAt = Number.POSITIVE_INFINITY } = key
  if (earlier === undefined) return [key]
  return [key, { ...key, hash: earlier.hash, expiresAt: Math.min(expiresAt, earlier.until) }]
}

/** Where the SDKs of the vendors put a key. */
const keyHeaders = ['x-api-key', 'x-goog-api-key', 'api-key', 'x-portkey-api-key'] as const

/**
 * Beside Portkey's own header, what clients write where OpenAI's SDK wants a key is none: `DUMMY-KEY` (`constants.ts` of
 * `portkey-ai`), `X`, `dummy`. A longer text may be somebody's key, so it is told.
 */
const maxPlaceholderLength = 15

/** The key in the request's headers. The same one in several is fine (some clients send two); different ones are refused. */
export function presentedKey(
  headers: Readonly<NodeJS.Dict<string | string[]>>,
  isKnown: (key: string) => boolean,
): string {
  let key = bearerKey(headers['authorization'])
  let holder = 'authorization'
  const isBesidePortkey = key !== undefined && (headers['x-portkey-api-key'] ?? '') !== ''
  if (key !== undefined && isBesidePortkey && key.length <= maxPlaceholderLength && !isKnown(key)) key = undefined
  for (const name of keyHeaders) {
    const value = headers[name]
    if (value === undefined || value === '') continue
    const other = typeof value === 'string' ? value : value.join(', ')
    if (key !== undefined && key !== other) {
      throw new GatewayError(
        'conflicting_keys',
        `\`${holder}\` and \`${name}\` hold two different keys; send the virtual key alone, in one header.`,
      )
    }
    key = other
    holder = name
  }
  if (key === undefined)
    throw new GatewayError(
      'missing_key',
      'The request holds no virtual key; send it as `Authorization: Bearer <key>` or `x-api-key`.',
    )
  return key
}

function bearerKey(authorization: string | string[] | undefined): string | undefined {
  if (typeof authorization !== 'string' || authorization === '') return undefined
  const match = /^bearer +(\S+) *$/i.exec(authorization)
  if (match === null)
    throw new GatewayError('missing_key', 'The `Authorization` header is not of the form `Bearer <key>`.')
  return match[1]
}

/** Whether one of the patterns fits. `*` stands for any text; everything else for itself. Linear in the name for each star. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  for (const pattern of patterns) if (pattern === '*' || matches(pattern, name)) return true
  return false
}

function matches(pattern: string, name: string): boolean {
  const pieces = pattern.split('*')
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return name === pattern
  if (!name.startsWith(first)) return false
  const last = pieces.at(-1) ?? ''
  let from = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, from)
    if (found < 0) return false
    from = found + piece.length
  }
  return name.length - last.length >= from && name.endsWith(last)
}
