import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { awsEventStream } from './aws-event-stream.ts'

/** A prelude whose own sum is right. */
function prelude(length: number, headers: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(length, 0)
  bytes.writeUInt32BE(headers, 4)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8)
  return bytes
}

describe('a hostile binary stream', () => {
  test('that announces a huge event is refused at its first bytes', () => {
    const framer = awsEventStream.framer(1 << 20)
    expect(() => framer.push(prelude(0xff_ff_ff_ff, 0))).toThrow(RangeError)
  })

  test('that announces more headers than event is refused', () => {
    for (const [length, headers] of [
      [16, 1],
      [100, 85],
      [100, 0xff_ff_ff_ff],
      [15, 0],
      [0, 0],
    ] as const)
      expect(() => awsEventStream.framer(1 << 20).push(prelude(length, headers))).toThrowError(
        expect.objectContaining({ code: 'upstream_invalid_reply' }),
      )
  })

  test('of one byte at a time costs time in proportion to its length', () => {
    const writer = awsEventStream.writer()
    const event = Buffer.from(writer.write({ event: 'contentBlockDelta', data: 'a'.repeat(400_000) }))
    const framer = awsEventStream.framer(1 << 20)
    let frames = 0
    for (let index = 0; index < event.length; index++)
      if (framer.push(event.subarray(index, index + 1)) !== undefined) frames++
    expect(frames).toBe(1)
  })
})
