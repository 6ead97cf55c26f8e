import * as z from 'zod'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { readReference } from '../../core/secrets/secret-reference.ts'
import type { AwsSecretsSettings, VaultSettings } from '../../core/secrets/secret-store.ts'
import { checkTokenUrl } from '../../gateway/outbound/address-guard.ts'
import type { Report } from './accounts.ts'

const seconds = z.int().positive().max(2_592_000)
const text = z.string().min(1).max(4096)
const mount = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'takes the name of a mount, such as `approle`')
  .optional()

/** `secrets`: the stores that references of accounts lead to. */
export const SecretsSection = z.strictObject({
  refreshSeconds: seconds.optional().describe('A secret that is older is read again beside the calls. Default 300.'),
  keepSeconds: seconds
    .optional()
    .describe('How long the last value is used while its store cannot be asked. Default 86400.'),
  vault: z
    .strictObject({
      address: text.optional().describe('URL of HashiCorp Vault. Default VAULT_ADDR.'),
      namespace: z
        .string()
        .regex(/^[\w./-]{1,256}$/, 'takes the path of a namespace')
        .optional(),
      allowPrivateNetwork: z.boolean().optional().describe('Needed for a private or loopback `address`, and for http.'),
      token: z
        .string()
        .regex(/^[\x21-\x7e]{1,4096}$/, 'takes visible ASCII characters without blanks')
        .optional()
        .describe('Default VAULT_TOKEN, where the address is that of VAULT_ADDR.'),
      tokenFile: text.optional().describe('File with a token that somebody else renews, such as the agent of Vault.'),
      appRole: z.strictObject({ roleId: text, secretId: text, mount }).optional(),
      kubernetes: z
        .strictObject({ role: text, tokenFile: text.optional(), mount })
        .optional()
        .describe('The service account of the pod; `tokenFile` defaults to where Kubernetes puts its token.'),
    })
    .optional()
    .describe('HashiCorp Vault, for `vault:` references.'),
  aws: z
    .strictObject({
      region: z
        .string()
        .regex(/^[a-z]{2,4}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/, 'takes a region, such as `eu-central-1`')
        .optional()
        .describe('Default AWS_REGION.'),
      endpoint: text.optional().describe('URL in place of that of the region.'),
      allowPrivateNetwork: z
        .boolean()
        .optional()
        .describe('Needed for a private or loopback `endpoint`, and for http.'),
      accessKeyId: text.optional(),
      secretAccessKey: text.optional(),
      options: z
        .record(z.string(), z.string())
        .optional()
        .describe('As for the provider `bedrock`: `profile`, `credentialSource`, `roleArn`, `sessionToken`, …'),
    })
    .optional()
    .describe('AWS Secrets Manager, for `aws-secrets:` references.'),
})
export type SecretsSection = z.infer<typeof SecretsSection>

export interface SecretsConfig {
  readonly refreshMs: number
  readonly keepMs: number
  /** Absent: there is none. */
  readonly vault?: VaultSettings
  readonly aws?: AwsSecretsSettings
}

const podTokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token'

export function secretsConfig(section: SecretsSection, environment: NodeJS.ProcessEnv, fault: Report): SecretsConfig {
  const vault = vaultSettings(section.vault ?? {}, environment, (path, message) => fault(['vault', ...path], message))
  const aws = awsSettings(section.aws ?? {}, environment, (path, message) => fault(['aws', ...path], message))
  return {
    refreshMs: (section.refreshSeconds ?? 300) * 1000,
    keepMs: (section.keepSeconds ?? 86_400) * 1000,
    ...(vault === undefined ? {} : { vault }),
    ...(aws === undefined ? {} : { aws }),
  }
}

function vaultSettings(
  section: NonNullable<SecretsSection['vault']>,
  environment: NodeJS.ProcessEnv,
  fault: Report,
): VaultSettings | undefined {
  const { VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE } = environment
  const address = section.address ?? (VAULT_ADDR || undefined)
  if (address === undefined) return undefined
  // An address that the operator's own shell names needs no permission to be private.
  const allowPrivateNetwork = section.allowPrivateNetwork ?? section.address === undefined
  if (!isAddress('vault', address, allowPrivateNetwork, (message) => fault(['address'], message))) return undefined
  const { token, tokenFile, appRole, kubernetes } = section
  const own = [token, tokenFile, appRole, kubernetes].filter((given) => given !== undefined)
  // As for accounts: what a variable holds goes to no address of the file.
  const ambient = own.length === 0 && section.address === undefined ? VAULT_TOKEN || undefined : undefined
  const auth = authOf({ ...section, token: token ?? ambient })
  if (own.length > 1 || auth === undefined) {
    fault([], '`secrets.vault` takes one of `token`, `tokenFile`, `appRole` and `kubernetes`.')
    return undefined
  }
  const namespace = section.namespace ?? (VAULT_NAMESPACE || undefined)
  return { address, allowPrivateNetwork, auth, ...(namespace === undefined ? {} : { namespace }) }
}

function authOf({
  token,
  tokenFile,
  appRole,
  kubernetes,
}: NonNullable<SecretsSection['vault']>): VaultSettings['auth'] | undefined {
  if (token !== undefined) return { kind: 'token', token }
  if (tokenFile !== undefined) return { kind: 'token-file', path: tokenFile }
  if (appRole !== undefined) {
    const { roleId, secretId, mount: at = 'approle' } = appRole
    return { kind: 'app-role', mount: at, roleId, secretId }
  }
  if (kubernetes === undefined) return undefined
  const { role, tokenFile: file = podTokenFile, mount: at = 'kubernetes' } = kubernetes
  return { kind: 'kubernetes', mount: at, role, tokenFile: file }
}

function awsSettings(
  section: NonNullable<SecretsSection['aws']>,
  environment: NodeJS.ProcessEnv,
  fault: Report,
): AwsSecretsSettings | undefined {
  const region = section.region ?? (environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || undefined)
  if (region === undefined) return undefined
  const { endpoint, allowPrivateNetwork = false, accessKeyId, secretAccessKey } = section
  if (
    endpoint !== undefined &&
    !isAddress('aws-secrets', endpoint, allowPrivateNetwork, (message) => fault(['endpoint'], message))
  )
    return undefined
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    fault([], '`secrets.aws` takes `accessKeyId` and `secretAccessKey` together.')
    return undefined
  }
  const mayUse = accessKeyId === undefined && section.options === undefined && endpoint === undefined
  const own = { id: accessKeyId, secret: secretAccessKey, token: undefined }
  const { id, secret, token } = mayUse ? ambientPair(environment) : own
  return {
    region,
    allowPrivateNetwork,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(secret === undefined ? {} : { secretAccessKey: secret }),
    options: {
      ...section.options,
      ...(id === undefined ? {} : { accessKeyId: id }),
      ...(token === undefined ? {} : { sessionToken: token }),
    },
  }
}

function ambientPair(environment: NodeJS.ProcessEnv) {
  const id = environment['AWS_ACCESS_KEY_ID'] || undefined
  const secret = environment['AWS_SECRET_ACCESS_KEY'] || undefined
  if (id === undefined || secret === undefined) return { id: undefined, secret: undefined, token: undefined }
  return { id, secret, token: environment['AWS_SESSION_TOKEN'] || undefined }
}

function isAddress(name: string, url: string, allowPrivateNetwork: boolean, fault: (message: string) => void): boolean {
  try {
    checkTokenUrl(url, { account: name, allowPrivateNetwork, kind: 'store of secrets' })
    return true
  } catch (error) {
    fault((error as Error).message)
    return false
  }
}

const settingsOf: Readonly<
  Record<string, { readonly has: (secrets: SecretsConfig) => boolean; readonly help: string }>
> = {
  vault: { has: ({ vault }) => vault !== undefined, help: 'give `secrets.vault` its `address`, or set VAULT_ADDR' },
  'aws-secrets': { has: ({ aws }) => aws !== undefined, help: 'give `secrets.aws` its `region`, or set AWS_REGION' },
}

/** A reference to a store that is not there can never be resolved. */
export function withoutStore(
  accounts: readonly ProviderAccount[],
  secrets: SecretsConfig,
  fault: (accountId: string, message: string) => void,
): void {
  for (const { id, furtherOf = id, secretReference = '' } of accounts) {
    const needed = settingsOf[readReference(secretReference)?.scheme ?? '']
    if (needed === undefined || needed.has(secrets)) continue
    fault(furtherOf, `The account \`${furtherOf}\` has its secret in a store that is not set up: ${needed.help}.`)
  }
}
