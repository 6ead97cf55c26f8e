import { createHash } from 'node:crypto'

/** The same short id for the same text, and nothing of the text in it. */
export function opaqueId(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
