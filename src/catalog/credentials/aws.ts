import { GatewayError } from '../../core/errors.ts'
import type { AwsCredential } from '../../core/secrets/aws-signature.ts'
import type { AccountCredential, Exchange, ExchangeIo } from '../../core/secrets/credential.ts'
import { profileCredential } from './aws-profile.ts'
import { sourceCredential } from './aws-sources.ts'
import { assumeRole, type TemporaryCredential } from './aws-sts.ts'

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
  const secret = [accessKeyId, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])].join(':')
  // Anything else would be taken for a key that is sent as it is.
  if (joined.test(secret)) return secret
  throw new GatewayError('upstream_invalid_reply', 'What was given as credentials of AWS are none.')
}

/** Credentials of the machine, of a profile, or of a role that one of them may take; `undefined` for an account that has its own and takes no role. */
export function awsExchange(account: AccountCredential, region: string): Exchange | undefined {
  const { options, secret } = account
  const { profile, credentialSource, roleArn, externalId } = options
  const isTraded = secret === undefined ? profile !== undefined : roleArn !== undefined
  if (credentialSource === undefined && !isTraded) return undefined
  return async (io) => {
    const own = await ownCredential(io, account, region)
    const { credential, expiresAtMs } =
      roleArn === undefined ? own : await assumeRole(io, own.credential, { roleArn, externalId, region, options })
    return { secret: secretOf(credential), expiresAtMs }
  }
}

async function ownCredential(io: ExchangeIo, account: AccountCredential, region: string): Promise<TemporaryCredential> {
  const { credentialSource, profile = 'default' } = account.options
  if (credentialSource !== undefined) return await sourceCredential(io, credentialSource, account.options, region)
  const credential = awsCredential(account)
  return credential === undefined
    ? await profileCredential(io, profile, account.options, region)
    : { credential, expiresAtMs: Number.POSITIVE_INFINITY }
}
