/**
 * The neutral form of a model request: what every dialect can be read into and written from.
 *
 * A dialect reads all it understands into these fields and names the rest in `other`. A field that is
 * absent was not given. Nothing here is one vendor's shape.
 */
import type { JsonObject } from '../wire/json.ts'

export interface ModelRequest {
  readonly model: string
  readonly stream: boolean
  /** In the order in which they were said; a system prompt may stand anywhere. */
  readonly messages: readonly Message[]
  readonly tools?: readonly ToolDefinition[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly logitBias?: Readonly<Record<string, number>>
  /** Number of answers wanted (`n`); absent means one. */
  readonly choiceCount?: number
  /** Log probabilities of the answer's tokens; `top` alternatives for each. */
  readonly logprobs?: { readonly top?: number }
  readonly responseFormat?: ResponseFormat
  readonly reasoning?: ReasoningOptions
  readonly verbosity?: string
  /** The caller's own end user, as an opaque id. */
  readonly endUser?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly serviceTier?: string
  /** The client asked for usage inside its stream. Dialects that always send it ignore this. */
  readonly streamUsage?: boolean
  /** Marks the whole prompt as cacheable (Anthropic's top-level `cache_control`). */
  readonly cache?: CacheMarker
  /** Names, as the client wrote them, of what it said that no field above can hold: they are dropped when the dialect changes. */
  readonly other: readonly string[]
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

export interface SystemMessage {
  /** `developer` is OpenAI's newer name for the same thing. */
  readonly role: 'system' | 'developer'
  readonly parts: readonly TextPart[]
  readonly name?: string
}
export interface UserMessage {
  readonly role: 'user'
  readonly parts: readonly UserPart[]
  readonly name?: string
}
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly parts: readonly AssistantPart[]
  readonly name?: string
}
/** Results of tool calls. Several results that belong to one turn are parts of one message. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly parts: readonly ToolResultPart[]
}

export type UserPart = TextPart | ImagePart | DocumentPart | AudioPart
export type AssistantPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart

/** A prompt-cache breakpoint on the part that carries it. */
export interface CacheMarker {
  /** As the vendor writes it: `5m`, `1h`. */
  readonly ttl?: string
}

export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly cache?: CacheMarker
}
export interface RefusalPart {
  readonly type: 'refusal'
  readonly text: string
}
/**
 * Thinking of an earlier turn. A signature is opaque and must go back byte for byte, to the vendor that made it
 * (`core/model/signature.ts`). One without text belongs to what follows it.
 */
export interface ReasoningPart {
  readonly type: 'reasoning'
  readonly text: string
  readonly signature?: string
  /** Encrypted thinking without text (Anthropic `redacted_thinking`). */
  readonly redacted?: string
}
export interface ImagePart {
  readonly type: 'image'
  readonly source: MediaSource
  /** OpenAI's `low`, `high`, `auto`. */
  readonly detail?: string
  readonly cache?: CacheMarker
}
export interface DocumentPart {
  readonly type: 'document'
  readonly source: MediaSource | { readonly type: 'text'; readonly text: string; readonly mediaType: string }
  readonly name?: string
  readonly context?: string
  readonly citations?: boolean
  readonly cache?: CacheMarker
}
export interface AudioPart {
  readonly type: 'audio'
  readonly source: { readonly type: 'base64'; readonly mediaType: string; readonly data: string }
}
export type MediaSource =
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly type: 'file'; readonly fileId: string }

export interface ToolCallPart {
  readonly type: 'tool-call'
  readonly id: string
  readonly name: string
  /** The arguments as JSON text, exactly as the model wrote them. */
  readonly arguments: string
  /** Of the thinking that led to the call, where the vendor puts it here (Gemini). See `core/model/signature.ts`. */
  readonly signature?: string
  readonly cache?: CacheMarker
}
export interface ToolResultPart {
  readonly type: 'tool-result'
  readonly toolCallId: string
  readonly content: readonly (TextPart | ImagePart | DocumentPart)[]
  readonly isError?: boolean
  readonly cache?: CacheMarker
}

export interface ToolDefinition {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments; absent means none. */
  readonly parameters?: JsonObject
  readonly strict?: boolean
  readonly cache?: CacheMarker
}
export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  /** Some tool must be called. */
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string }

export type ResponseFormat =
  | { readonly type: 'text' }
  /** Any JSON object. */
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema'
      readonly name?: string
      readonly description?: string
      readonly schema: JsonObject
      readonly strict?: boolean
    }

export interface ReasoningOptions {
  /** `off` forbids thinking; `adaptive` leaves it to the model; `on` asks for it. Absent: only the effort was given. */
  readonly mode?: 'off' | 'on' | 'adaptive'
  /** `minimal`, `low`, `medium`, `high`, … as the client wrote it. */
  readonly effort?: string
  readonly budgetTokens?: number
}

/** What a dialect writes for a provider: the body, and the client's parameters that it could not say. */
export interface EncodedRequest {
  readonly body: JsonObject
  /** Names as the client knows them, without duplicates: `seed`, `logit_bias`, `cache_control`. */
  readonly dropped: readonly string[]
}
