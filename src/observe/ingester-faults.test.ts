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
  writeSegment,
} from '../../test/support/ingester-bed.ts'
import { StoreFault, StoreGone } from '../core/call-store.ts'
import type { Dialect } from '../core/dialect.ts'
import { segmentEnd } from './spool-frame.ts'

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
        expect(readdirSync(spoolDirectory())).toEqual([])
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
    const ingester = openIngester(undefined, { failing })
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
