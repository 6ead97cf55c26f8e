import { resolve } from 'node:path'
import { openSqliteConversationStore } from '../../catalog/stores/sqlite/conversation-store.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ConversationStore } from '../../core/model/conversation.ts'
import type { StorageState } from '../../core/record/storage-state.ts'

const MAX_AGE_MS = 30 * 24 * 3600 * 1000
const MAX_BYTES = 256 << 20
export const conversationsFile = 'conversations.db'

/** Without its file there are none, which is said to who asks for one; each of them tries to open it again. */
export function openConversations(
  dataDirectory: string,
  storage: StorageState,
  warn: (message: string) => void,
): ConversationStore {
  const tell = storage.teller(conversationsFile)
  let store: ConversationStore | undefined
  let isTold = false
  const opened = (): ConversationStore => {
    if (store !== undefined) return store
    try {
      const path = resolve(dataDirectory, conversationsFile)
      store = openSqliteConversationStore({ path, maxBytes: MAX_BYTES, maxAgeMs: MAX_AGE_MS, now: Date.now, tell })
      tell(undefined)
      return store
    } catch (cause) {
      const sentence = `Conversations cannot be kept: ${cause instanceof Error ? cause.message : 'unknown fault'}`
      tell(sentence)
      if (!isTold) warn(sentence)
      isTold = true
      throw new GatewayError('store_unavailable', sentence, { cause })
    }
  }
  try {
    opened()
  } catch {
    // It was told, and is tried again.
  }
  return {
    find: (id) => opened().find(id),
    make: (conversation, said, isPrivate) => opened().make(conversation, said, isPrivate),
    describe: (id, metadata) => opened().describe(id, metadata),
    remove: (id) => opened().remove(id),
    add: (id, said) => opened().add(id, said),
    item: (id, item) => opened().item(id, item),
    removeItem: (id, item) => opened().removeItem(id, item),
    page: (id, page) => opened().page(id, page),
    whole: (id, maxCharacters) => opened().whole(id, maxCharacters),
    close: () => store?.close(),
  }
}
