import { homedir } from 'node:os'
import { join } from 'node:path'
import { type AwsCredential, signedHeaders } from '../../core/aws-signature.ts'
import type { AccountCredential, Exchange, ExchangeIo, ShortLivedSecret } from '../../core/credential.ts'
import { GatewayError } from '../../core/errors.ts'

/** Key pair and session token in one text, as an exchange gives them. No part holds a colon. */
const joined = /^([A-Z0-9]{16,128}):([\w+/=.-]{16,256})(?::([\x21-\x39\x3b-\x7e]+))?$/

/** The pair that an account signs with; `undefined` for one with a Bedrock API key. */
export function awsCredential({ secret, options }: AccountCredential): AwsCredential | undefined {
  if (secret === undefined) return undefined
  const [, id, key, token] = joined.exec(secret) ?? []
  if (id !== undefined && key !== undefined)
    return { accessKeyId: id, secretAccessKey: key, ...(token === undefined ? {} : { sessionToken: token }) }
  const { accessKeyId, sessionToken } = options
  if (accessKeyId === undefined) return undefined
  return { accessKeyId, secretAccessKey: secret, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function secretOf({ accessKeyId, secretAccessKey, sessionToken }: AwsCredential): string {
  return [accessKeyId, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])].join(':')
}

/** Other programs renew the file; this often it is looked at. */
const profileLifetimeMs = 5 * 60_000

/** Credentials of a profile, of a role that they may take, or both; `undefined` for an account that has its own and takes no role. */
export function awsExchange(account: AccountCredential, region: string): Exchange | undefined {
  const { profile, credentialsFile, roleArn } = account.options
  if (account.secret === undefined && profile === undefined) return undefined
  if (roleArn === undefined && (account.secret !== undefined || profile === undefined)) return undefined
  return async (io) => {
    const own = awsCredential(account) ?? (await readProfile(io, profile ?? 'default', credentialsFile))
    if (roleArn !== undefined) return assumeRole(io, own, roleArn, region, account.options)
    return { secret: secretOf(own), expiresAtMs: io.now() + profileLifetimeMs }
  }
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
async function readProfile(io: ExchangeIo, profile: string, path: string | undefined): Promise<AwsCredential> {
  const fields = new Map<string, string>()
  let isWanted = false
  const text = await io.readFile(path ?? join(homedir(), '.aws', 'credentials'))
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]
    if (section !== undefined) isWanted = section === profile
    const [, name, value] = /^\s*(aws_\w+)\s*=\s*(\S+)\s*$/i.exec(line) ?? []
    if (isWanted && name !== undefined && value !== undefined) fields.set(name.toLowerCase(), value)
  }
  const accessKeyId = fields.get('aws_access_key_id')
  const secretAccessKey = fields.get('aws_secret_access_key')
  const sessionToken = fields.get('aws_session_token')
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new GatewayError('upstream_unauthorized', `The credentials file has no key pair of the profile "${profile}".`)
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
async function assumeRole(
  io: ExchangeIo,
  own: AwsCredential,
  roleArn: string,
  region: string,
  { externalId, stsEndpoint }: AccountCredential['options'],
): Promise<ShortLivedSecret> {
  const url = stsEndpoint ?? `https://sts.${region}.${awsDomain(region)}/`
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'portcullis',
    DurationSeconds: '3600',
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  }).toString()
  const { host, pathname, search } = new URL(url)
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const request = { method: 'POST', path: pathname + search, headers: { ...headers, host } }
  const signed = signedHeaders(request, body, own, { region, service: 'sts' }, new Date(io.now()))
  const reply = await io.post(url, { ...headers, ...signed }, body)
  const said = (name: string): string | undefined => new RegExp(`<${name}>([^<]+)</${name}>`).exec(reply.body)?.[1]
  if (reply.status !== 200) {
    const code = /^[A-Za-z]{1,64}$/.exec(said('Code') ?? '')?.[0] ?? 'no known code'
    throw new GatewayError('upstream_unauthorized', `AWS refused the role of the account (${reply.status}, ${code}).`)
  }
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(said)
  const expiresAtMs = Date.parse(said('Expiration') ?? '')
  const hasAll = accessKeyId !== undefined && secretAccessKey !== undefined && sessionToken !== undefined
  if (!hasAll || Number.isNaN(expiresAtMs))
    throw new GatewayError('upstream_invalid_reply', 'AWS answered with something that holds no credentials of a role.')
  return { secret: secretOf({ accessKeyId, secretAccessKey, sessionToken }), expiresAtMs }
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html; China has a domain of its own. */
export function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}
