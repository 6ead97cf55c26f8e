import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../../bench/random.ts'
import { normalised } from '../../../core/model/embedder.ts'
import { createSigner, mostDiffering, signatureBits, signatureBytes } from './signature.ts'
import { createSignatureMemory } from './signature-memory.ts'
import { createRowSets } from './signed-rows.ts'

const random = createRandom('signed rows')
const direction = (size: number): Float32Array =>
  normalised(Float32Array.from({ length: size }, () => random.next() - 0.5))
const nextTo = (vector: Float32Array, noise: number): Float32Array =>
  normalised(vector.map((value) => value + ((random.next() - 0.5) * noise) / Math.sqrt(vector.length)))
const product = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

function below(end: number): number {
  return Math.floor(random.next() * end)
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, at) => sum + (byte ^ (b[at] ?? 0)).toString(2).replaceAll('0', '').length, 0)
}

describe('signatures', () => {
  it.each([3, 100, 384, 1536])('of vectors of %i numbers differ in as many bits as their angle says', (size) => {
    const sign = createSigner()
    const [a, b] = [new Uint8Array(signatureBytes), new Uint8Array(signatureBytes)]
    for (const noise of [0, 1, 2, 4, 100]) {
      const one = direction(size)
      const other = nextTo(one, noise)
      sign(one, a)
      sign(other, b)
      const share = Math.acos(Math.min(1, product(one, other))) / Math.PI
      expect(differingBits(a, b)).toBeLessThanOrEqual(mostDiffering(product(one, other)))
      // A few numbers lie in a few planes' patterns only: their spread is larger.
      expect(Math.abs(differingBits(a, b) - share * signatureBits)).toBeLessThan(size < 100 ? 120 : 60)
    }
  })

  it('are counted by the compiled loop as bit by bit', () => {
    const { buffer, compare } = createSignatureMemory()
    const bytes = new Uint8Array(buffer())
    const signature = fc.uint8Array({ minLength: signatureBytes, maxLength: signatureBytes })
    fc.assert(
      fc.property(
        signature,
        fc.array(signature, { minLength: 1, maxLength: 20 }),
        fc.nat(512),
        (query, rows, limit) => {
          bytes.set(query)
          for (const [row, content] of rows.entries()) bytes.set(content, 1024 + row * signatureBytes)
          const end = compare(0, 1024, 1024 + rows.length * signatureBytes, limit, 32_768)
          const found = Array.from(new Uint32Array(buffer().slice(32_768, end)))
          const expected = rows
            .map((content, row) => [1024 + row * signatureBytes, differingBits(query, content)] as const)
            .filter(([, differing]) => differing <= limit)
          expect(found).toEqual(expected.flat())
        },
      ),
    )
  })
})

describe('signed rows', () => {
  it('find what a look at every vector finds, whatever came and went, and give their room back', () => {
    const sets = createRowSets()
    const other = sets.open<string>()
    const kept = new Map<string, Float32Array>()
    const rows = sets.open<string>()
    for (let place = 0; place < 3000; place++) {
      const vector = place % 4 === 0 ? direction(96) : nextTo(kept.get(String(place - 1)) ?? direction(96), 0.8)
      rows.add(String(place), vector)
      other.add(String(place), direction(96))
      kept.set(String(place), vector)
      const gone = String(below(place + 1))
      if (place % 3 !== 0) continue
      rows.remove(gone)
      kept.delete(gone)
    }
    for (let look = 0; look < 50; look++) {
      const [, base = direction(96)] = [...kept][below(kept.size)] ?? []
      const query = nextTo(base, 0.5)
      const scored = [...kept].map(([item, vector]) => ({ item, score: product(query, vector) }))
      const best = scored.reduce((a, b) => (b.score > a.score ? b : a))
      expect(rows.near(query, 0.9, 64)).toContain(best.item)
    }
    for (const item of kept.keys()) rows.remove(item)
    expect(rows.near(direction(96), -1, 64)).toEqual([])
    rows.remove('nobody')
    expect(other.near(direction(96), -1, 10)).toHaveLength(10)
  })
})
