import { GatewayError } from '../../core/errors.ts'
import type { ExchangeIo } from '../../core/secrets/credential.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import { passingFault } from './token-reply.ts'

/** So long before its end a token is renewed, as the CLI and the SDKs of AWS do. */
const renewMs = 5 * 60_000
const maxLifetimeSeconds = 86_400

/**
 * The token that `aws sso login` left in a file. One that is over is renewed where the file says how, and what comes is written back:
 * a refresh token counts once, and the CLI has to find the next. https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 */
export async function ssoToken(io: ExchangeIo, path: string, endpoint: string): Promise<string> {
  const kept = await readKept(io, path)
  if (isFresh(kept, io.now() + renewMs)) return kept.accessToken
  try {
    const renewed = await renew(io, path, kept, endpoint)
    if (renewed !== undefined) return renewed
  } catch (fault) {
    // Another process may have been faster, and a token that is not over yet is taken still.
    const now = await readKept(io, path)
    if (isFresh(now, io.now())) return now.accessToken
    throw fault
  }
  if (isFresh(kept, io.now())) return kept.accessToken
  throw signInAgain()
}

export function signInAgain(): GatewayError {
  return new GatewayError(
    'upstream_unauthorized',
    'Nobody is signed in for the profile any more; run `aws sso login`, and name the profile.',
  )
}

/** `undefined` where the file has no refresh token, or none that counts still. */
async function renew(io: ExchangeIo, path: string, kept: JsonObject, endpoint: string): Promise<string | undefined> {
  const { refreshToken, clientId, clientSecret, registrationExpiresAt } = kept
  const isWhole = [refreshToken, clientId, clientSecret].every((part) => typeof part === 'string' && part !== '')
  if (!isWhole || !(timeOf(registrationExpiresAt) > io.now())) return undefined
  let accessToken = ''
  await io.replaceFile(path, async () => {
    const asked = JSON.stringify({ clientId, clientSecret, grantType: 'refresh_token', refreshToken })
    const { status, body } = await io.post(`${endpoint}/token`, { 'content-type': 'application/json' }, asked)
    if (status === 400 || status === 401) throw signInAgain()
    const passing = passingFault(status, 'The service of AWS that renews the sign-in of the profile')
    if (passing !== undefined) throw passing
    if (status !== 200)
      throw new GatewayError('upstream_unauthorized', `AWS did not renew the sign-in of the profile (${status}).`)
    const given = parseJson(body)
    const {
      accessToken: token,
      expiresIn,
      refreshToken: next = refreshToken,
    }: JsonObject = isJsonObject(given) ? given : {}
    const isUsable = typeof token === 'string' && token !== '' && typeof next === 'string'
    if (!isUsable || typeof expiresIn !== 'number' || !(expiresIn > 0))
      throw new GatewayError('upstream_invalid_reply', 'AWS renewed the sign-in with something that holds no token.')
    accessToken = token
    const end = io.now() + Math.min(expiresIn, maxLifetimeSeconds) * 1000
    const expiresAt = new Date(end).toISOString().replace(/\.\d+Z$/, 'Z')
    return JSON.stringify({ ...kept, accessToken, expiresAt, refreshToken: next })
  })
  return accessToken
}

/** Without a file nobody has signed in. */
async function readKept(io: ExchangeIo, path: string): Promise<JsonObject> {
  try {
    const json = parseJson(await io.readFile(path))
    return isJsonObject(json) ? json : {}
  } catch {
    return {}
  }
}

function isFresh(kept: JsonObject, atMs: number): kept is JsonObject & { readonly accessToken: string } {
  return typeof kept['accessToken'] === 'string' && timeOf(kept['expiresAt']) > atMs
}

/** Older releases of the CLI wrote `2020-06-17T10:02:08UTC`. */
function timeOf(value: unknown): number {
  return Date.parse(String(value).replace(/UTC$/, 'Z'))
}
