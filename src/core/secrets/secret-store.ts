import type { ExchangeIo, TokenReply } from './credential.ts'
import type { SecretReference } from './secret-reference.ts'

/** What reading a secret may do in the world. */
export interface SecretIo extends ExchangeIo {
  /** Asks a store at its address, with the checks that calls have. With a body: a POST. Throws a `GatewayError`. */
  ask(store: StoreAddress, url: string, headers: Readonly<Record<string, string>>, body?: string): Promise<TokenReply>
  variable(name: string): string | undefined
}

export interface StoreAddress {
  /** In errors. */
  readonly name: string
  readonly allowPrivateNetwork: boolean
}

/** Reads what a reference of one scheme stands for. Throws a `GatewayError` with nothing in it that a store said. */
export type ReadSecret = (reference: SecretReference) => Promise<string>

/** Where HashiCorp Vault is and how the gateway proves itself to it. */
export interface VaultSettings {
  readonly address: string
  readonly allowPrivateNetwork: boolean
  readonly namespace?: string
  readonly auth:
    | { readonly kind: 'token'; readonly token: string }
    | { readonly kind: 'token-file'; readonly path: string }
    | { readonly kind: 'app-role'; readonly mount: string; readonly roleId: string; readonly secretId: string }
    | { readonly kind: 'kubernetes'; readonly mount: string; readonly role: string; readonly tokenFile: string }
}

export interface AwsSecretsSettings {
  readonly region: string
  readonly endpoint?: string
  readonly allowPrivateNetwork: boolean
  /** With `accessKeyId` among the options. */
  readonly secretAccessKey?: string
  /** As an account of Bedrock has them: `accessKeyId`, `sessionToken`, `profile`, `credentialSource`, `roleArn`, … */
  readonly options: Readonly<Record<string, string>>
}
