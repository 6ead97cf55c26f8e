import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WireEvent } from '../model/framing.ts'
import { awsEventStream } from './aws-event-stream.ts'

/**
 * Messages of AWS's own test suite of the encoding, as its SDKs carry them
 * (https://github.com/aws/aws-sdk-js-v3, `TestVectors.fixture.ts`).
 */
const vectors = {
  empty: '000000100000000005c248eb7d98c8ff',
  int32Header: '0000002b0000000e348bec7b086576656e742d69640400 00a00c7b27666f6f273a27626172277dd3890285',
  noHeaders: '0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936',
  textHeader:
    '0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1',
  corruptedHeaders:
    '0000003d0000002007fd83960c636f6e74656e742b747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1',
  corruptedHeaderLength:
    '0000003d0000012007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1',
  corruptedLength: '0100001d00000000fd528c5a7b27666f6f273a27626172277dc3653936',
  corruptedPayload: '0000001d00000000fd528c5a7b27666f6f273a27626172278dc3653936',
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}

const limit = 1 << 20
const data = fc.oneof(fc.string({ unit: 'binary' }), fc.json()).map((text) => text.toWellFormed())
const name = fc.oneof(
  fc.constantFrom('messageStart', 'contentBlockDelta', 'throttlingException', 'exception', 'constructor'),
  fc.stringMatching(/^[a-zA-Z]{1,20}$/),
)
const events: fc.Arbitrary<WireEvent[]> = fc.array(fc.record({ event: name, data }), { minLength: 1, maxLength: 8 })
const cuts = fc.oneof(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }), fc.constant([1]))

function written(list: readonly WireEvent[]): Buffer {
  const writer = awsEventStream.writer()
  return Buffer.concat(list.map((event) => Buffer.from(writer.write(event))))
}

function framesOf(bytes: Buffer, sizes: readonly number[] = [bytes.length], max = limit): Buffer[] {
  const framer = awsEventStream.framer(max)
  const frames: Buffer[] = []
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1)
    const frame = framer.push(bytes.subarray(start, end))
    if (frame !== undefined) frames.push(frame)
    start = end
  }
  return frames
}

describe('binary events of AWS', () => {
  test("are read as in AWS's own examples", () => {
    const payload = "{'foo':'bar'}"
    for (const [vector, expected] of [
      [vectors.empty, ''],
      [vectors.int32Header, payload],
      [vectors.noHeaders, payload],
      [vectors.textHeader, payload],
    ] as const) {
      const [frame] = framesOf(bytesOf(vector))
      expect(frame?.equals(bytesOf(vector))).toBe(true)
      expect(frame && awsEventStream.parse(frame)).toEqual([{ data: expected }])
    }
  })

  test.each(Object.entries(vectors).filter(([title]) => title.startsWith('corrupted')))(
    'that are harmed are refused: %s',
    (_title, vector) => {
      expect(() => framesOf(bytesOf(vector))).toThrowError(expect.objectContaining({ code: 'upstream_invalid_reply' }))
    },
  )

  test('are the same after writing and reading, however the bytes are cut', () => {
    fc.assert(
      fc.property(events, cuts, (list, sizes) => {
        const bytes = written(list)
        const frames = framesOf(bytes, sizes)
        expect(Buffer.concat(frames).equals(bytes)).toBe(true)
        expect(frames.flatMap((frame) => awsEventStream.parse(frame))).toEqual(list)
      }),
    )
  })

  test('never reach a client with a bit that changed on the way', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.integer({ min: 1, max: 255 }), cuts, (list, place, flip, sizes) => {
        const bytes = written(list)
        const harmed = Buffer.from(bytes)
        const at = place % bytes.length
        harmed[at] = (bytes[at] ?? 0) ^ flip
        const framer = awsEventStream.framer(limit)
        let passed = 0
        try {
          for (let start = 0, turn = 0; start < harmed.length; turn++) {
            const end = start + (sizes[turn % sizes.length] ?? 1)
            passed += framer.push(harmed.subarray(start, end))?.length ?? 0
            start = end
          }
        } catch {
          // What came before the harm may have passed.
        }
        expect(passed).toBeLessThanOrEqual(at)
      }),
    )
  })

  test('any bytes at all are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const frame = Buffer.from(bytes)
        for (const read of [() => awsEventStream.parse(frame), () => framesOf(frame)]) {
          try {
            read()
          } catch (fault) {
            expect(fault instanceof RangeError ? 'upstream_invalid_reply' : fault).toSatisfy(
              (value: unknown) =>
                value === 'upstream_invalid_reply' || (value as { code?: string }).code === 'upstream_invalid_reply',
            )
          }
        }
        expect([true, false, undefined]).toContain(awsEventStream.beginsAsStream?.(frame))
      }),
    )
  })

  test('a frame says where its events begin', () => {
    fc.assert(
      fc.property(events, fc.nat(), (list, place) => {
        const pieces = list.map((event) => written([event]))
        const frame = Buffer.concat(pieces)
        const index = place % frame.length
        let start = 0
        for (const piece of pieces) {
          if (start + piece.length > index) break
          start += piece.length
        }
        expect(awsEventStream.startOfEvent(frame, index)).toBe(start)
      }),
    )
  })

  test('text taken out of them leaves whole events', () => {
    fc.assert(
      fc.property(events, (list) => {
        const secret = 'the-secret-of-the-account'
        const said = list.map(({ event, data: text }) => ({ event, data: `${text}${secret}` })) as WireEvent[]
        const edit = (bytes: Buffer): Buffer =>
          bytes.includes(secret) ? Buffer.from(bytes.toString('utf8').replaceAll(secret, '[credential]')) : bytes
        const edited = awsEventStream.edited?.(written(said), edit) ?? Buffer.alloc(0)
        expect(edited.includes(secret)).toBe(false)
        expect(framesOf(edited).flatMap((frame) => awsEventStream.parse(frame))).toEqual(
          list.map(({ event, data: text }) => ({ event, data: `${text}[credential]` })),
        )
        const clean = written(list)
        expect(awsEventStream.edited?.(clean, edit)).toBe(clean)
      }),
    )
  })

  test('a body without a label is known by its first twelve bytes', () => {
    const bytes = written([{ event: 'messageStart', data: '{}' }])
    expect(awsEventStream.beginsAsStream?.(bytes.subarray(0, 11))).toBeUndefined()
    expect(awsEventStream.beginsAsStream?.(bytes.subarray(0, 12))).toBe(true)
    expect(awsEventStream.beginsAsStream?.(Buffer.from('{"message":"no"}'))).toBe(false)
  })

  test('an error that the service does not model is read from its headers', () => {
    const label = (key: string, value: string): Buffer =>
      Buffer.concat([
        Buffer.from([key.length]),
        Buffer.from(key),
        Buffer.from([7, 0, value.length]),
        Buffer.from(value),
      ])
    const headers = Buffer.concat([
      label(':message-type', 'error'),
      label(':error-code', 'InternalError'),
      label(':error-message', 'It broke.'),
    ])
    const message = Buffer.concat([Buffer.alloc(12), headers, Buffer.alloc(4)])
    message.writeUInt32BE(message.length, 0)
    message.writeUInt32BE(headers.length, 4)
    expect(awsEventStream.parse(message)).toEqual([
      { event: 'error', data: '{"code":"InternalError","message":"It broke."}' },
    ])
  })
})
