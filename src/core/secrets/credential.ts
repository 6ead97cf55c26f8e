/** Credentials that are traded for short-lived ones before they are sent to a provider. */

/** What an account holds, as its provider's file sees it. */
export interface AccountCredential {
  /** `apiKey` of the account; absent when it stands in a file that an option names. */
  readonly secret?: string
  /** No trailing slash. */
  readonly baseUrl: string
  readonly options: Readonly<Record<string, string>>
}

/** A token, and until when it is taken. */
export interface ShortLivedSecret {
  readonly secret: string
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}

/** What an exchange may do in the world. */
export interface ExchangeIo {
  /** Unix milliseconds. */
  now(): number
  /** Asks a token endpoint. Redirects are not followed. Throws a `GatewayError` when there is no reply. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<TokenReply>
  /** The same with a GET. */
  get(url: string, headers: Readonly<Record<string, string>>): Promise<TokenReply>
  /** Asks a service of the machine that the gateway runs on, at its fixed address. Throws a `GatewayError` when there is no reply. */
  metadata(service: MetadataService, request: MetadataRequest): Promise<TokenReply>
  /** A file that an option of the account names. Throws a `GatewayError` when it cannot be read. */
  readFile(path: string): Promise<string>
  /** Replaces such a file whole, by what `make` gives. Where it cannot be written, `make` is not asked. Throws a `GatewayError`. */
  replaceFile(path: string, make: () => Promise<string>): Promise<void>
  /** Runs a program without a shell, for an account that says so, and gives what it prints. Throws a `GatewayError`. */
  run(words: readonly string[]): Promise<string>
}

/** `machine`: of AWS, Azure and Google alike. The two others give credentials to a container of AWS. */
export type MetadataService = 'machine' | 'ecs-task' | 'eks-pod'

export interface MetadataRequest {
  readonly method: 'GET' | 'PUT'
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export interface TokenReply {
  readonly status: number
  readonly body: string
}

/** Gets a short-lived secret. Throws a `GatewayError` whose text holds nothing of a credential, nor words of the token endpoint. */
export type Exchange = (io: ExchangeIo) => Promise<ShortLivedSecret>
