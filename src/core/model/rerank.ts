import type { JsonObject } from '../wire/json.ts'
import type { EndpointFormat } from './endpoint-format.ts'
import type { Usage } from './model-reply.ts'

/** The neutral form of a request to rank documents by a query. */
export interface RerankRequest {
  readonly query: string
  readonly documents: readonly RankedDocument[]
  /** How many of the best are wanted; absent means all. */
  readonly count?: number
  readonly returnsDocuments: boolean
  readonly maxTokensPerDocument?: number
  /** Whether a document that is too long is cut or refused. */
  readonly truncate?: boolean
  readonly other: readonly string[]
}

/** A text, or an object with a text among its fields. */
export type RankedDocument = string | JsonObject

export interface RerankReply {
  readonly id?: string
  /** The best first. `index` counts the request's documents from 0. */
  readonly results: readonly { readonly index: number; readonly score: number }[]
  readonly usage?: Usage
}

export type RerankFormat = EndpointFormat<RerankRequest, RerankReply>

export function documentText(document: RankedDocument): string {
  if (typeof document === 'string') return document
  const { text } = document
  return typeof text === 'string' ? text : JSON.stringify(document)
}
