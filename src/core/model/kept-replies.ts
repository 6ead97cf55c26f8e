import type { GatewayError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../wire/json.ts'
import type { Holder, MadeThing } from './holder.ts'

/** For a dialect whose servers keep their replies, so that a request may go on from one by its id. Pure. */
export interface KeptReplies {
  /** The reply that a request goes on from. */
  continues(body: JsonObject): string | undefined
  /** Whether the reply to it shall be kept. */
  isKept(body: JsonObject): boolean
  /** The body with what it only refers to in its place, as far as `find` has the reply that it is of; the same body when there is nothing to do. */
  resolved(body: JsonObject, find: (reply: string) => KeptTurn | undefined): JsonObject
  /** The body with the earlier turns, the oldest first, in place of the reply that it goes on from. */
  resumed(body: JsonObject, turns: readonly KeptTurn[]): JsonObject
  /** The conversation that a request is part of. */
  conversationOf(body: JsonObject): string | undefined
  /** The body with what was said before in it in place of the conversation. */
  inConversation(body: JsonObject, said: readonly JsonObject[]): JsonObject
  /** What is kept of a call. */
  turn(body: JsonObject, reply: JsonObject): KeptTurn
  /** For a reply that there is not, and for one of another workspace. */
  unknown(id: string): GatewayError
}

/** One request and its reply, in the words of the dialect. */
export interface KeptTurn {
  readonly input: readonly JsonValue[]
  readonly reply: JsonObject
}

export interface KeptReply {
  readonly id: string
  readonly workspace: string
  /** Unix milliseconds. */
  readonly createdAt: number
  /** The provider account that keeps it. */
  readonly account?: string
  /** What is kept here, where no provider does. */
  readonly turn?: KeptTurn
  /** The call that it answered, by which an erasure finds it. */
  readonly call?: string
  /** The reply that it went on from. */
  readonly previous?: string
  /** What had to be read to find it. */
  readonly charactersRead?: number
}

/** Replies by their id. Bounded: the oldest go first. */
export interface ReplyStore {
  /** Of any workspace: the caller must look whose it is. Never throws: what cannot be read is not there. */
  find(id: string): KeptReply | undefined
  /** Returns at once and never throws. It can be found from then on. `isPrivate`: nothing of it may be written to disk. */
  keep(reply: KeptReply, isPrivate: boolean): void
  forget(id: string): void
  /** The target (`account/model`) that made what the mark stands for. Marks are no ids: neither finds what the other does. */
  makerOf(mark: string): string | undefined
  /** As `keep` does. */
  made(mark: string, by: { readonly target: string; readonly workspace: string }, isPrivate: boolean): void
  /** The account that made a part of a reply and keeps it for a while. Such parts are no replies and no marks. */
  holderOf(part: KeptPart): Holder | undefined
  /** As `keep` does; whose an id is says nothing of what was said. */
  partMade(part: KeptPart & Omit<MadeThing, 'kind' | 'id'>): void
  close(): void
}

/** What a provider keeps of a reply under an id of its own, so that later requests may name it. */
export interface KeptPart {
  readonly kind: 'audio' | 'item'
  readonly id: string
}

/** How the parts are found that a provider keeps of its replies. Pure. */
export interface KeptParts {
  /** Whether it keeps any of a reply to this request. */
  areKept(body: JsonObject): boolean
  /** Each event that has one has this text in it. */
  readonly landmark: string
  /** In a whole reply, or in one event of a stream. */
  in(reply: JsonValue): readonly KeptPart[]
}
