/**
 * The bytes of one event in the spool.
 *
 *   offset  bytes
 *        0      4  magic: two of its bytes never occur in UTF-8, so bodies rarely hold it
 *        4      1  version
 *        5      1  flags
 *        6      2  zero
 *        8     12  lengths of the header, the request and the reply
 *       20      4  CRC-32 of the payload
 *       24      4  CRC-32 of the bytes before it, so that lengths are believed only when they are whole
 *       28         payload: header (JSON of the call's record), request, reply as they stood on the wire
 *
 * Both CRCs start from the writer's `seed`, which its segments have in their names: a frame that a caller wrote into a
 * body is not taken for one of ours when a damaged segment is read again from its next magic.
 */
import { crc32 } from 'node:zlib'
import type { CallBodies } from '../core/record/call-record.ts'

export interface SpoolFrame {
  /** JSON of the call's record; `undefined` in the frame that ends a segment. */
  readonly header?: string
  readonly bodies: CallBodies
}

/** What stands at an offset. `incomplete`: more bytes are needed, `bytes` from the offset on. */
export type FrameRead =
  | { readonly type: 'frame'; readonly frame: SpoolFrame; readonly end: number }
  | { readonly type: 'incomplete'; readonly bytes: number }
  | { readonly type: 'corrupt'; readonly next: number }

const HEAD_BYTES = 28
const VERSION = 1
const magic = Buffer.from([0xf5, 0x70, 0x63, 0xfa])
const MAGIC = magic.readUInt32LE(0)

const HAS_REQUEST = 1
const HAS_REPLY = 2
const REQUEST_TRUNCATED = 4
const REPLY_TRUNCATED = 8
const SEGMENT_END = 16

/** Room that a frame needs at most. */
export function frameRoom(header: string, bodies: CallBodies): number {
  // A UTF-16 unit takes at most three bytes of UTF-8.
  return HEAD_BYTES + 3 * header.length + (bodies.request?.length ?? 0) + (bodies.reply?.length ?? 0)
}

/** Writes a frame at `offset` and returns its end. `target` must have `frameRoom`. */
export function writeFrame(target: Buffer, offset: number, header: string, bodies: CallBodies, seed: number): number {
  const payload = offset + HEAD_BYTES
  const headerBytes = target.write(header, payload, 'utf8')
  let end = payload + headerBytes
  let flags = 0
  if (bodies.request !== undefined) {
    target.set(bodies.request, end)
    end += bodies.request.length
    flags |= HAS_REQUEST
  }
  if (bodies.reply !== undefined) {
    target.set(bodies.reply, end)
    end += bodies.reply.length
    flags |= HAS_REPLY
  }
  if (bodies.requestTruncated) flags |= REQUEST_TRUNCATED
  if (bodies.replyTruncated) flags |= REPLY_TRUNCATED
  writeHead(target, offset, flags, headerBytes, bodies.request?.length ?? 0, bodies.reply?.length ?? 0, end, seed)
  return end
}

/** The frame behind which a segment holds nothing. */
export function segmentEnd(seed: number): Buffer {
  const frame = Buffer.alloc(HEAD_BYTES)
  writeHead(frame, 0, SEGMENT_END, 0, 0, 0, HEAD_BYTES, seed)
  return frame
}

function writeHead(
  target: Buffer,
  offset: number,
  flags: number,
  headerBytes: number,
  requestBytes: number,
  replyBytes: number,
  end: number,
  seed: number,
): void {
  target.writeUInt32LE(MAGIC, offset)
  target.writeUInt32LE(VERSION | (flags << 8), offset + 4)
  target.writeUInt32LE(headerBytes, offset + 8)
  target.writeUInt32LE(requestBytes, offset + 12)
  target.writeUInt32LE(replyBytes, offset + 16)
  target.writeUInt32LE(crc32(target.subarray(offset + HEAD_BYTES, end), seed), offset + 20)
  target.writeUInt32LE(crc32(target.subarray(offset, offset + 24), seed), offset + 24)
}

/** Reads the frame at `offset`. Its bodies share memory with `bytes`. */
export function readFrame(bytes: Buffer, offset: number, seed: number): FrameRead {
  const available = bytes.length - offset
  if (available < HEAD_BYTES) {
    const isMagic = bytes.compare(magic, 0, Math.min(available, 4), offset, offset + Math.min(available, 4)) === 0
    return isMagic ? { type: 'incomplete', bytes: HEAD_BYTES } : corrupt(bytes, offset)
  }
  if (
    bytes.readUInt32LE(offset) !== MAGIC ||
    bytes.readUInt32LE(offset + 24) !== crc32(bytes.subarray(offset, offset + 24), seed) ||
    bytes[offset + 4] !== VERSION
  ) {
    return corrupt(bytes, offset)
  }
  const flags = bytes[offset + 5] ?? 0
  const request = offset + HEAD_BYTES + bytes.readUInt32LE(offset + 8)
  const reply = request + bytes.readUInt32LE(offset + 12)
  const end = reply + bytes.readUInt32LE(offset + 16)
  if (end > bytes.length) return { type: 'incomplete', bytes: end - offset }
  if (bytes.readUInt32LE(offset + 20) !== crc32(bytes.subarray(offset + HEAD_BYTES, end), seed)) {
    return corrupt(bytes, offset)
  }
  const bodies = {
    ...((flags & HAS_REQUEST) === 0 ? {} : { request: bytes.subarray(request, reply) }),
    ...((flags & HAS_REPLY) === 0 ? {} : { reply: bytes.subarray(reply, end) }),
    requestTruncated: (flags & REQUEST_TRUNCATED) !== 0,
    replyTruncated: (flags & REPLY_TRUNCATED) !== 0,
  }
  if ((flags & SEGMENT_END) !== 0) return { type: 'frame', frame: { bodies }, end }
  return { type: 'frame', frame: { header: bytes.toString('utf8', offset + HEAD_BYTES, request), bodies }, end }
}

/** Goes on at the next magic, or where one may have begun at the end. */
function corrupt(bytes: Buffer, offset: number): FrameRead {
  const found = bytes.indexOf(magic, offset + 1)
  return { type: 'corrupt', next: found >= 0 ? found : Math.max(offset + 1, bytes.length - (magic.length - 1)) }
}
