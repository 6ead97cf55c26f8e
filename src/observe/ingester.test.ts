import { appendFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  callEnd,
  callFrame,
  drain,
  type Fault,
  faultyStore,
  greedyStore,
  inputsOf,
  openIngester,
  openWriter,
  seed,
  spoolDirectory,
  startAt,
  storedCalls,
  storedInputs,
  storedPositions,
  useIngesterBed,
  writeSegment,
} from '../../test/support/ingester-bed.ts'
import { StoreFault } from '../core/record/call-store.ts'
import { segmentEnd } from './spool-frame.ts'

useIngesterBed()

describe('a store that takes several times for one transaction', () => {
  test('is handed each frame once, of all segments, and the position behind the last', async () => {
    const ids = Array.from({ length: 1700 }, (_, index) => `call-${String(index).padStart(4, '0')}`)
    const [first, second] = [openWriter('first'), openWriter('second')]
    for (const [index, id] of ids.entries()) (index < 600 ? first : second).emit(callEnd(id))
    await first.close()
    await second.flush()
    const took: number[] = []
    const ingester = openIngester(() => greedyStore((calls) => void took.push(calls)))
    expect(await ingester.pass()).toBe(false)
    expect(took.length).toBeGreaterThan(3)
    expect((await storedCalls()).map((call) => call?.id)).toEqual(ids)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1700, backlogBytes: 0, corruptFrames: 0, tornFrames: 0 })
    expect(readdirSync(spoolDirectory())).toEqual([expect.stringMatching(/^second-/)])
    second.emit(callEnd('later'))
    await second.close()
    await drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1701, backlogBytes: 0 })
    expect(readdirSync(spoolDirectory())).toEqual([])
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
    await drain(ingester)
    expect(ingester.hasReached(mark)).toBe(true)
    expect(readdirSync(spoolDirectory())).toEqual([expect.stringMatching(/^rolled-1-/)])
    expect([...(await storedPositions()).keys()]).toEqual(readdirSync(spoolDirectory()))
    await rolledOver.close()
    await drain(ingester)
    expect(readdirSync(spoolDirectory())).toEqual([])
    expect((await storedPositions()).size).toBe(0)
    expect((await storedCalls()).map((call) => call?.id)).toEqual(['a', 'b', 'c'])
  })

  test('that could not be forgotten leaves nothing behind when the store is opened again', async () => {
    writeSegment([callFrame('a'), segmentEnd(seed)])
    const faults: Fault[] = ['none', 'none', 'none', 'before']
    const ingester = openIngester(() =>
      faultyStore(
        () => faults.shift() ?? 'none',
        () => undefined,
      ),
    )
    await expect(ingester.pass()).rejects.toThrow(StoreFault)
    // In this order a crash in between leaves a position without a file, which is harmless.
    expect(readdirSync(spoolDirectory())).toEqual([])
    expect((await storedPositions()).size).toBe(1)
    await drain(ingester)
    expect((await storedPositions()).size).toBe(0)
    expect(await storedInputs()).toEqual(inputsOf(['a']))
  })

  test('of a dead process is removed, its last frame counted when it was cut, at whatever byte', async () => {
    const torn = callFrame('torn')
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.nat(torn.length - 1), async (whole, length) => {
        startAt(`run ${run++}`)
        const ids = ['a', 'b', 'c'].slice(0, whole)
        writeSegment([...ids.map(callFrame), torn.subarray(0, length)])
        const ingester = openIngester()
        await drain(ingester)
        const tornFrames = length === 0 ? 0 : 1
        expect(ingester.counts()).toMatchObject({ storedCalls: whole, corruptFrames: 0, tornFrames, backlogBytes: 0 })
        expect(await storedInputs()).toEqual(inputsOf(ids))
        expect(readdirSync(spoolDirectory())).toEqual([])
        await ingester.close()
      }),
      { numRuns: 30 },
    )
  })

  test('of a living process is waited for when its last frame is not whole yet', async () => {
    const [first, second] = [callFrame('a'), callFrame('b')]
    const path = writeSegment([first, second.subarray(0, 40)], process.pid)
    const ingester = openIngester()
    await drain(ingester)
    await drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1, corruptFrames: 0, tornFrames: 0, backlogBytes: 40 })
    appendFileSync(path, second.subarray(40))
    await drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 2, corruptFrames: 0, tornFrames: 0, backlogBytes: 0 })
    expect(await storedInputs()).toEqual(inputsOf(['a', 'b']))
  })
})
