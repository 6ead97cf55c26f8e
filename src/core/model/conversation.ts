import type { Page } from '../calls/batch.ts'
import type { JsonObject } from '../wire/json.ts'

/** One that the gateway keeps itself; those of provider accounts are things like any other. */
export interface Conversation {
  readonly id: string
  readonly workspace: string
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly metadata: JsonObject
}

/** An item in the words of the Responses API, with its id in it. */
export type ConversationItem = JsonObject & { readonly id: string }

/** What one call has said; it goes when the call is taken off the record. */
export interface Said {
  readonly call: string
  readonly items: readonly ConversationItem[]
}

/** Conversations by their id. Bounded: those that nobody went on with for longest go first. All but `find` may throw `store_unavailable`. */
export interface ConversationStore {
  /** Of any workspace: the caller must look whose it is. */
  find(id: string): Conversation | undefined
  /** `isPrivate`: nothing of it may be written to disk. */
  make(conversation: Conversation, said: Said, isPrivate: boolean): void
  describe(id: string, metadata: JsonObject): void
  remove(id: string): void
  add(id: string, said: Said): void
  item(id: string, item: string): ConversationItem | undefined
  removeItem(id: string, item: string): void
  page(id: string, page: Page): readonly ConversationItem[]
  /** All of it; `undefined` when it is longer than so many characters. */
  whole(id: string, maxCharacters: number): readonly ConversationItem[] | undefined
  close(): void
}
