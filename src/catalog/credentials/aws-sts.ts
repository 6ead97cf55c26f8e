import { hash } from 'node:crypto'
import { GatewayError } from '../../core/errors.ts'
import { type AwsCredential, signedHeaders } from '../../core/secrets/aws-signature.ts'
import type { AccountCredential, ExchangeIo, TokenReply } from '../../core/secrets/credential.ts'
import { awsDomain } from './aws-domain.ts'

/** A pair, and until when it is taken. */
export interface TemporaryCredential {
  readonly credential: AwsCredential
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}

export interface Role {
  readonly roleArn: string
  readonly externalId?: string | undefined
  readonly region: string
  readonly options: AccountCredential['options']
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(io: ExchangeIo, own: AwsCredential, role: Role): Promise<TemporaryCredential> {
  const url = stsUrl(role)
  const { externalId } = role
  const body = form('AssumeRole', role, externalId === undefined ? {} : { ExternalId: externalId })
  const { host, pathname, search } = new URL(url)
  const request = { method: 'POST', path: pathname + search, headers: { ...formHeaders, host } }
  const signed = signedHeaders(
    request,
    hash('sha256', body, 'hex'),
    own,
    { region: role.region, service: 'sts' },
    new Date(io.now()),
  )
  return readRole(await io.post(url, { ...formHeaders, ...signed }, body))
}

/** Nothing is signed: the token says who asks. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeRoleWithToken(io: ExchangeIo, token: string, role: Role): Promise<TemporaryCredential> {
  const body = form('AssumeRoleWithWebIdentity', role, { WebIdentityToken: token.trim() })
  return readRole(await io.post(stsUrl(role), formHeaders, body))
}

function stsUrl({ region, options: { stsEndpoint } }: Role): string {
  return stsEndpoint ?? `https://sts.${region}.${awsDomain(region)}/`
}

function form(action: string, { roleArn }: Role, more: Readonly<Record<string, string>>): string {
  return new URLSearchParams({
    Action: action,
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'portcullis',
    DurationSeconds: '3600',
    ...more,
  }).toString()
}

function readRole({ status, body }: TokenReply): TemporaryCredential {
  const said = (name: string): string | undefined => new RegExp(`<${name}>([^<]+)</${name}>`).exec(body)?.[1]
  if (status !== 200) {
    const code = /^[A-Za-z]{1,64}$/.exec(said('Code') ?? '')?.[0] ?? 'no known code'
    throw new GatewayError('upstream_unauthorized', `AWS refused the role of the account (${status}, ${code}).`)
  }
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(said)
  const expiresAtMs = Date.parse(said('Expiration') ?? '')
  const hasAll = accessKeyId !== undefined && secretAccessKey !== undefined && sessionToken !== undefined
  if (!hasAll || Number.isNaN(expiresAtMs))
    throw new GatewayError('upstream_invalid_reply', 'AWS answered with something that holds no credentials of a role.')
  return { credential: { accessKeyId, secretAccessKey, sessionToken }, expiresAtMs }
}
