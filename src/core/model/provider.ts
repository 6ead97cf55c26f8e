import type { AccountCredential, Exchange } from '../secrets/credential.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Dialect, TargetTraits } from './dialect.ts'
import type { EmbeddingFormat } from './embeddings.ts'
import type { ServedFormat } from './endpoint-format.ts'
import type { InlineBatches } from './inline-batches.ts'
import type { RerankFormat } from './rerank.ts'

/** Options of an account, by their names. */
export type AccountOptions = Readonly<Record<string, string>>

/** One dialect as a provider serves it. */
export interface Surface {
  readonly dialect: Dialect
  /** Which models it is there for; absent: all. */
  serves?(model: string): boolean
  /** Full URL for a call, where it is not `baseUrl` + `path`. */
  url?(target: { baseUrl: string; path: string; model: string; options: AccountOptions; stream: boolean }): string
  readonly traits?: TargetTraits
  /** It goes on from an assistant message that ends the conversation, as if it had written that itself. */
  readonly continuation?: Continuation
  /** It says how many tokens a prompt has, at the dialect's own path. */
  readonly countsTokens?: boolean
  /** Headers that carry the credential here, where they are not the provider's. */
  authorize?(secret: string, options: AccountOptions): Readonly<Record<string, string>>
  /**
   * The last change of a body, for a provider that wants more or less in it than its dialect has. `undefined` when nothing
   * has to change: the client's bytes are then sent as they came.
   */
  adjust?(body: JsonObject, target: { model: string; options: AccountOptions }): JsonObject | undefined
}

/** How a provider is made to go on from a text. */
export interface Continuation {
  /** Absent: all. */
  models?(model: string): boolean
  /** What it wants of such a body beside its last message. */
  adjust?(body: JsonObject): JsonObject
  /** Its answer begins with the text that it was given. */
  readonly echoes?: true
}

/** An upstream that serves models, as data. One file in `catalog/providers/` each. Its own dialect is the one that others are translated to. */
export interface Provider extends Surface {
  readonly id: string
  readonly title: string
  /** The vendor's documentation of the API. */
  readonly docs: string
  /** Other dialects that it serves: a client that speaks one of them passes through unchanged. */
  readonly alsoSpeaks?: readonly Surface[]
  /** Absent: the account must name one (`azure-openai`, `openai-compatible`). No trailing slash. */
  readonly baseUrl?: string
  /** The vendor's own environment variables, first one set wins. */
  readonly environment: {
    readonly apiKey: readonly string[]
    readonly baseUrl: readonly string[]
    /** Variables of options that are no part of a credential, by option; first one set wins. */
    readonly options?: Readonly<Record<string, readonly string[]>>
    /** Another credential, of several variables. It counts when all are set and none of `apiKey` is. */
    readonly together?: {
      readonly apiKey?: string
      readonly options: Readonly<Record<string, string>>
      /** Belong to that credential where they are set. */
      readonly optional?: Readonly<Record<string, string>>
    }
  }
  /** A model's name with the tag `latest` means the same as without one there. */
  readonly latestIsUsual?: boolean
  /** False for servers that run without a key (`ollama`, `vllm`). */
  readonly needsKey: boolean
  /** Headers that carry the credential, or the short-lived secret that it was traded for. */
  authorize(secret: string, options: AccountOptions): Readonly<Record<string, string>>
  /** How the account's credential is traded for a short-lived one; `undefined` for an account whose credential is sent as it is. */
  exchange?(account: AccountCredential): Exchange | undefined
  /** Headers that prove the credential for one request; `undefined` for an account whose credential is sent as it is. */
  sign?(
    request: UnsignedRequest,
    /** SHA-256 of the body, in hex. */
    payloadHash: string,
    account: AccountCredential,
    now: Date,
  ): Readonly<Record<string, string>> | undefined
  /** What else of a credential must be shown to nobody, where it is more than the secret as a whole. */
  secretParts?(account: AccountCredential): readonly string[]
  /** Headers that the provider needs on each request, whatever the credential. */
  readonly headers?: Readonly<Record<string, string>>
  /** Such headers that come from options of the account. */
  optionHeaders?(options: AccountOptions): Readonly<Record<string, string>>
  /** Address of an account that names no base URL, for providers where it follows from options. */
  addressOf?(options: AccountOptions): string | undefined
  /** Options that say where a credential goes. With one of them in the file, the credential is not taken from variables: as with a base URL. */
  readonly addressOptions?: readonly string[]
  /** What keeps an account from being used, as the rest of a sentence: `needs the option …`. `baseUrl` is empty when there is none. */
  accountFault?(account: AccountCredential): string | undefined
  /** Account options beyond key and base URL that this provider reads, with one sentence each (`apiVersion`). */
  readonly options?: Readonly<Record<string, string>>
  /** Other endpoints of the same API that pass through unchanged, by client path: `/v1/embeddings` -> `/embeddings`. */
  readonly passThrough?: Readonly<Record<string, string>>
  /** It keeps files for an account, at `/files`, in OpenAI's shapes. */
  readonly keepsFiles?: boolean
  /** It works batches off: of the lines of a file, as OpenAI does, or of messages, as Anthropic does. */
  readonly keepsBatches?: 'files' | 'messages'
  /** It works off batches of another shape, which clients make as OpenAI's. */
  readonly inlineBatches?: InlineBatches
  /** Formats in which it makes embeddings, the one that others are translated to first. Absent: OpenAI's, if it speaks Chat Completions. */
  readonly embeddings?: readonly ServedFormat<EmbeddingFormat>[]
  /** Formats in which it ranks documents, likewise. Absent: Jina's, if it speaks Chat Completions. */
  readonly rerank?: readonly ServedFormat<RerankFormat>[]
}

/** A request as it will be sent. */
export interface UnsignedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Those that a signature may cover: names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * What a client of a dialect reaches at a provider: its own dialect where the provider serves the model in it, else the
 * provider's, or the first of the others that is there for the model.
 */
export function surfaceFor(provider: Provider, client: Dialect | undefined, model: string): Surface {
  const isOwn = client === undefined || client === provider.dialect
  if (isOwn && serves(provider, model)) return provider
  const { alsoSpeaks } = provider
  const spoken = isOwn ? undefined : alsoSpeaks?.find((one) => one.dialect === client && serves(one, model))
  if (spoken !== undefined || serves(provider, model)) return spoken ?? provider
  return alsoSpeaks?.find((one) => serves(one, model)) ?? provider
}

function serves(surface: Surface, model: string): boolean {
  return surface.serves === undefined || surface.serves(model)
}

/** Gives a provider file its type and its name. */
export function defineProvider(provider: Provider): Provider {
  return provider
}

/** `Authorization: Bearer <secret>` (RFC 6750), the scheme of most vendors. */
export function bearer(secret: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${secret}` }
}
