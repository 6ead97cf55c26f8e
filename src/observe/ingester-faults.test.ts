import { readdirSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  callEnd,
  callFrame,
  databasePath,
  drain,
  type Fault,
  faultyStore,
  frameBytes,
  inputsOf,
  openIngester,
  openWriter,
  seed,
  spoolDirectory,
  startAt,
  storedCalls,
  storedInputs,
  useIngesterBed,
  writeSegment,
} from '../../test/support/ingester-bed.ts'
import type { Dialect } from '../core/model/dialect.ts'
import { StoreFault, StoreGone } from '../core/record/call-store.ts'
import { segmentEnd } from './spool-frame.ts'

useIngesterBed()

describe('a frame that cannot be read', () => {
  test('is counted, and those before and behind it are stored', async () => {
    const hit = callFrame('hit')
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.nat(hit.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, bits, isLast) => {
          startAt(`run ${run++}`)
          const damaged = Buffer.from(hit)
          damaged[at] = (damaged[at] ?? 0) ^ bits
          const behind = isLast ? [] : [callFrame('c')]
          writeSegment([callFrame('a'), damaged, ...behind, segmentEnd(seed)])
          const ingester = openIngester()
          await drain(ingester)
          expect(await storedInputs()).toEqual(inputsOf(isLast ? ['a'] : ['a', 'c']))
          expect(ingester.counts()).toMatchObject({ corruptFrames: 1, tornFrames: 0, backlogBytes: 0 })
          expect(readdirSync(spoolDirectory())).toEqual([])
          await ingester.close()
        },
      ),
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
  ])('because it holds no record but %j is counted, and the rest is stored', async (header) => {
    writeSegment([callFrame('a'), frameBytes(header), callFrame('b'), segmentEnd(seed)])
    const ingester = openIngester()
    await drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 2, corruptFrames: 1, tornFrames: 0, backlogBytes: 0 })
    expect(await storedInputs()).toEqual(inputsOf(['a', 'b']))
  })

  test('is counted once, although the store fails while it is taken in', async () => {
    writeSegment([callFrame('a'), frameBytes('{}'), segmentEnd(seed)])
    const faults: Fault[] = ['none', 'none', 'before']
    const ingester = openIngester(() =>
      faultyStore(
        () => faults.shift() ?? 'none',
        () => undefined,
      ),
    )
    await expect(ingester.pass()).rejects.toThrow(StoreFault)
    await drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1, corruptFrames: 1 })
  })
})

describe('what cannot be taken in as it should be', () => {
  test('because its reply makes a dialect fail is kept as it came, and holds up nobody', async () => {
    const failing = { decodeReply: () => null } as unknown as Dialect
    const ingester = openIngester(undefined, { failing })
    const { record, bodies } = callEnd('b')
    const reply = Buffer.from('{"odd":true}')
    const odd = frameBytes(JSON.stringify({ ...record, providerDialect: 'failing' }), { ...bodies, reply })
    writeSegment([callFrame('a'), odd, callFrame('c'), segmentEnd(seed)])
    await drain(ingester)
    expect(await storedInputs()).toEqual(inputsOf(['a', 'b', 'c']))
    expect((await storedCalls())[1]?.output).toEqual({ raw: '{"odd":true}' })
    expect(ingester.counts()).toMatchObject({ storedCalls: 3, unfinishedCalls: 1, corruptFrames: 0 })
  })

  test('because the store is gone is found without a call, and what the spool still holds goes into the next one', async () => {
    const writer = openWriter()
    const ingester = openIngester()
    writer.emit(callEnd('a'))
    await writer.flush()
    await drain(ingester)
    rmSync(databasePath())
    await expect(ingester.pass()).rejects.toThrow(StoreGone)
    expect(ingester.counts().goneStores).toBe(1)
    writer.emit(callEnd('b'))
    await writer.flush()
    await drain(ingester)
    expect(await storedInputs()).toEqual(inputsOf(['a', 'b']))
  })

  test('because somebody removed a finished segment is counted', async () => {
    const frames = Array.from({ length: 2100 }, (_, number) => callFrame(`call ${number}`))
    const path = writeSegment([...frames, segmentEnd(seed)])
    const ingester = openIngester()
    expect(await ingester.pass()).toBe(true)
    const left = ingester.counts().backlogBytes
    rmSync(path)
    await drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 2000, lostBytes: left })
    await drain(ingester)
    expect(ingester.counts().lostBytes).toBe(left)
  })
})
