/** An entry of the cache in one piece of bytes, for a store that others may write to. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { readHead, type StoredEntry } from './stored-entry.ts'

/** Of this layout: a mark, a seal, the length of the head, the head, the answer. */
const MARK = Buffer.from('PCE1')
const SEAL_BYTES = 32
const HEAD_AT = MARK.length + SEAL_BYTES + 4
/** Heads are short; one that says it is not was not written by us. */
export const MAX_HEAD_BYTES = 16_384

/** `place`: where it is kept, so that an entry under another name is none. Without a secret it is not sealed. */
export function sealedEntry({ head, bytes }: StoredEntry, place: string, secret?: Buffer): Buffer | undefined {
  const text = Buffer.from(JSON.stringify(head))
  if (text.length > MAX_HEAD_BYTES) return undefined
  const sealed = Buffer.alloc(HEAD_AT + text.length + bytes.length)
  MARK.copy(sealed)
  sealed.writeUInt32BE(text.length, HEAD_AT - 4)
  text.copy(sealed, HEAD_AT)
  bytes.copy(sealed, HEAD_AT + text.length)
  if (secret !== undefined) sealOf(sealed, place, secret).copy(sealed, MARK.length)
  return sealed
}

/** `undefined` for anything that `sealedEntry` did not make with this secret for this place. */
export function openedEntry(sealed: Buffer, place: string, secret?: Buffer): StoredEntry | undefined {
  if (sealed.length < HEAD_AT || !sealed.subarray(0, MARK.length).equals(MARK)) return undefined
  const seal = sealed.subarray(MARK.length, MARK.length + SEAL_BYTES)
  if (secret !== undefined && !timingSafeEqual(sealOf(sealed, place, secret), seal)) return undefined
  const bytesAt = HEAD_AT + sealed.readUInt32BE(HEAD_AT - 4)
  if (bytesAt > Math.min(sealed.length, HEAD_AT + MAX_HEAD_BYTES)) return undefined
  const head = readHead(sealed.toString('utf8', HEAD_AT, bytesAt))
  return head && { head, bytes: sealed.subarray(bytesAt) }
}

function sealOf(sealed: Buffer, place: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret)
    .update(`${place.length}:${place}`)
    .update(sealed.subarray(MARK.length + SEAL_BYTES))
    .digest()
}
