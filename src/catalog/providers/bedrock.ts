import { bearer, defineProvider } from '../../core/model/provider.ts'
import { signedHeaders } from '../../core/secrets/aws-signature.ts'
import type { AccountCredential } from '../../core/secrets/credential.ts'
import { awsCredential, awsExchange } from '../credentials/aws.ts'
import { awsDomain } from '../credentials/aws-domain.ts'
import { sourceFault } from '../credentials/aws-sources.ts'
import { bedrockConverse } from '../dialects/bedrock-converse.ts'
import { bedrockInvoke } from '../dialects/bedrock-invoke.ts'

/**
 * Two credentials: a Bedrock API key, which is sent as it is, or an access key of AWS, which signs each request.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
 */
export default defineProvider({
  id: 'bedrock',
  title: 'Amazon Bedrock',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
  dialect: bedrockConverse,
  alsoSpeaks: [{ dialect: bedrockInvoke, countsTokens: true }],
  environment: {
    apiKey: ['AWS_BEARER_TOKEN_BEDROCK'],
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    baseUrl: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
    options: {
      region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
      credentialsFile: ['AWS_SHARED_CREDENTIALS_FILE'],
      configFile: ['AWS_CONFIG_FILE'],
      containerPath: ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
      containerTokenFile: ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
      webIdentityTokenFile: ['AWS_WEB_IDENTITY_TOKEN_FILE'],
      webIdentityRoleArn: ['AWS_ROLE_ARN'],
      stsEndpoint: ['AWS_ENDPOINT_URL_STS'],
      ssoEndpoint: ['AWS_ENDPOINT_URL_SSO'],
      ssoOidcEndpoint: ['AWS_ENDPOINT_URL_SSO_OIDC'],
    },
    together: {
      apiKey: 'AWS_SECRET_ACCESS_KEY',
      options: { accessKeyId: 'AWS_ACCESS_KEY_ID' },
      optional: { sessionToken: 'AWS_SESSION_TOKEN' },
    },
  },
  needsKey: true,
  authorize: (secret, options) => (awsCredential({ secret, baseUrl: '', options }) === undefined ? bearer(secret) : {}),
  exchange: (account) => awsExchange(account, regionOf(account) ?? ''),
  sign(request, payloadHash, account, now) {
    const credential = awsCredential(account)
    if (credential === undefined) return undefined
    return signedHeaders(request, payloadHash, credential, { region: regionOf(account) ?? '', service: 'bedrock' }, now)
  },
  secretParts(account) {
    const { secretAccessKey, sessionToken } = awsCredential(account) ?? {}
    return [secretAccessKey, sessionToken].filter((part) => part !== undefined)
  },
  addressOf: ({ region }) =>
    region === undefined ? undefined : `https://bedrock-runtime.${region}.${awsDomain(region)}`,
  accountFault,
  options: {
    region: 'Region of AWS, such as `us-east-1`. Default AWS_REGION.',
    accessKeyId: 'Access key id; `apiKey` is then its secret access key. Without it, `apiKey` is a Bedrock API key.',
    sessionToken: 'Session token of a temporary access key.',
    profile: 'Profile of the shared files of AWS, for an account without `apiKey`.',
    credentialsFile: 'Path of that file. Default AWS_SHARED_CREDENTIALS_FILE, then `~/.aws/credentials`.',
    configFile:
      'Path of the other shared file, with profiles that take roles. Default AWS_CONFIG_FILE, then `~/.aws/config`.',
    credentialSource:
      'Where the gateway runs, in place of `apiKey`: `instance` (EC2), `ecs`, `eks` (pod identity) or `web-identity` (IRSA).',
    containerPath: 'Path of the credentials of an ECS task. Default AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.',
    containerTokenFile: 'File with the token of an EKS pod. Default AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.',
    webIdentityTokenFile: 'File with the token of a web identity. Default AWS_WEB_IDENTITY_TOKEN_FILE.',
    webIdentityRoleArn: 'Role that it takes. Default AWS_ROLE_ARN.',
    roleArn: 'Role to take with these credentials, through AWS STS.',
    externalId: 'External id that the role asks for.',
    credentialProcess: '`run`: the program that the `profile` names in `credential_process` may be run.',
    ssoCacheFolder: 'Folder with the tokens of `aws sso login`. Default `~/.aws/sso/cache`.',
    ssoEndpoint: 'URL of another portal of IAM Identity Center than that of its region.',
    ssoOidcEndpoint: 'URL of another token service of IAM Identity Center than that of its region.',
    stsEndpoint: 'URL of another STS endpoint than that of the region.',
  },
})

const regionPattern = /^[a-z]{2,4}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/

/** What the signature names: the option, else what the address says. */
function regionOf({ baseUrl, options }: AccountCredential): string | undefined {
  return options['region'] ?? /^https?:\/\/bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(baseUrl)?.[1]
}

function accountFault(account: AccountCredential): string | undefined {
  const { secret, baseUrl, options } = account
  const { region, accessKeyId, profile, roleArn, credentialSource, credentialProcess } = options
  if (region !== undefined && !regionPattern.test(region)) return 'has a `region` that is none of AWS'
  if (baseUrl === '') return 'needs the option `region`, or AWS_REGION'
  if (secret === undefined && accessKeyId !== undefined)
    return 'needs the secret access key as `apiKey` beside `accessKeyId`'
  if (credentialSource !== undefined && (accessKeyId !== undefined || profile !== undefined))
    return 'has an access key or a `profile` beside its `credentialSource`'
  if (credentialProcess !== undefined && (credentialProcess !== 'run' || profile === undefined))
    return 'takes `credentialProcess: run`, and nothing else, beside a `profile`'
  const wrongSource = sourceFault(options)
  if (wrongSource !== undefined) return wrongSource
  const isSigning = [accessKeyId, profile, credentialSource, awsCredential(account)].some(
    (given) => given !== undefined,
  )
  if (roleArn !== undefined && !isSigning) return 'needs an access key or a `profile` to take the role of `roleArn`'
  if (isSigning && regionOf(account) === undefined) return 'needs the option `region` to sign its requests'
  return undefined
}
