import type { GatewayError } from '../errors.ts'
import type { LimitHeaders } from '../spending/limit-headers.ts'
import type { JsonObject, JsonValue } from '../wire/json.ts'
import type { StreamTransform } from '../wire/stream.ts'
import type { EncryptedReasoning } from './encrypted-reasoning.ts'
import type { ClientFraming, Framing, WireEvent } from './framing.ts'
import type { KeptParts, KeptReplies } from './kept-replies.ts'
import type { ReplyContext, ReplyPart } from './model-reply.ts'
import type { EncodedRequest, ModelRequest } from './model-request.ts'
import type { ModelFacts } from './prices.ts'

/**
 * A wire format. Pure: bodies and events in, neutral forms out, and back. One dialect serves a client
 * endpoint and any number of providers; N client and M provider dialects meet in the neutral form.
 */
export interface Dialect {
  readonly id: string
  readonly title: string
  /** Where clients call it. */
  readonly clientPaths: readonly ClientPath[]
  /** Where it is sent to, below a provider's base URL, with its query if it needs one. */
  providerPath(asked: Asked): string
  /** Where a provider lists its models for a GET, below its base URL. Absent: the dialect has no such list. */
  readonly modelListPath?: string
  /** Where a request names its model. */
  readonly modelIn: 'body' | 'path'
  /** How its events stand in a stream. */
  readonly framing: Framing
  /** Where the query of a client's URL may hold its key. */
  readonly keyParameter?: string
  /** The header in which clients ask for what only this dialect has: left out and named where another is spoken. */
  readonly featureHeader?: string
  /** How requests go on from earlier replies, where servers keep them. */
  readonly keptReplies?: KeptReplies
  /** For a dialect whose servers keep parts of their replies by ids. */
  readonly keptParts?: KeptParts
  /** What the gateway answers itself in this dialect: which models there are. */
  readonly questions?: readonly Question[]
  /** How clients ask how many tokens a prompt has. */
  readonly tokenCounting?: TokenCounting

  /** What servers of this dialect take as the name of a tool. Absent: anything. */
  readonly toolNames?: ToolNameRule

  /** Reads a client's body. Throws `invalid_request` naming the field, for any wrong type. Unknown fields go to `other`. */
  decodeRequest(body: JsonObject, asked: Asked): ModelRequest
  /** How long the answer to a client's body may become, by its own words; for any body, also one that `decodeRequest` refuses. */
  outputBounds(body: JsonObject): OutputBounds
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

  /** Absent: its servers encrypt and sign nothing, or nobody has to know. */
  readonly encryptedReasoning?: EncryptedReasoning
  /** Whether the provider refused reasoning that another account made, and that only that one can read. */
  isUnreadable?(fault: GatewayError): boolean

  /** Reads a provider's whole reply, ending in `reply-end`. Lenient; throws `upstream_invalid_reply` when nothing can be read. */
  decodeReply(body: JsonObject): readonly ReplyPart[]
  encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject

  /** Reads a provider's stream. An event that is not of the dialect gives nothing; malformed data throws `upstream_invalid_reply`. */
  decodeEvents(): StreamTransform<WireEvent, ReplyPart>
  /** Writes a client's stream, the terminator included (on `reply-end`). */
  encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent>

  /** What a provider's error body says. Anything may come: HTML, text, nothing. */
  decodeError(status: number, body: string, headers?: Readonly<Record<string, string>>): ProviderFault
  encodeError(error: GatewayError): JsonObject
  /** Headers in which clients look for what an error is. */
  errorHeaders?(error: GatewayError): Readonly<Record<string, string>>
  /** Headers in which clients look for what is left of a limit. Absent: OpenAI's. */
  readonly limitHeaders?: LimitHeaders
  /** What `encodeEvents` writes may go on where another server's stream of text was cut: clients tell events by no more than `replyId`. */
  readonly takesContinuation?: true
  /** The event that ends a broken stream. */
  encodeErrorEvent(error: GatewayError): WireEvent
  /** The event that ends a whole stream (`[DONE]`, `message_stop`), for a provider that gave a finish reason and forgot it. Absent: the dialect has none. */
  readonly terminator?: WireEvent

  /**
   * Byte strings that mark the events worth decoding in a stream that passes through unchanged: usage, errors,
   * finish reasons, the terminator. Everything else is piped without being parsed.
   */
  readonly landmarks: readonly string[]
  /** The byte string that marks the first event with content, for time to first token. */
  readonly contentLandmark: string
}

export interface OutputBounds {
  /** The most tokens of one answer; `undefined`: the body names no bound. */
  readonly tokens: number | undefined
  /** Tokens of thinking that it asks for, which may come on top of a bound that is assumed. */
  readonly thinkingTokens: number
  /** How many answers are written, 1 or more, whether or not all of them are sent. */
  readonly answers: number
}

/** What a request asks for beside its body: known before the body is read as the dialect's. */
export interface Asked {
  readonly model: string
  readonly stream: boolean
}

/** Names are compared with these; other ones are written anew for the provider, and come back to the client as it knows them. */
export interface ToolNameRule {
  /** A name as a whole. One that begins badly gets a `_` before it. */
  readonly pattern: RegExp
  /** Each character that no name may have. */
  readonly forbidden: RegExp
  readonly maxLength: number
}

export interface PathPattern {
  /**
   * `{model}` stands for the name of a model, percent-encoded or not; it may hold slashes. What stands in other braces is one
   * segment of which nothing is known.
   */
  readonly path: string
  /** It stands below this too, beside the prefix of the dialect. */
  readonly prefix?: string
  /** The name that a client means with what stands for `{model}`, where that is more than the name. */
  modelName?(written: string): string
}

export interface ClientPath extends PathPattern {
  /** Whether the answer is a stream: by the path itself, by `stream: true`, or by anything but `stream: false`. */
  readonly stream: boolean | 'when-asked' | 'unless-refused'
  /** How the client reads its stream, where that is not the dialect's framing. */
  framing?(query: URLSearchParams): ClientFraming
}

/** The question how many tokens a prompt has, without an answer to the prompt. */
export interface TokenCounting {
  /** Where clients ask. */
  readonly paths: readonly PathPattern[]
  /** Below a provider's base URL. */
  providerPath(model: string): string
  /** The prompt that the question is about. Throws `invalid_request`. */
  promptIn(body: JsonObject, model: string): ModelRequest
  /** Names the provider's model in a body that repeats it; `undefined` when nothing has to change. */
  adapt?(body: JsonObject, model: string): JsonObject | undefined
  encodeCount(tokens: number): JsonObject
}

/** Something that clients ask of a server and that the gateway knows itself. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `{model}` as in a client path, and `{id}` in the same way. */
  readonly path: string
  /** Where several dialects ask at one path: the headers that make it this one's. The dialect without this takes the rest. */
  isAskedBy?(headers: Readonly<Record<string, string | undefined>>): boolean
  /** `model`: what stands in the path for `{model}` or `{id}`. `body`: of a POST. Throws `unknown_model`, `not_found` or `invalid_request`. */
  answer(asked: {
    readonly model?: string
    readonly body: JsonObject
    /** Those that the caller's key may use. */
    readonly models: readonly ListedModel[]
    /** One of them, or one that is in no list and would be sent on. Throws `unknown_model`. */
    modelNamed(name: string): ListedModel
  }): JsonValue
}

/** A model as a key sees it. */
export interface ListedModel {
  /** The name to ask for. */
  readonly id: string
  /** `route` for a route. */
  readonly provider: string
  readonly facts?: ModelFacts
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
  /** `false`: a request with Google's `extra_content` in its messages is refused. */
  readonly takesExtraContent?: boolean
  /** `false`: nothing can be continued by the id of an earlier reply, as none is kept. */
  readonly keepsReplies?: boolean
}

export interface ProviderFault {
  /** Where the body says how long to wait, and no header does. */
  readonly retryAfterSeconds?: number
  /** One sentence from the provider, or ours when it gave none. Never a credential, never HTML. */
  readonly message: string
  /** The vendor's own `type` and `code`, when it has them. */
  readonly vendorType?: string
  readonly vendorCode?: string
  readonly param?: string
  /** What is wrong with the credential, where the status does not say that it is the credential. `expired`: a new one would do. */
  readonly credential?: 'refused' | 'expired'
}
