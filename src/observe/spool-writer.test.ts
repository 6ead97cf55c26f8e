import * as fileSystem from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type DiskCall, FaultyDisk } from '../../test/support/faulty-disk.ts'
import type { CallBodies, GatewayEvent } from '../core/record/call-record.ts'
import { frameRoom, type SpoolFrame, segmentEnd } from './spool-frame.ts'
import { type SegmentRead, SpoolReader } from './spool-reader.ts'
import { openSpoolWriter, type SpoolWriter, type SpoolWriterOptions } from './spool-writer.ts'

let root: string
let directory: string
let writers: SpoolWriter[]
beforeEach(async () => {
  root = await fileSystem.mkdtemp(join(tmpdir(), 'portcullis-spool-'))
  directory = join(root, 'spool')
  writers = []
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(writers.map((writer) => writer.close(1)))
  await fileSystem.rm(root, { recursive: true, force: true })
})

function openWriter(options: Partial<SpoolWriterOptions> = {}): SpoolWriter {
  const writer = openSpoolWriter({ directory, writerId: 'w', ...options })
  writers.push(writer)
  return writer
}

const noBodies: CallBodies = { requestTruncated: false, replyTruncated: false }
const withBody = (bytes: number): CallBodies => ({ ...noBodies, request: Buffer.alloc(bytes, 'q') })

/** The `number`th call. All have headers of one length. */
function callEnd(number: number, bodies = noBodies): GatewayEvent & { readonly header: string } {
  const record = {
    id: String(number).padStart(4, '0'),
    startedAt: 1_700_000_000_000,
    workspace: 'default',
    endpoint: 'chat',
    stream: false,
    status: 200,
    durationMs: 1,
    overheadMs: 1,
    attempts: [],
    decisions: [],
    droppedParameters: [],
  }
  return { type: 'call-end', record, bodies, header: JSON.stringify(record) }
}

type SegmentOnDisk = Omit<SegmentRead, 'frames'> & {
  readonly number: number
  readonly frames: readonly SpoolFrame[]
}

/** What is on disk now, segment for segment. */
function readSpool(readBytes = 2 ** 16, maxFrames = 100): SegmentOnDisk[] {
  const reader = new SpoolReader(directory, readBytes)
  try {
    return reader.segments().map((segment) => {
      const frames: SpoolFrame[] = []
      const keep = (frame: SpoolFrame): void => void frames.push(copied(frame))
      let read = reader.read(segment, 0, maxFrames, keep)
      while (read.hasMore) {
        read = reader.read(segment, read.position, maxFrames, keep)
        expect(read).toMatchObject({ corruptFrames: 0, tornFrames: 0 })
      }
      return { ...read, frames, number: segment.number }
    })
  } finally {
    reader.close()
  }
}

/** A frame's bodies share memory with what the reader reads next. */
function copied({ bodies, ...frame }: SpoolFrame): SpoolFrame {
  const request = bodies.request && { request: Buffer.from(bodies.request) }
  const reply = bodies.reply && { reply: Buffer.from(bodies.reply) }
  return { ...frame, bodies: { ...bodies, ...request, ...reply } }
}

const framesOnDisk = (): SpoolFrame[] => readSpool().flatMap(({ frames }) => frames)
const frameOf = ({ header, bodies }: ReturnType<typeof callEnd>): SpoolFrame => ({ header, bodies })

/** Time that stands still until the test moves it, so that the writer looks at the disk when the test says so. */
function stoppedClock(): { now: number } {
  const clock = { now: 1_000_000 }
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now)
  return clock
}

describe('what was emitted and flushed', () => {
  test('reads back the same, however much the reader takes at a time', async () => {
    const body = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes))
    const bodies = fc.record(
      { requestTruncated: fc.boolean(), replyTruncated: fc.boolean(), request: body, reply: body },
      { requiredKeys: ['requestTruncated', 'replyTruncated'] },
    )
    const calls = fc.array(fc.record({ bodies, isFlushed: fc.boolean() }), { maxLength: 12 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 28, max: 5000 }), fc.nat(4), async (calls, readBytes, maxFrames) => {
        directory = join(root, String(run++))
        const writer = openWriter({ limits: { maxSegmentBytes: 4000 } })
        const events = calls.map(({ bodies }, number) => callEnd(number, bodies))
        for (const [number, event] of events.entries()) {
          writer.emit(event)
          if (calls[number]?.isFlushed === true) await writer.flush()
        }
        await writer.flush()
        const read = readSpool(readBytes, maxFrames + 1)
        expect(read.flatMap(({ frames }) => frames)).toEqual(events.map(frameOf))
        expect(writer.status()).toMatchObject({ framesWritten: events.length, eventsDropped: 0, bodiesDropped: 0 })
        await writer.close()
      }),
      { numRuns: 25 },
    )
  })

  test('is whole when the disk takes a few bytes at a time', async () => {
    const disk = new FaultyDisk('write')
    disk.maxWriteBytes = 7
    const writer = openWriter({ files: disk.files })
    const events = [callEnd(0, withBody(100)), callEnd(1)]
    for (const event of events) writer.emit(event)
    await writer.flush()
    expect(framesOnDisk()).toEqual(events.map(frameOf))
  })

  test('is told to whoever reads', async () => {
    const onWritten = vi.fn()
    const writer = openWriter({ onWritten })
    writer.emit(callEnd(0))
    expect(onWritten).not.toHaveBeenCalled()
    await writer.flush()
    expect(onWritten).toHaveBeenCalledOnce()
  })
})

describe('segments', () => {
  test('is finished after its time, also when nothing more comes', async () => {
    const writer = openWriter({ limits: { maxSegmentMs: 1 } })
    writer.emit(callEnd(1))
    await writer.flush()
    await vi.waitFor(() => expect(readSpool()[0]?.isConsumed).toBe(true), { timeout: 5000 })
    expect(readSpool()).toHaveLength(1)
  })

  test('are finished at their size, one after the other, and the last one on close', async () => {
    const writer = openWriter({ limits: { maxSegmentBytes: 500 } })
    const events = [0, 1, 2, 3, 4].map((number) => callEnd(number, withBody(200)))
    for (const event of events) {
      writer.emit(event)
      await writer.flush()
    }
    await writer.close()
    const read = readSpool()
    expect(read.map(({ number, frames }) => [number, frames.length])).toEqual([
      [0, 2],
      [1, 2],
      [2, 1],
    ])
    expect(read.flatMap(({ frames }) => frames)).toEqual(events.map(frameOf))
    for (const segment of read) expect(segment).toMatchObject({ isConsumed: true, tornFrames: 0, corruptFrames: 0 })
  })

  test('of a writer that starts again come behind those it left', async () => {
    for (const number of [0, 1]) {
      const writer = openWriter()
      writer.emit(callEnd(number))
      await writer.close()
    }
    expect(readSpool().map(({ number }) => number)).toEqual([0, 1])
    expect(framesOnDisk()).toEqual([callEnd(0), callEnd(1)].map(frameOf))
  })

  test('that are still written to are not consumed', async () => {
    const writer = openWriter()
    writer.emit(callEnd(0))
    await writer.flush()
    expect(readSpool()).toMatchObject([{ isConsumed: false, hasMore: false }])
  })

  test('that were removed are written once more, and what follows goes behind', async () => {
    const clock = stoppedClock()
    const writer = openWriter()
    writer.emit(callEnd(0, withBody(3 * 2 ** 20)))
    await writer.flush()
    for (let round = 1; round <= 2; round++) {
      await fileSystem.rm(directory, { recursive: true })
      clock.now += 1001
      writer.emit(callEnd(round))
      await writer.flush()
      const headers = Array.from({ length: round + 1 }, (_, number) => ({ header: callEnd(number).header }))
      expect(readSpool(2 ** 22)).toMatchObject([{ number: round, frames: headers }])
    }
    await fileSystem.rm(directory, { recursive: true })
    await writer.close()
    expect(framesOnDisk()).toHaveLength(3)
  })
})

describe('a disk that fails', () => {
  const full = 'The disk of the spool is full; calls wait in memory.'
  const forbidden = 'The spool directory may not be written to; calls wait in memory.'
  const broken = 'The spool cannot be written (EIO); calls wait in memory.'
  test.each<[DiskCall, string, number, string]>([
    ['mkdir', 'EACCES', 0, forbidden],
    ['mkdir', 'ENOSPC', 0, full],
    ['open', 'ENOSPC', 0, full],
    ['open', 'EACCES', 0, forbidden],
    ['open', 'EROFS', 0, forbidden],
    ['open', 'EIO', 0, broken],
    ['write', 'ENOSPC', 0, full],
    ['write', 'ENOSPC', 50, full],
    ['write', 'EDQUOT', 50, full],
    ['write', 'EACCES', 0, forbidden],
    ['write', 'EIO', 50, broken],
  ])('at %s with %s after %i bytes is reported, loses nothing and is left behind', async (call, code, part, error) => {
    const disk = new FaultyDisk(call, code, part)
    const writer = openWriter({ files: disk.files })
    const events = [0, 1, 2].map((number) => callEnd(number, withBody(100)))
    writer.emit(callEnd(0, withBody(100)))
    await disk.failedTwice()
    writer.emit(callEnd(1, withBody(100)))
    expect(writer.status()).toMatchObject({ error, framesWritten: 0, eventsDropped: 0 })
    expect(writer.status().pendingBytes).toBeGreaterThan(200)
    disk.code = undefined
    writer.emit(callEnd(2, withBody(100)))
    await writer.flush()
    await writer.close()
    expect(writer.status()).toMatchObject({ pendingBytes: 0, framesWritten: 3, eventsDropped: 0, bodiesDropped: 0 })
    expect(writer.status()).not.toHaveProperty('error')
    expect(framesOnDisk()).toEqual(events.map(frameOf))
    for (const read of readSpool()) expect(read).toMatchObject({ corruptFrames: 0, tornFrames: 0 })
    // Each try of a full disk must not leave a file behind.
    if (call !== 'write' || error === full) expect(readSpool()).toHaveLength(1)
  })

  test('later keeps what was written before', async () => {
    const disk = new FaultyDisk('write', undefined, 50)
    const writer = openWriter({ files: disk.files })
    writer.emit(callEnd(0))
    await writer.flush()
    disk.code = 'EIO'
    writer.emit(callEnd(1))
    await disk.failedTwice()
    expect(framesOnDisk()).toEqual([frameOf(callEnd(0))])
    disk.code = undefined
    await writer.flush()
    expect(framesOnDisk()).toEqual([callEnd(0), callEnd(1)].map(frameOf))
  })

  test('for good holds up a close only as long as it has patience, and what is lost is counted', async () => {
    const disk = new FaultyDisk('open', 'ENOSPC')
    const writer = openWriter({ files: disk.files })
    for (const number of [0, 1, 2]) writer.emit(callEnd(number))
    await writer.close(1)
    writer.emit(callEnd(3))
    expect(writer.status()).toMatchObject({ framesWritten: 0, eventsDropped: 4 })
  })
})

describe('the bounds', () => {
  const bodies = withBody(500)
  const cut: CallBodies = { requestTruncated: true, replyTruncated: false }
  const room = frameRoom(callEnd(0).header, bodies)

  test('of memory: the last eighth is for events without bodies, and then they are dropped and counted', async () => {
    const maxPendingBytes = 20 * room
    const writer = openWriter({ limits: { maxPendingBytes } })
    const events = Array.from({ length: 100 }, (_, number) => callEnd(number, bodies))
    let mostWithBodies = 0
    for (const event of events) {
      writer.emit(event)
      expect(writer.status().pendingBytes).toBeLessThanOrEqual(maxPendingBytes)
      if (writer.status().bodiesDropped === 0) mostWithBodies = writer.status().pendingBytes
    }
    expect(mostWithBodies).toBeLessThanOrEqual(maxPendingBytes * 0.875)
    expect(mostWithBodies + room).toBeGreaterThan(maxPendingBytes * 0.875)
    await writer.flush()
    const { framesWritten, eventsDropped, bodiesDropped } = writer.status()
    expect(bodiesDropped).toBeGreaterThan(0)
    expect(eventsDropped).toBeGreaterThan(0)
    expect(framesWritten + eventsDropped).toBe(events.length)
    const kept = events.slice(0, framesWritten).map(({ header }, number) => {
      return { header, bodies: number < framesWritten - bodiesDropped ? bodies : cut }
    })
    expect(framesOnDisk()).toEqual(kept)
  })

  test('of the disk: the same, until what was there has been taken away', async () => {
    const clock = stoppedClock()
    const maxSpoolBytes = 10 * room
    const writer = openWriter({ limits: { maxSpoolBytes, maxSegmentBytes: 2 * room } })
    let mostWithBodies = 0
    for (let number = 0; writer.status().eventsDropped < 3; number++) {
      expect(number).toBeLessThan(100)
      writer.emit(callEnd(number, bodies))
      await writer.flush()
      expect(writer.status().spoolBytes).toBeLessThanOrEqual(maxSpoolBytes)
      if (writer.status().bodiesDropped === 0) mostWithBodies = writer.status().spoolBytes
    }
    expect(mostWithBodies).toBeLessThanOrEqual(maxSpoolBytes * 0.875)
    expect(mostWithBodies + room).toBeGreaterThan(maxSpoolBytes * 0.875)
    const { framesWritten, bodiesDropped, spoolBytes } = writer.status()
    expect(bodiesDropped).toBeGreaterThan(0)
    const read = framesOnDisk()
    expect(read).toHaveLength(framesWritten)
    expect(read.filter(({ bodies }) => bodies.request === undefined)).toHaveLength(bodiesDropped)
    const files = (await fileSystem.readdir(directory)).sort()
    const sizes = await Promise.all(files.map(async (name) => (await fileSystem.stat(join(directory, name))).size))
    const ends = (files.length - 1) * segmentEnd(0).length
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(spoolBytes + ends)

    // As a store does that has taken in what is finished.
    for (const name of files.slice(0, -1)) await fileSystem.unlink(join(directory, name))
    clock.now += 3000
    writer.emit(callEnd(999, bodies))
    await writer.flush()
    expect(framesOnDisk().at(-1)).toEqual(frameOf(callEnd(999, bodies)))
  })

  test('leave room for calls whatever spans come: those have half of memory and of the disk', async () => {
    const origin = { workspace: 'w', key: 'k', receivedAt: 1 }
    const spans = Buffer.alloc(1000, ' ')
    const limits = { maxPendingBytes: 20_000, maxSpoolBytes: 30_000 }
    const writer = openWriter({ limits })
    const taken = (): number => {
      let count = 0
      while (writer.keepSpans(origin, spans)) count++
      return count
    }
    const inMemory = taken()
    expect(inMemory).toBeGreaterThan(5)
    expect(writer.status().pendingBytes).toBeLessThanOrEqual(limits.maxPendingBytes / 2)
    for (let more = inMemory; more > 0; more = taken()) await writer.flush()
    expect(writer.status().spoolBytes).toBeLessThanOrEqual(limits.maxSpoolBytes / 2 + 200)
    writer.emit(callEnd(1, bodies))
    await writer.flush()
    expect(writer.status()).toMatchObject({ eventsDropped: 0, bodiesDropped: 0 })
    expect(framesOnDisk().at(-1)).toEqual(frameOf(callEnd(1, bodies)))
    await writer.close()
    expect(writer.keepSpans(origin, spans)).toBe(false)
  })

  test('do not matter to the caller: an event that cannot be written down is counted, never thrown', async () => {
    const writer = openWriter()
    const { record } = callEnd(0)
    writer.emit({ type: 'call-end', record: { ...record, decisions: [1n] }, bodies: noBodies })
    writer.emit(callEnd(1))
    await writer.flush()
    expect(writer.status()).toMatchObject({ framesWritten: 1, eventsDropped: 1 })
    expect(framesOnDisk()).toEqual([frameOf(callEnd(1))])
  })
})
