import { resolve } from 'node:path'
import { openSqliteReplyStore } from '../../catalog/stores/sqlite/reply-store.ts'
import type { ReplyStore } from '../../core/model/kept-replies.ts'
import type { StorageState } from '../../core/record/storage-state.ts'

/** As long as OpenAI keeps them: https://platform.openai.com/docs/guides/conversation-state. */
const MAX_AGE_MS = 30 * 24 * 3600 * 1000
const MAX_BYTES = 256 << 20

const fileName = 'replies.db'

export function openReplies(dataDirectory: string, storage: StorageState, log: (message: string) => void): ReplyStore {
  const path = resolve(dataDirectory, fileName)
  const tell = storage.teller(fileName)
  return openSqliteReplyStore({ path, maxBytes: MAX_BYTES, maxAgeMs: MAX_AGE_MS, now: Date.now, log, tell })
}
