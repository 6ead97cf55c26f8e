import { GatewayError } from '../../core/errors.ts'
import type { AccountCredential, ExchangeIo, MetadataService, TokenReply } from '../../core/secrets/credential.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { assumeRoleWithToken, type TemporaryCredential } from './aws-sts.ts'

type Options = AccountCredential['options']
type Source = (io: ExchangeIo, options: Options, region: string) => Promise<TemporaryCredential>

/** Where a machine or a container of AWS gets its credentials, by the word of the option `credentialSource`. */
const sources: Readonly<Record<string, { readonly needs: readonly string[]; readonly ask: Source }>> = {
  instance: { needs: [], ask: instanceCredential },
  ecs: {
    needs: ['containerPath'],
    ask: (io, { containerPath = '' }) => containerCredential(io, 'ecs-task', containerPath, {}),
  },
  eks: {
    needs: ['containerTokenFile'],
    async ask(io, { containerTokenFile = '' }) {
      const authorization = (await io.readFile(containerTokenFile)).trim()
      return await containerCredential(io, 'eks-pod', '/v1/credentials', { authorization })
    },
  },
  'web-identity': {
    needs: ['webIdentityTokenFile', 'webIdentityRoleArn'],
    async ask(io, options, region) {
      const { webIdentityTokenFile = '', webIdentityRoleArn: roleArn = '' } = options
      return await assumeRoleWithToken(io, await io.readFile(webIdentityTokenFile), { roleArn, region, options })
    },
  },
}

export async function sourceCredential(
  io: ExchangeIo,
  name: string,
  options: Options,
  region: string,
): Promise<TemporaryCredential> {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (source === undefined)
    throw new GatewayError('upstream_unauthorized', 'The account has no known credential source.')
  return await source.ask(io, options, region)
}

/** What keeps a source from being used, as the rest of a sentence. */
export function sourceFault(options: Options): string | undefined {
  const { credentialSource: name, containerPath } = options
  if (name === undefined) return undefined
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (source === undefined)
    return `has a \`credentialSource\` that is none; it can be ${Object.keys(sources).join(', ')}`
  const missing = source.needs.find((option) => options[option] === undefined)
  if (missing !== undefined) return `needs the option \`${missing}\` for its \`credentialSource\``
  if (name === 'ecs' && !containerPathPattern.test(containerPath ?? ''))
    return 'has a `containerPath` that is none; it begins with a slash, as AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does'
  return undefined
}

/** Only a path: the address is always the same. */
const containerPathPattern = /^\/[\w/-]{1,512}$/
const instancePath = '/latest/meta-data/iam/security-credentials/'

/** IMDSv2: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html */
async function instanceCredential(io: ExchangeIo): Promise<TemporaryCredential> {
  const asking = { 'x-aws-ec2-metadata-token-ttl-seconds': '300' }
  const token = await io.metadata('machine', { method: 'PUT', path: '/latest/api/token', headers: asking })
  const headers = { 'x-aws-ec2-metadata-token': successful(token).trim() }
  const roles = await io.metadata('machine', { method: 'GET', path: instancePath, headers })
  const role = successful(roles).split('\n')[0]?.trim() ?? ''
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  if (!/^[\w+=,.@-]{1,128}$/.test(role) || /^\.+$/.test(role))
    throw new GatewayError('upstream_unauthorized', 'The machine has no role; give it an instance profile.')
  return readCredential(await io.metadata('machine', { method: 'GET', path: instancePath + role, headers }))
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
async function containerCredential(
  io: ExchangeIo,
  service: MetadataService,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<TemporaryCredential> {
  return readCredential(await io.metadata(service, { method: 'GET', path, headers }))
}

function readCredential(reply: TokenReply): TemporaryCredential {
  const json = parseJson(successful(reply))
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration,
  } = isJsonObject(json) ? json : {}
  const expiresAtMs = Date.parse(String(Expiration))
  const isWhole =
    typeof accessKeyId === 'string' && typeof secretAccessKey === 'string' && typeof sessionToken === 'string'
  if (!isWhole || Number.isNaN(expiresAtMs))
    throw new GatewayError(
      'upstream_invalid_reply',
      'The metadata service of the machine answered with something that holds no credentials.',
    )
  return { credential: { accessKeyId, secretAccessKey, sessionToken }, expiresAtMs }
}

function successful({ status, body }: TokenReply): string {
  if (status === 200) return body
  throw new GatewayError('upstream_unauthorized', `The metadata service of the machine refused to answer (${status}).`)
}
