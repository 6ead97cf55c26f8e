import type { EndpointFormat } from './endpoint-format.ts'
import type { Usage } from './model-reply.ts'

/** The neutral form of a request for embeddings. What is absent was not given. */
export interface EmbeddingRequest {
  /** Texts, or texts as the numbers of their tokens. */
  readonly inputs: readonly (string | readonly number[])[]
  readonly dimensions?: number
  /** How the client wants its vectors written. */
  readonly encoding: 'float' | 'base64'
  readonly purpose?: EmbeddingPurpose
  /** Of the document, for purposes that know one. */
  readonly title?: string
  /** Whether a text that is too long is cut or refused. */
  readonly truncate?: boolean
  readonly endUser?: string
  /** Names, as the client wrote them, of what no field above can hold. */
  readonly other: readonly string[]
}

/** What the vectors are for, where models make different ones. */
export type EmbeddingPurpose =
  | 'query'
  | 'document'
  | 'classification'
  | 'clustering'
  | 'similarity'
  | 'question'
  | 'fact'
  | 'code'

export interface EmbeddingReply {
  readonly id?: string
  /** In the order of the inputs. */
  readonly vectors: readonly Vector[]
  readonly usage?: Usage
}

/** As the provider wrote it: numbers, or Base64 of little-endian 32-bit floats. */
export type Vector = readonly number[] | string

export type EmbeddingFormat = EndpointFormat<EmbeddingRequest, EmbeddingReply>
