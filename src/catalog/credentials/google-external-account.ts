import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { ExchangeIo, ShortLivedSecret } from '../../core/secrets/credential.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { formBody, formHeaders } from './client-credentials.ts'
import { readTokenReply } from './token-reply.ts'

/** A workload outside of Google Cloud that another issuer vouches for: https://google.aip.dev/auth/4117 */
export const ExternalAccount = z.object({
  type: z.literal('external_account'),
  audience: z.string().min(1),
  subject_token_type: z.string().min(1),
  token_url: z.string().default('https://sts.googleapis.com/v1/token'),
  service_account_impersonation_url: z.string().optional(),
  credential_source: z
    .object({
      format: z.object({ type: z.string(), subject_token_field_name: z.string().optional() }).optional(),
    })
    .optional(),
})
export type ExternalAccount = z.infer<typeof ExternalAccount>

/**
 * Trades the workload's token. Its file is the one that the account names, never one that the credential names: whoever wrote a
 * credential could have any file of this machine sent to an address of theirs.
 */
export async function externalToken(
  account: ExternalAccount,
  subjectTokenFile: string | undefined,
  scope: string,
  { now, post, readFile }: ExchangeIo,
): Promise<ShortLivedSecret> {
  if (subjectTokenFile === undefined)
    throw new GatewayError(
      'upstream_unauthorized',
      'A credential of the type `external_account` needs the option `subjectTokenFile` of the account: the file with the token of the workload.',
    )
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: account.audience,
    scope,
    subject_token_type: account.subject_token_type,
    subject_token: subjectToken(await readFile(subjectTokenFile), account),
  }
  const token = readTokenReply(await post(account.token_url, formHeaders, formBody(form)), now())
  const impersonation = account.service_account_impersonation_url
  if (impersonation === undefined) return token
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token.secret}` }
  return impersonated(await post(impersonation, headers, JSON.stringify({ scope: [scope] })), now())
}

function subjectToken(text: string, { credential_source: source }: ExternalAccount): string {
  if (source?.format?.type !== 'json') return text.trim()
  const json = parseJson(text)
  const token = isJsonObject(json) ? json[source.format.subject_token_field_name ?? ''] : undefined
  if (typeof token === 'string' && token !== '') return token
  throw new GatewayError(
    'upstream_unauthorized',
    'The file of `subjectTokenFile` has no token where the credential says.',
  )
}

/** https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
function impersonated(reply: { readonly status: number; readonly body: string }, nowMs: number): ShortLivedSecret {
  const json = reply.status === 200 ? parseJson(reply.body) : undefined
  const { accessToken, expireTime } = isJsonObject(json) ? json : {}
  const expiresAtMs = Date.parse(String(expireTime))
  if (typeof accessToken === 'string' && accessToken !== '' && !Number.isNaN(expiresAtMs))
    return { secret: accessToken, expiresAtMs }
  // The same sentences as of any token endpoint.
  return readTokenReply(reply, nowMs)
}
