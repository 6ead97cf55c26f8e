import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { AccountCredential, Exchange, ExchangeIo, ShortLivedSecret } from '../../core/secrets/credential.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { formBody, formHeaders } from './client-credentials.ts'
import { ExternalAccount, externalToken } from './google-external-account.ts'
import { rsaPrivateKey, signedJwt } from './signed-jwt.ts'
import { readTokenReply } from './token-reply.ts'

const scope = 'https://www.googleapis.com/auth/cloud-platform'
const googleTokenUrl = 'https://oauth2.googleapis.com/token'
/** The most that Google takes. */
const assertionSeconds = 3600

const ServiceAccount = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.string().default(googleTokenUrl),
})

/** What `gcloud auth application-default login` writes. */
const AuthorizedUser = z.object({
  type: z.literal('authorized_user'),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  refresh_token: z.string().min(1),
  token_uri: z.string().default(googleTokenUrl),
})

const GoogleCredentials = z.discriminatedUnion('type', [ServiceAccount, AuthorizedUser, ExternalAccount])

/**
 * The service account of the machine, the JSON of a service account, of an application default credential or of a workload in another
 * place, or a file with it; anything else is a token already.
 */
export function googleExchange({ secret, options }: AccountCredential): Exchange | undefined {
  const { credentialsFile, credentialSource, subjectTokenFile } = options
  if (credentialSource === 'metadata') return machineToken
  if (secret !== undefined) {
    return secret.trimStart().startsWith('{') ? (io) => exchanged(secret, io, subjectTokenFile) : undefined
  }
  if (credentialsFile === undefined) return undefined
  return async (io) => await exchanged(await io.readFile(credentialsFile), io, subjectTokenFile)
}

/** https://docs.cloud.google.com/compute/docs/access/authenticate-workloads#applications */
const machineToken: Exchange = async ({ now, metadata }) => {
  const path = `/computeMetadata/v1/instance/service-accounts/default/token?scopes=${encodeURIComponent(scope)}`
  const reply = await metadata('machine', { method: 'GET', path, headers: { 'metadata-flavor': 'Google' } })
  return readTokenReply(reply, now())
}

async function exchanged(
  text: string,
  io: ExchangeIo,
  subjectTokenFile: string | undefined,
): Promise<ShortLivedSecret> {
  const { now, post } = io
  const credentials = readCredentials(text)
  if (credentials.type === 'external_account') return await externalToken(credentials, subjectTokenFile, scope, io)
  const form = credentials.type === 'service_account' ? assertionForm(credentials, now()) : refreshForm(credentials)
  return readTokenReply(await post(credentials.token_uri, formHeaders, formBody(form)), now())
}

function readCredentials(text: string): z.infer<typeof GoogleCredentials> {
  const json = parseJson(text)
  const read = GoogleCredentials.safeParse(json)
  if (read.success) return read.data
  const isAnother = isJsonObject(json) && typeof json['type'] === 'string' && !knownTypes.includes(json['type'])
  throw new GatewayError(
    'upstream_unauthorized',
    isAnother
      ? 'The credential of Google has a type that is not supported; take that of a service account, of a user or of a workload (`external_account`).'
      : 'The credential is no JSON of a service account, of a user or of a workload of Google.',
  )
}

const knownTypes: readonly string[] = ['service_account', 'authorized_user', 'external_account']

/** RFC 7523; https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
function assertionForm(account: z.infer<typeof ServiceAccount>, nowMs: number): Readonly<Record<string, string>> {
  const issuedAt = Math.floor(nowMs / 1000)
  const assertion = signedJwt(
    rsaPrivateKey(account.private_key),
    { iss: account.client_email, scope, aud: account.token_uri, iat: issuedAt, exp: issuedAt + assertionSeconds },
    account.private_key_id === undefined ? {} : { kid: account.private_key_id },
  )
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
}

/** RFC 6749, section 6. */
function refreshForm(user: z.infer<typeof AuthorizedUser>): Readonly<Record<string, string>> {
  return {
    grant_type: 'refresh_token',
    client_id: user.client_id,
    client_secret: user.client_secret,
    refresh_token: user.refresh_token,
  }
}
