import { hash } from 'node:crypto'
import * as z from 'zod'
import { signedHeaders } from '../../core/secrets/aws-signature.ts'
import { SecretGone, unavailable } from '../../core/secrets/secret-reference.ts'
import type { AwsSecretsSettings, ReadSecret, SecretIo } from '../../core/secrets/secret-store.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { awsCredential, awsExchange } from '../credentials/aws.ts'
import { awsDomain } from '../credentials/aws-domain.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
const SecretBody = z.object({ SecretString: z.string().nullish(), SecretBinary: z.string().nullish() })
/** `__type` may stand behind a namespace and before a URL. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
const ErrorBody = z.object({ __type: z.string().transform((type) => /(\w+)(?::.*)?$/.exec(type)?.[1] ?? '') })

/** AWS Secrets Manager. What signs may be an access key, a profile, a role or the machine, as for Bedrock. */
export function readAwsSecrets(settings: AwsSecretsSettings, io: SecretIo): ReadSecret {
  const { region, endpoint = `https://secretsmanager.${region}.${awsDomain(region)}`, allowPrivateNetwork } = settings
  const url = new URL(endpoint)
  const account = {
    baseUrl: endpoint,
    options: settings.options,
    ...(settings.secretAccessKey === undefined ? {} : { secret: settings.secretAccessKey }),
  }
  const exchange = awsExchange(account, region)
  let traded: { readonly secret: string; readonly expiresAtMs: number } | undefined

  const credential = async () => {
    if (exchange === undefined) return awsCredential(account)
    if (traded === undefined || io.now() >= traded.expiresAtMs - 60_000) traded = await exchange(io)
    return awsCredential({ ...account, secret: traded.secret })
  }

  return async ({ place, field }) => {
    const signer = await credential()
    if (signer === undefined) throw unavailable('there are no credentials of AWS to ask Secrets Manager with')
    const body = JSON.stringify({ SecretId: place })
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
      host: url.host,
    }
    const request = { method: 'POST', path: '/', headers }
    const scope = { region, service: 'secretsmanager' }
    const signature = signedHeaders(request, hash('sha256', body, 'hex'), signer, scope, new Date(io.now()))
    const { host: _, ...sent } = headers
    const reply = await io.ask(
      { name: 'aws-secrets', allowPrivateNetwork },
      `${url.origin}/`,
      { ...sent, ...signature },
      body,
    )
    if (reply.status !== 200) throw refusal(reply.status, reply.body)
    const { SecretString: text, SecretBinary: binary } = SecretBody.safeParse(parseJson(reply.body)).data ?? {}
    const value = text ?? (binary == null ? undefined : Buffer.from(binary, 'base64').toString('utf8'))
    if (value === undefined) throw unavailable('Secrets Manager answered with something that is no secret')
    if (field === undefined) return value
    const fields = parseJson(value)
    const part = isJsonObject(fields) && Object.hasOwn(fields, field) ? fields[field] : undefined
    if (typeof part !== 'string')
      throw new SecretGone('the secret is no JSON object with a field of that name that is text')
    return part
  }
}

function refusal(status: number, body: string) {
  const code = ErrorBody.safeParse(parseJson(body)).data?.__type ?? ''
  const shown = /^[A-Za-z]{1,64}$/.test(code) ? code : String(status)
  if (shown === 'ResourceNotFoundException') return new SecretGone(`Secrets Manager has no such secret (${shown})`)
  const what = status >= 500 ? 'failed' : 'refused the read'
  return unavailable(`Secrets Manager ${what} (${shown})`)
}
