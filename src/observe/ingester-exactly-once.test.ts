import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  callEnd,
  countedCalls,
  databasePath,
  drain,
  type Fault,
  faultyStore,
  inputsOf,
  openIngester,
  openWriter,
  startAt,
  storedInputs,
  useIngesterBed,
} from '../../test/support/ingester-bed.ts'
// biome-ignore lint/style/noRestrictedImports: exactly once is a promise of the two together.
import { openSqliteCallWriter } from '../catalog/stores/sqlite/call-writer.ts'
import { type CallWriter, StoreFault } from '../core/record/call-store.ts'

useIngesterBed()

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
          const openStore = (): Promise<CallWriter> =>
            faultyStore(
              () => left.shift() ?? 'none',
              (stored) => {
                newCalls += stored
              },
            )
          let ingester = openIngester(openStore)
          /** Whether there is more to do; a fault is. */
          const pass = async (): Promise<boolean> => {
            try {
              return await ingester.pass()
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
              await pass()
            } else {
              await ingester.close()
              ingester = openIngester(openStore)
            }
          }
          for (const writer of writers) await writer.close()
          while (await pass());
          expect(await storedInputs()).toEqual(inputsOf(ids))
          expect(newCalls).toBe(ids.length)
          expect(await countedCalls()).toBe(ids.length)
          expect(ingester.counts()).toMatchObject({ corruptFrames: 0, tornFrames: 0 })
        },
      ),
      { numRuns: 30 },
    )
  })

  test('also when more are waiting than one pass takes', async () => {
    const writer = openWriter('w', 50_000)
    const ids = Array.from({ length: 4500 }, (_, number) => `call-${String(number).padStart(4, '0')}`)
    for (const id of ids) writer.emit(callEnd(id))
    await writer.close()
    const ingester = openIngester()
    expect(await drain(ingester)).toBeGreaterThan(2)
    expect(ingester.counts().storedCalls).toBe(4500)
    expect(await storedInputs()).toEqual(inputsOf(ids))
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
    for (let count = 0; count < 3; count++) await expect(ingester.pass()).rejects.toThrow(StoreFault)
    expect(ingester.counts().backlogBytes).toBeGreaterThan(0)
    isOpenable = true
    await drain(ingester)
    expect(ingester.counts()).toMatchObject({ storedCalls: 1, backlogBytes: 0 })
    expect(await storedInputs()).toEqual(inputsOf(['a']))
  })
})
