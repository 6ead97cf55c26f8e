import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../../bench/random.ts'
import { entryWith } from '../../../../bench/semantic-lookup.ts'
import { normalised } from '../../../core/model/embedder.ts'
import { bytesOf, closeness, compact } from './compact-vector.ts'
import { guardFacts } from './guards.ts'
import { createSemanticIndex, type Question } from './semantic-index.ts'

const facts = guardFacts('return the gadget')
/** A direction in the plane: two are as close as the cosine of what is between them. */
const at = (degrees: number, partition = 'p'): Question => ({
  partition,
  vector: Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)),
  facts,
  isLexical: false,
})
const all = { maxEntries: 10_000, maxBytes: 1 << 30 }
const any = (): boolean => true

describe('the index', () => {
  it('finds the closest of those that may answer, as a look at all of them would', () => {
    const degrees = fc.integer({ min: 0, max: 359 })
    fc.assert(
      fc.property(
        fc.uniqueArray(degrees, { maxLength: 50 }),
        degrees,
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        (kept, looked, threshold) => {
          const index = createSemanticIndex(all)
          for (const place of kept) index.keep(at(place), String(place), entryWith([]))
          const score = (place: number): number => closeness(at(looked).vector, at(place).vector)
          const best = kept.filter((place) => score(place) >= threshold).sort((a, b) => score(b) - score(a))[0]
          const found = index.find(at(looked), threshold, any)
          expect(found?.score).toBe(best === undefined ? undefined : score(best))
        },
      ),
    )
  })

  it('finds the closest among thousands that the guards let through, and none that went', () => {
    const index = createSemanticIndex(all)
    const random = createRandom('thousands')
    const asking = (vector: Float32Array): Question => ({ ...at(0), vector })
    const direction = (): Float32Array => normalised(Float32Array.from({ length: 64 }, () => random.next() - 0.5))
    const near = (vector: Float32Array): Float32Array =>
      normalised(vector.map((value) => value + (random.next() - 0.5) * 0.1))
    const kept = Array.from({ length: 2500 }, direction)
    for (const [place, vector] of kept.entries())
      index.keep(asking(vector), String(place), entryWith(place < 1000 ? ['early'] : []))
    for (const [place, vector] of kept.entries()) {
      if (place % 50 !== 0) continue
      const looked = near(vector)
      expect(index.find(asking(looked), 0.9, any)).toMatchObject({
        id: String(place),
        score: closeness(looked, vector),
      })
    }
    expect(index.purge('one', 'early')).toBe(1000)
    expect(index.find(asking(near(kept[500] ?? direction())), 0.9, any)).toBeUndefined()
    expect(index.find(asking(near(kept[1500] ?? direction())), 0.9, any)?.id).toBe('1500')
    expect(index.purge('one')).toBe(1500)
    expect(index.find(asking(near(kept[1500] ?? direction())), 0.9, any)).toBeUndefined()
  })

  it('forgets the oldest first, of all and of one bucket, and weighs answers', () => {
    const few = createSemanticIndex({ ...all, maxEntries: 2 })
    for (const degrees of [0, 90, 180]) few.keep(at(degrees), String(degrees), entryWith([]))
    expect([0, 90, 180].map((degrees) => few.find(at(degrees), 0.99, any)?.id)).toEqual([undefined, '90', '180'])
    const small = createSemanticIndex({ ...all, maxBytes: 2000 })
    small.keep(at(0), 'a', entryWith([]))
    small.keep(at(90), 'b', entryWith([]))
    expect([small.find(at(0), 0.99, any), small.find(at(90), 0.99, any)?.id]).toEqual([undefined, 'b'])
    const one = createSemanticIndex(all)
    const said = (place: number): Question => ({ ...at(place / 10), isLexical: true })
    for (let place = 0; place < 1001; place++) one.keep(said(place), String(place), entryWith([]))
    expect([one.find(said(0), 0.9999999, any), one.find(said(1000), 0.9999999, any)?.id]).toEqual([undefined, '1000'])
  })

  it('asks more of the partition of a wrong answer, and of no other', () => {
    const index = createSemanticIndex(all)
    for (const partition of ['p', 'q']) index.keep(at(0, partition), partition, entryWith([]))
    const found = index.find(at(20), 0.9, any)
    expect(found?.id).toBe('p')
    index.report({ id: 'p', score: found?.score ?? 0 })
    index.report({ id: 'nobody', score: 1 })
    index.keep(at(0), 'again', entryWith([]))
    expect([index.find(at(20), 0.9, any), index.find(at(5), 0.9, any)?.id]).toEqual([undefined, 'again'])
    expect(index.find(at(20, 'q'), 0.9, any)?.id).toBe('q')
  })

  it('is purged by tag or as a whole, one workspace only', () => {
    const index = createSemanticIndex(all)
    index.keep(at(0), 'a', entryWith(['t']))
    index.keep(at(90), 'b', entryWith([]))
    expect([index.purge('two'), index.purge('one', 't'), index.purge('one'), index.purge('one')]).toEqual([0, 1, 1, 0])
  })
})

describe('a compact vector', () => {
  it('is as close to another one as the whole vector, and smaller where most of it is 0', () => {
    const value = fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) },
    )
    const vector = fc
      .array(value, { minLength: 64, maxLength: 64 })
      .map((values) => normalised(Float32Array.from(values)))
    fc.assert(
      fc.property(vector, vector, (query, kept) => {
        const product = kept.reduce((sum, its, index) => sum + its * (query[index] ?? 0), 0)
        expect(closeness(query, compact(kept))).toBeCloseTo(product, 6)
        expect(bytesOf(compact(kept))).toBeLessThanOrEqual(kept.byteLength)
      }),
    )
  })
})
