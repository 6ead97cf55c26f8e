import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
// biome-ignore-start lint/style/noRestrictedImports: exactly once is a promise of the two together.
import { openSqliteCallReader } from '../catalog/stores/sqlite-call-reader.ts'
import { openSqliteCallWriter } from '../catalog/stores/sqlite-call-writer.ts'
// biome-ignore-end lint/style/noRestrictedImports: see above.
import type { CallBodies, GatewayEvent } from '../core/call-record.ts'
import { type CallDetails, type CallWriter, StoreFault, StoreGone } from '../core/call-store.ts'
import type { Dialect } from '../core/dialect.ts'
import { Ingester } from './ingester.ts'
import { frameRoom, segmentEnd, writeFrame } from './spool-frame.ts'
import { segmentName } from './spool-segment.ts'
import { openSpoolWriter, type SpoolWriter } from './spool-writer.ts'

let root: string
let directory: string
let toClose: { close(): unknown }[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'portcullis-ingester-'))
  startAt('first')
  toClose = []
})
afterEach(async () => {
  for (const each of toClose) await each.close()
  await rm(root, { recursive: true, force: true })
})

function startAt(name: string): void {
  directory = join(root, name, 'spool')
  mkdirSync(directory, { recursive: true })
}

const databasePath = (): string => join(directory, '../calls.db')

function openIngester(openStore = (): CallWriter => openSqliteCallWriter(databasePath())): Ingester {
  const ingester = new Ingester({ directory, openStore, dialects: {} })
  toClose.push(ingester)
  return ingester
}

function openWriter(writerId = 'w', maxSegmentBytes = 2 ** 20): SpoolWriter {
  const writer = openSpoolWriter({ directory, writerId, limits: { maxSegmentBytes } })
  toClose.push(writer)
  return writer
}

function callEnd(id: string, input = `input of ${id}`): GatewayEvent {
  const record = {
    id,
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
  const bodies: CallBodies = { request: Buffer.from(input), requestTruncated: false, replyTruncated: false }
  return { type: 'call-end', record, bodies }
}

/** All calls of the database, by id. */
function storedCalls(): (CallDetails | undefined)[] {
  const reader = openSqliteCallReader(databasePath())
  try {
    const ids: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = reader.listCalls({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    return ids.sort().map((id) => reader.getCall(id))
  } finally {
    reader.close()
  }
}

/** `null` where the call has no input. */
const storedInputs = (): unknown[] => storedCalls().map((call) => [call?.id, call?.input])
const inputsOf = (ids: readonly string[]): unknown[] => [...ids].sort().map((id) => [id, `input of ${id}`])

function storedPositions(): ReadonlyMap<string, number> {
  const store = openSqliteCallWriter(databasePath())
  try {
    return store.positions()
  } finally {
    store.close()
  }
}

/** Takes in all there is now. Returns the number of passes. */
function drain(ingester: Ingester): number {
  let passes = 1
  while (ingester.pass()) passes++
  return passes
}

const seed = 0xc0ffee
/** No process has such a number: they end at 2^22. */
const deadProcess = 2 ** 30

function frameBytes(header: string, bodies: CallBodies = { requestTruncated: false, replyTruncated: false }): Buffer {
  const target = Buffer.alloc(frameRoom(header, bodies))
  return target.subarray(0, writeFrame(target, 0, header, bodies, seed))
}

function callFrame(id: string): Buffer {
  const { record, bodies } = callEnd(id)
  return frameBytes(JSON.stringify(record), bodies)
}

/** Leaves a segment behind as a writer would have; returns its path. */
function writeSegment(frames: readonly Buffer[], processId = deadProcess): string {
  const path = join(directory, segmentName('left', 0, processId, seed))
  writeFileSync(path, Buffer.concat(frames))
  return path
}

type Fault = 'none' | 'before' | 'after'

/** A store that throws before or after it has done its work, as `nextFault` says, and counts what was new to it. */
function faultyStore(nextFault: () => Fault, count: (stored: number) => void): CallWriter {
  const withFault = <Result>(work: () => Result): Result => {
    const fault = nextFault()
    if (fault === 'before') throw new StoreFault('before')
    const result = work()
    if (fault === 'after') throw new StoreFault('after')
    return result
  }
  const store = withFault(() => openSqliteCallWriter(databasePath()))
  return {
    check: () => undefined,
    positions: () => withFault(() => store.positions()),
    store: (take) =>
      withFault(() => {
        const stored = store.store(take)
        count(stored)
        return stored
      }),
    forget: (segments) => withFault(() => store.forget(segments)),
    close: () => store.close(),
  }
}

describe('every call is stored exactly once', () => {
  const step = fc.oneof(
    fc.record({
      type: fc.constantFrom('emit', 'emit and flush'),
      writer: fc.nat(1),
      calls: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ type: fc.constantFrom('pass', 'pass', 'pass', 'restart') }),
  )
  const fault = fc.constantFrom<Fault>('none', 'none', 'before', 'after')

  test('in whatever order it is written and taken in, whenever the store fails or the process starts again', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 20 }),
        fc.array(fault, { maxLength: 40 }),
        async (steps, faults) => {
          startAt(`run ${run++}`)
          const writers = [openWriter('a', 600), openWriter('b', 600)]
          const ids: string[] = []
          const left = [...faults]
          let newCalls = 0
          const openStore = (): CallWriter =>
            faultyStore(
              () => left.shift() ?? 'none',
              (stored) => {
                newCalls += stored
              },
            )
          let ingester = openIngester(openStore)
          /** Whether there is more to do; a fault is. */
          const pass = (): boolean => {
            try {
              return ingester.pass()
            } catch (error) {
              expect(error).toBeInstanceOf(StoreFault)
              return true
            }
          }
          for (const step of steps) {
            if ('calls' in step) {
              for (let count = 0; count < step.calls; count++) {
                const id = `call-${String(ids.length).padStart(3, '0')}`
                ids.push(id)
                writers[step.writer]?.emit(callEnd(id))
              }
              if (step.type === 'emit and flush') await writers[step.writer]?.flush()
            } else if (step.type === 'pass') {
              pass()
            } else {
              ingester.close()
              ingester = openIngester(openStore)
            }
          }
          for (const writer of writers) await writer.close()
          while (pass());
          expect(storedInputs()).toEqual(inputsOf(ids))
          expect(newCalls).toBe(ids.length)
          expect(ingester.counts()).toMatchObject({ corruptFrames: 0, tornFrames: 0 })
        },
      ),
      { numRuns: 30 },
    )
  })

  test('also when more are waiting than one pass takes', async () => {
    const writer = openWriter('w', 50_000)
    const ids = Array.from({ length: 1200 }, (_, number) => `call-${String(number).padStart(4, '0')}`)
    for (const id of ids) writer.emit(callEnd(id))
    await writer.close()
    const ingester = openIngester()
    expect(drain(ingester)).toBeGreaterThan(2)
    expect(ingester.counts().storedCalls).toBe(1200)
    expect(storedInputs()).toEqual(inputsOf(ids))
  })

  test('when the database cannot be opened for a while', async () => {
    const writer = openWriter()
    writer.emit(callEnd('a'))
    await writer.flush()
    let isOpenable = false
    const ingester = openIngester(() => {
      if (!isOpenable) throw new StoreFault('closed')
      return openSqliteCallWriter(databasePath())
    })
    for (let count = 0; count < 3; count++) expect(() => ingester.pass()).toThrow(StoreFault)
    expect(ingester.counts().backlogBytes).toBeGreaterThan(0)
    isOpenable = true
    drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1, backlogBytes: 0 })
    expect(storedInputs()).toEqual(inputsOf(['a']))
  })
})

describe('a segment', () => {
  test('is removed once it is finished and taken in, and not before', async () => {
    const [closed, rolledOver] = [openWriter('closed'), openWriter('rolled', 1000)]
    closed.emit(callEnd('a'))
    await closed.close()
    rolledOver.emit(callEnd('b', 'x'.repeat(1000)))
    await rolledOver.flush()
    rolledOver.emit(callEnd('c'))
    await rolledOver.flush()
    const ingester = openIngester()
    const mark = ingester.mark()
    expect([...mark.keys()].map((name) => name.slice(0, 8))).toEqual(['closed-0', 'rolled-0', 'rolled-1'])
    expect(ingester.hasReached(mark)).toBe(false)
    drain(ingester)
    expect(ingester.hasReached(mark)).toBe(true)
    expect(readdirSync(directory)).toEqual([expect.stringMatching(/^rolled-1-/)])
    expect([...storedPositions().keys()]).toEqual(readdirSync(directory))
    await rolledOver.close()
    drain(ingester)
    expect(readdirSync(directory)).toEqual([])
    expect(storedPositions().size).toBe(0)
    expect(storedCalls().map((call) => call?.id)).toEqual(['a', 'b', 'c'])
  })

  test('that could not be forgotten leaves nothing behind when the store is opened again', () => {
    writeSegment([callFrame('a'), segmentEnd(seed)])
    const faults: Fault[] = ['none', 'none', 'none', 'before']
    const ingester = openIngester(() =>
      faultyStore(
        () => faults.shift() ?? 'none',
        () => undefined,
      ),
    )
    expect(() => ingester.pass()).toThrow(StoreFault)
    // In this order a crash in between leaves a position without a file, which is harmless.
    expect(readdirSync(directory)).toEqual([])
    expect(storedPositions().size).toBe(1)
    drain(ingester)
    expect(storedPositions().size).toBe(0)
    expect(storedInputs()).toEqual(inputsOf(['a']))
  })

  test('of a dead process is removed, its last frame counted when it was cut, at whatever byte', () => {
    const torn = callFrame('torn')
    let run = 0
    fc.assert(
      fc.property(fc.nat(3), fc.nat(torn.length - 1), (whole, length) => {
        startAt(`run ${run++}`)
        const ids = ['a', 'b', 'c'].slice(0, whole)
        writeSegment([...ids.map(callFrame), torn.subarray(0, length)])
        const ingester = openIngester()
        drain(ingester)
        const tornFrames = length === 0 ? 0 : 1
        expect(ingester.counts()).toMatchObject({ storedCalls: whole, corruptFrames: 0, tornFrames, backlogBytes: 0 })
        expect(storedInputs()).toEqual(inputsOf(ids))
        expect(readdirSync(directory)).toEqual([])
        ingester.close()
      }),
      { numRuns: 30 },
    )
  })

  test('of a living process is waited for when its last frame is not whole yet', () => {
    const [first, second] = [callFrame('a'), callFrame('b')]
    const path = writeSegment([first, second.subarray(0, 40)], process.pid)
    const ingester = openIngester()
    drain(ingester)
    drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1, corruptFrames: 0, tornFrames: 0, backlogBytes: 40 })
    appendFileSync(path, second.subarray(40))
    drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 2, corruptFrames: 0, tornFrames: 0, backlogBytes: 0 })
    expect(storedInputs()).toEqual(inputsOf(['a', 'b']))
  })
})

describe('a frame that cannot be read', () => {
  test('is counted, and those before and behind it are stored', () => {
    const hit = callFrame('hit')
    let run = 0
    fc.assert(
      fc.property(fc.nat(hit.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, bits, isLast) => {
        startAt(`run ${run++}`)
        const damaged = Buffer.from(hit)
        damaged[at] = (damaged[at] ?? 0) ^ bits
        const behind = isLast ? [] : [callFrame('c')]
        writeSegment([callFrame('a'), damaged, ...behind, segmentEnd(seed)])
        const ingester = openIngester()
        drain(ingester)
        expect(storedInputs()).toEqual(inputsOf(isLast ? ['a'] : ['a', 'c']))
        expect(ingester.counts()).toMatchObject({ corruptFrames: 1, tornFrames: 0, backlogBytes: 0 })
        expect(readdirSync(directory)).toEqual([])
        ingester.close()
      }),
      { numRuns: 30 },
    )
  })

  test.each([
    '',
    'null',
    '[]',
    '{',
    '{"id":"x"}',
    '{"id":1,"startedAt":1,"workspace":"w","endpoint":"e","status":200}',
  ])('because it holds no record but %j is counted, and the rest is stored', (header) => {
    writeSegment([callFrame('a'), frameBytes(header), callFrame('b'), segmentEnd(seed)])
    const ingester = openIngester()
    drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 2, corruptFrames: 1, tornFrames: 0, backlogBytes: 0 })
    expect(storedInputs()).toEqual(inputsOf(['a', 'b']))
  })

  test('is counted once, although the store fails while it is taken in', () => {
    writeSegment([callFrame('a'), frameBytes('{}'), segmentEnd(seed)])
    const faults: Fault[] = ['none', 'none', 'before']
    const ingester = openIngester(() =>
      faultyStore(
        () => faults.shift() ?? 'none',
        () => undefined,
      ),
    )
    expect(() => ingester.pass()).toThrow(StoreFault)
    drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1, corruptFrames: 1 })
  })
})

describe('what cannot be taken in as it should be', () => {
  test('because its reply makes a dialect fail is kept as it came, and holds up nobody', () => {
    const failing = { decodeReply: () => null } as unknown as Dialect
    const ingester = new Ingester({
      directory,
      openStore: () => openSqliteCallWriter(databasePath()),
      dialects: { failing },
    })
    toClose.push(ingester)
    const { record, bodies } = callEnd('b')
    const reply = Buffer.from('{"odd":true}')
    const odd = frameBytes(JSON.stringify({ ...record, providerDialect: 'failing' }), { ...bodies, reply })
    writeSegment([callFrame('a'), odd, callFrame('c'), segmentEnd(seed)])
    drain(ingester)
    expect(storedInputs()).toEqual(inputsOf(['a', 'b', 'c']))
    expect(storedCalls()[1]?.output).toEqual({ raw: '{"odd":true}' })
    expect(ingester.counts()).toMatchObject({ storedCalls: 3, unfinishedCalls: 1, corruptFrames: 0 })
  })

  test('because the store is gone is found without a call, and what the spool still holds goes into the next one', async () => {
    const writer = openWriter()
    const ingester = openIngester()
    writer.emit(callEnd('a'))
    await writer.flush()
    drain(ingester)
    rmSync(databasePath())
    expect(() => ingester.pass()).toThrow(StoreGone)
    expect(ingester.counts().goneStores).toBe(1)
    writer.emit(callEnd('b'))
    await writer.flush()
    drain(ingester)
    expect(storedInputs()).toEqual(inputsOf(['a', 'b']))
  })

  test('because somebody removed a finished segment is counted', () => {
    const frames = Array.from({ length: 600 }, (_, number) => callFrame(`call ${number}`))
    const path = writeSegment([...frames, segmentEnd(seed)])
    const ingester = openIngester()
    expect(ingester.pass()).toBe(true)
    const left = ingester.counts().backlogBytes
    rmSync(path)
    drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 500, lostBytes: left })
    drain(ingester)
    expect(ingester.counts().lostBytes).toBe(left)
  })
})
