import type { GatewayError } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { ReplyContext, ReplyPart } from './model-reply.ts'
import type { EncodedRequest, ModelRequest } from './model-request.ts'
import type { ServerSentEvent } from './sse.ts'
import type { StreamTransform } from './stream.ts'

/**
 * A wire format. Pure: bodies and events in, neutral forms out, and back. One dialect serves a client
 * endpoint and any number of providers; N client and M provider dialects meet in the neutral form.
 */
export interface Dialect {
  readonly id: string
  readonly title: string
  /** Path that clients call, and the path below a provider's base URL that it is sent to. */
  readonly clientPath: string
  readonly providerPath: string

  /** Reads a client's body. Throws `invalid_request` naming the field, for any wrong type. Unknown fields go to `other`. */
  decodeRequest(body: JsonObject): ModelRequest
  /** Writes a provider's body with `request.model` as the model. Never throws; what it cannot say is in `dropped`. */
  encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest
  /**
   * Fits a body of this very dialect to a provider that takes less of it, or to an account that wants usage in each
   * stream. `undefined` when nothing has to change: the client's bytes are then sent as they came.
   */
  adaptRequest?(
    body: JsonObject,
    traits: TargetTraits,
    options: { readonly streamUsage: boolean },
  ): EncodedRequest | undefined

  /** Reads a provider's whole reply, ending in `reply-end`. Lenient; throws `upstream_invalid_reply` when nothing can be read. */
  decodeReply(body: JsonObject): readonly ReplyPart[]
  encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject

  /** Reads a provider's stream. An event that is not of the dialect gives nothing; malformed data throws `upstream_invalid_reply`. */
  decodeEvents(): StreamTransform<ServerSentEvent, ReplyPart>
  /** Writes a client's stream, the terminator included (on `reply-end`). */
  encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, ServerSentEvent>

  /** What a provider's error body says. Anything may come: HTML, text, nothing. */
  decodeError(status: number, body: string): ProviderFault
  encodeError(error: GatewayError): JsonObject
  /** The event that ends a broken stream. */
  encodeErrorEvent(error: GatewayError): ServerSentEvent
  /** The event that ends a whole stream (`[DONE]`, `message_stop`), for a provider that gave a finish reason and forgot it. */
  readonly terminator: ServerSentEvent

  /**
   * Byte strings that mark the events worth decoding in a stream that passes through unchanged: usage, errors,
   * finish reasons, the terminator. Everything else is piped without being parsed.
   */
  readonly landmarks: readonly string[]
  /** The byte string that marks the first event with content, for time to first token. */
  readonly contentLandmark: string
}

/** What the target is known to take, where providers that speak one dialect differ. From the provider's file. */
export interface TargetTraits {
  /** Top-level fields of the body that the provider refuses. */
  readonly unsupported?: readonly string[]
  /** Field of an assistant message in which the provider takes earlier thinking back; absent: it does not. */
  readonly reasoningField?: 'reasoning_content' | 'reasoning' | 'reasoning_details'
  /** Values of `reasoning_effort` that the provider takes; absent: as far as the model's name tells. */
  readonly reasoningEfforts?: readonly string[]
  /** `false`: the model does not reason. */
  readonly supportsReasoning?: boolean
  /** `false`: the model refuses `temperature` and `top_p`. */
  readonly supportsSampling?: boolean
  /** `max_tokens` where the provider does not know `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens'
  /** Most output tokens of the model, for dialects where a limit is required (Anthropic `max_tokens`). */
  readonly maxOutputTokens?: number
}

export interface ProviderFault {
  /** One sentence from the provider, or ours when it gave none. Never a credential, never HTML. */
  readonly message: string
  /** The vendor's own `type` and `code`, when it has them. */
  readonly vendorType?: string
  readonly vendorCode?: string
  readonly param?: string
}
