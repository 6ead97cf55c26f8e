import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FrameRead, frameRoom, readFrame, type SpoolFrame, segmentEnd, writeFrame } from './spool-frame.ts'

interface Written {
  readonly header: string
  readonly bodies: SpoolFrame['bodies']
}

const magic = Buffer.from([0xf5, 0x70, 0x63, 0xfa])
const seed = fc.nat(0xffffffff)
/** Bodies are bytes of any kind, also those that a frame begins with. */
const body = fc
  .array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constant(magic)), { maxLength: 4 })
  .map((parts) => Buffer.concat(parts))
const frame: fc.Arbitrary<Written> = fc.record({
  header: fc.string({ unit: 'binary', maxLength: 20 }),
  bodies: fc.record(
    { requestTruncated: fc.boolean(), replyTruncated: fc.boolean(), request: body, reply: body },
    { requiredKeys: ['requestTruncated', 'replyTruncated'] },
  ),
})
const frames = fc.array(frame, { maxLength: 5 })

function bytesOf({ header, bodies }: Written, seed: number): Buffer {
  const target = Buffer.alloc(frameRoom(header, bodies), 0xee)
  return target.subarray(0, writeFrame(target, 0, header, bodies, seed))
}

/** All that a reader takes out of `bytes`, going on where each read says. */
function readAll(bytes: Buffer, seed: number): { frames: SpoolFrame[]; isCorrupt: boolean } {
  const found: SpoolFrame[] = []
  let isCorrupt = false
  for (let offset = 0; offset < bytes.length; ) {
    const read = readFrame(bytes, offset, seed)
    if (read.type === 'incomplete') break
    const next = read.type === 'frame' ? read.end : read.next
    expect(next).toBeGreaterThan(offset)
    expect(next).toBeLessThanOrEqual(bytes.length)
    if (read.type === 'frame') found.push(read.frame)
    else isCorrupt = true
    offset = next
  }
  return { frames: found, isCorrupt }
}

function flip(bytes: Buffer, at: number, bits: number): Buffer {
  const damaged = Buffer.from(bytes)
  const index = at % bytes.length
  damaged[index] = (damaged[index] ?? 0) ^ bits
  return damaged
}

describe('a frame', () => {
  test('reads back as it was written, with others before and behind it', () => {
    fc.assert(
      fc.property(frames, seed, fc.nat(9), (written, seed, margin) => {
        const room = written.reduce((sum, { header, bodies }) => sum + frameRoom(header, bodies), margin)
        const target = Buffer.alloc(room)
        let end = margin
        for (const { header, bodies } of written) end = writeFrame(target, end, header, bodies, seed)
        expect(readAll(target.subarray(margin, end), seed)).toEqual({ frames: written, isCorrupt: false })
      }),
    )
  })

  test('never needs more room than was said', () => {
    fc.assert(
      fc.property(frame, seed, (written, seed) => {
        const target = Buffer.alloc(frameRoom(written.header, written.bodies) + 8, 0xee)
        const end = writeFrame(target, 0, written.header, written.bodies, seed)
        expect(target.subarray(end).equals(Buffer.alloc(target.length - end, 0xee))).toBe(true)
        expect(end).toBeLessThanOrEqual(target.length - 8)
      }),
    )
  })

  test('that is cut at any byte is incomplete, and says how many bytes it needs at least', () => {
    fc.assert(
      fc.property(frame, seed, (written, seed) => {
        const bytes = bytesOf(written, seed)
        for (let length = 0; length < bytes.length; length++) {
          const read = readFrame(bytes.subarray(0, length), 0, seed)
          expect(read).toEqual({ type: 'incomplete', bytes: length < 28 ? 28 : bytes.length })
        }
        expect(readFrame(bytes, 0, seed)).toEqual({ type: 'frame', frame: written, end: bytes.length })
      }),
    )
  })

  test('with one byte changed is corrupt, whichever byte it is', () => {
    fc.assert(
      fc.property(frame, seed, fc.integer({ min: 1, max: 255 }), (written, seed, bits) => {
        const bytes = bytesOf(written, seed)
        for (let at = 0; at < bytes.length; at++) {
          expect(readFrame(flip(bytes, at, bits), 0, seed).type).toBe('corrupt')
        }
      }),
    )
  })

  test('is not one of ours when it was written with another seed', () => {
    fc.assert(
      fc.property(frame, seed, seed, (written, seed, other) => {
        fc.pre(seed !== other)
        expect(readFrame(bytesOf(written, other), 0, seed).type).toBe('corrupt')
      }),
    )
  })
})

describe('bytes that are no frame', () => {
  test('never throw and never give one', () => {
    const piece = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(magic))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), seed, (pieces, seed) => {
        expect(readAll(Buffer.concat(pieces), seed).frames).toEqual([])
      }),
    )
  })

  test('may hold the start of one at their end, which is waited for', () => {
    const noise = Buffer.alloc(40, 'a')
    for (let length = 1; length <= magic.length; length++) {
      const bytes = Buffer.concat([noise, magic.subarray(0, length)])
      const offsets: number[] = []
      let read: FrameRead = { type: 'corrupt', next: 0 }
      while (read.type === 'corrupt') {
        offsets.push(read.next)
        read = readFrame(bytes, read.next, 1)
      }
      expect(read).toEqual({ type: 'incomplete', bytes: 28 })
      expect(offsets.at(-1)).toBe(noise.length)
    }
  })
})

describe('behind a damaged frame', () => {
  test('reading goes on with the next whole one', () => {
    fc.assert(
      fc.property(
        frames,
        frame,
        fc.array(frame, { minLength: 1, maxLength: 4 }),
        seed,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (before, hit, behind, seed, at, bits) => {
          const all = (written: readonly Written[]): Buffer[] => written.map((each) => bytesOf(each, seed))
          const bytes = Buffer.concat([...all(before), flip(bytesOf(hit, seed), at, bits), ...all(behind)])
          expect(readAll(bytes, seed)).toEqual({ frames: [...before, ...behind], isCorrupt: true })
        },
      ),
    )
  })

  test('a frame that a caller wrote into a body is not taken for one of ours', () => {
    fc.assert(
      fc.property(frame, frame, seed, seed, fc.nat(27), (planted, behind, seed, guessed, at) => {
        fc.pre(seed !== guessed)
        const bodies = { request: bytesOf(planted, guessed), requestTruncated: false, replyTruncated: false }
        const outer = bytesOf({ header: '{}', bodies }, seed)
        expect(readAll(outer, seed).frames).toEqual([{ header: '{}', bodies }])
        const damaged = Buffer.concat([flip(outer, at, 1), bytesOf(behind, seed)])
        expect(readAll(damaged, seed)).toEqual({ frames: [behind], isCorrupt: true })
      }),
    )
  })
})

describe('the end of a segment', () => {
  test('is a frame without a header, for the seed of that segment only', () => {
    fc.assert(
      fc.property(seed, seed, (seed, other) => {
        fc.pre(seed !== other)
        const bytes = segmentEnd(seed)
        const bodies = { requestTruncated: false, replyTruncated: false }
        expect(readFrame(bytes, 0, seed)).toEqual({ type: 'frame', frame: { bodies }, end: bytes.length })
        expect(readFrame(bytes, 0, other).type).toBe('corrupt')
      }),
    )
  })
})
