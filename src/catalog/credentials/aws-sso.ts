import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { GatewayError } from '../../core/errors.ts'
import type { AccountCredential, ExchangeIo } from '../../core/secrets/credential.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { awsDomain } from './aws-domain.ts'
import { signInAgain, ssoToken } from './aws-sso-token.ts'
import type { TemporaryCredential } from './aws-sts.ts'
import { passingFault } from './token-reply.ts'

/** What a profile says of IAM Identity Center: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html */
export interface SsoProfile {
  /** The name of the session, or in older profiles the address at which people sign in: the file of the token is found by it. */
  readonly session: string
  readonly region: string
  readonly accountId: string
  readonly roleName: string
}

type Field = (name: string) => string | undefined

/** `undefined` for a profile that lacks one of them. `sessionField`: of its `sso-session` section. */
export function ssoProfile(field: Field, sessionField: Field): SsoProfile | undefined {
  const name = field('sso_session')
  const session = name ?? field('sso_start_url')
  const region = name === undefined ? field('sso_region') : sessionField('sso_region')
  const [accountId, roleName] = [field('sso_account_id'), field('sso_role_name')]
  if (session === undefined || region === undefined || accountId === undefined || roleName === undefined)
    return undefined
  return /^[a-z0-9-]{1,40}$/.test(region) ? { session, region, accountId, roleName } : undefined
}

/** The credentials of the role for which somebody has signed in with `aws sso login`. */
export async function ssoCredential(
  io: ExchangeIo,
  { session, region, accountId, roleName }: SsoProfile,
  {
    ssoCacheFolder = join(homedir(), '.aws', 'sso', 'cache'),
    ssoEndpoint,
    ssoOidcEndpoint,
  }: AccountCredential['options'],
): Promise<TemporaryCredential> {
  const file = `${createHash('sha1').update(session).digest('hex')}.json`
  const oidc = ssoOidcEndpoint ?? `https://oidc.${region}.${awsDomain(region)}`
  const token = await ssoToken(io, join(ssoCacheFolder, file), oidc)
  const url = new URL('/federation/credentials', ssoEndpoint ?? `https://portal.sso.${region}.${awsDomain(region)}`)
  url.search = new URLSearchParams({ role_name: roleName, account_id: accountId }).toString()
  const { status, body } = await io.get(url.href, { 'x-amz-sso_bearer_token': token })
  if (status === 401) throw signInAgain()
  const passing = passingFault(status, 'The service of AWS that gives the role of the profile')
  if (passing !== undefined) throw passing
  if (status !== 200)
    throw new GatewayError('upstream_unauthorized', `AWS refused the role of the profile (${status}).`)
  const json = parseJson(body)
  const given = isJsonObject(json) ? json['roleCredentials'] : undefined
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = isJsonObject(given) ? given : {}
  const isWhole =
    typeof accessKeyId === 'string' && typeof secretAccessKey === 'string' && typeof sessionToken === 'string'
  if (!isWhole || typeof expiration !== 'number')
    throw new GatewayError('upstream_invalid_reply', 'AWS answered with something that holds no credentials of a role.')
  return { credential: { accessKeyId, secretAccessKey, sessionToken }, expiresAtMs: expiration }
}
