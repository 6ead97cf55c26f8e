/** An answer as it is kept outside the process that had it: names in place of what a configuration makes. */
import * as z from 'zod'
import { parseJson } from '../wire/json.ts'

/** Strict: what stands in a file or in Redis may have been written by somebody else. */
export const StoredHead = z.strictObject({
  workspace: z.string(),
  tags: z.array(z.string()).max(16),
  /** Unix milliseconds. */
  storedAt: z.int(),
  expiresAt: z.int(),
  /** Who answered. */
  account: z.string(),
  model: z.string(),
  /** Id of the dialect of the bytes; absent for endpoints without one. */
  dialect: z.string().optional(),
  status: z.literal(200),
  headers: z.record(z.string(), z.string().regex(/^[\x20-\x7e]*$/)),
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?$/),
  isStream: z.boolean(),
  /** Digest of the question that it answers, for an answer that is found by one that means the same. */
  question: z.string().max(64).optional(),
})
export type StoredHead = z.infer<typeof StoredHead>

export interface StoredEntry {
  readonly head: Readonly<StoredHead>
  readonly bytes: Buffer
}

/** `undefined` for a text that is no head. */
export function readHead(text: string): StoredHead | undefined {
  return StoredHead.safeParse(parseJson(text)).data
}
